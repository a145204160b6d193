"""Papers of employers: stored outside the public files, for reviewers only.

An image is decoded and written again (nothing else of the file is kept); a PDF is stored unchanged.
"""

import hashlib
import io
import logging
import re
import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.choices import CheckKind, PaperSide
from accounts.employers.membership import lock_employer
from accounts.models import Employer, EmployerDocument, User
from accounts.verification.picture_likeness import shows_same_picture
from sitekit.images import image_cleaning
from sitekit.images.image_cleaning import ImageRefused
from sitekit.workflow.atomic_files import open_atomic_file

logger = logging.getLogger(__name__)
MAX_BYTES_OF_PDF = 10 * 1024 * 1024
MAX_PAPER_WIDTH = 2400  # so that small print on a photographed licence can be read
MAX_OF_A_KIND = 6
# What can be uploaded; a phone is proved by a code, a visit is made by a moderator.
KINDS = (CheckKind.ID_CARD, CheckKind.LICENCE, CheckKind.HR_LICENCE, CheckKind.AUTHORISATION)
# Of these each side has a place of its own, and one file.
TWO_SIDED = (CheckKind.ID_CARD,)
SAME_SIDE = "{other}已经是这一张照片了，这里请传{this}。"
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg"}
PAPER_TYPES_ACCEPTED = "image/*,application/pdf"  # of the input of a file
UNKNOWN_FILE_MESSAGE = "这个文件不能用，请传 JPG、PNG、WebP 图片或 PDF。"
_START = re.compile(rb"%PDF-[12]\.\d")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")


def store_paper(
    employer: Employer, kind: str, file: UploadedFile, user: User, side: str = ""
) -> EmployerDocument:
    """Store an uploaded file; raises ImageRefused with the reason. A file sent twice is stored once, and one for
    a side takes the place of the one before."""
    content, content_type = clean_paper_file(file)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        lock_employer(employer.pk)
        documents = employer.documents.filter(kind=kind, purged_at=None)
        if side:
            _require_other_side(documents.exclude(side__in=("", side)), side, content, digest)
        documents = documents.filter(side=side)
        if same := documents.filter(digest=digest).first():
            return same
        for former in documents if side else ():
            purge_paper(former)
        if documents.count() >= MAX_OF_A_KIND:
            raise ImageRefused(f"一项最多传 {MAX_OF_A_KIND} 份，请先删掉用不着的。")
        name = f"{secrets.token_hex(16)}.{SUFFIXES[content_type]}"
        write_private_file(get_paper_path(name), content)
        try:
            with transaction.atomic():
                return EmployerDocument.objects.create(
                    employer=employer,
                    kind=kind,
                    side=side,
                    file=name,
                    content_type=content_type,
                    size=len(content),
                    digest=digest,
                    uploaded_by=user,
                )
        except BaseException:
            get_paper_path(name).unlink(missing_ok=True)
            raise


def _require_other_side(
    others: Iterable[EmployerDocument], side: str, content: bytes, digest: str
) -> None:
    """Raise ImageRefused if the other side shows the same picture."""
    for other_paper in others:
        if other_paper.digest == digest or shows_same_picture(
            content, get_paper_path(other_paper.file)
        ):
            labels = {"other": PaperSide(other_paper.side).label, "this": PaperSide(side).label}
            raise ImageRefused(SAME_SIDE.format(**labels))


def open_file(document: EmployerDocument) -> IO[bytes]:
    """Return the open file; raises FileNotFoundError if it was purged."""
    if document.purged_at:
        raise FileNotFoundError(document.file)
    return get_paper_path(document.file).open("rb")


def purge_paper(document: EmployerDocument) -> None:
    """Delete the file; the row stays with the time."""
    with transaction.atomic():
        EmployerDocument.objects.filter(pk=document.pk, purged_at=None).update(
            purged_at=timezone.now()
        )
        transaction.on_commit(partial(_delete_file, document))


def _delete_file(document: EmployerDocument) -> None:
    """A file that cannot be deleted keeps its row, so that the purge can be repeated."""
    try:
        get_paper_path(document.file).unlink(missing_ok=True)
    except OSError as error:
        EmployerDocument.objects.filter(pk=document.pk).update(purged_at=None)
        logger.error("paper %s could not be deleted: %s", document.pk, type(error).__name__)  # noqa: TRY400 - its words name the file


def get_paper_path(name: str) -> Path:
    """Return the path, in a folder named by two letters, so that no folder has too many files."""
    return Path(settings.PRIVATE_ROOT, "papers", name[:2], name)


def list_paper_files() -> Iterator[Path]:
    """Yield all files of papers, also those that belong to no row."""
    return Path(settings.PRIVATE_ROOT, "papers").glob("*/*")


def clean_paper_file(file: UploadedFile) -> tuple[bytes, str]:
    """Return the bytes to store and their content type, by content. Raises ImageRefused."""
    file.seek(0)
    if file.read(1024).startswith(b"%PDF-"):
        return _read_pdf(file), "application/pdf"
    try:
        image = image_cleaning.decode_image(file, MAX_PAPER_WIDTH)
    except ImageRefused as refused:
        raise ImageRefused(
            UNKNOWN_FILE_MESSAGE
            if str(refused) == image_cleaning.UNKNOWN_IMAGE_MESSAGE
            else str(refused)
        ) from refused
    # A new image of the points only: no metadata of the file is written.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    output = io.BytesIO()
    bare.save(output, "JPEG", quality=88)
    return output.getvalue(), "image/jpeg"


def _read_pdf(file: UploadedFile) -> bytes:
    too_large = f"PDF 不能超过 {MAX_BYTES_OF_PDF // 1024 // 1024} MB。"
    content = image_cleaning.read_limited_bytes(file, MAX_BYTES_OF_PDF, too_large)
    end = _END.search(content[-2048:].rstrip(b"\0\r\n\t "))
    if not _START.match(content) or not end:
        raise ImageRefused("这份 PDF 不完整或已损坏；请重新导出，或者拍照上传。")
    if not _TABLE.match(content[int(end[1]) :]):
        raise ImageRefused("这份 PDF 的内容读不出来；请重新导出，或者拍照上传。")
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
        raise ImageRefused("这份 PDF 加了密码，我们打不开；请去掉密码再传，或者拍照上传。")
    return content


def write_private_file(target: Path, content: bytes) -> None:
    """Write the file below the private root in one step, readable by the site's own system user only."""
    for folder in reversed(target.parents[:3]):  # the private root, papers, two letters
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open_atomic_file(target) as file:
        file.write(content)
