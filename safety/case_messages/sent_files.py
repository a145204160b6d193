"""Files sent to the moderators, stored outside the public files: an image is decoded and written again,
a PDF is checked and stored unchanged, both as papers are."""

import logging
import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete

from accounts.verification.papers import (
    PAPER_TYPES_ACCEPTED,
    SUFFIXES,
    clean_paper_file,
    write_private_file,
)
from safety.models import Appeal, CaseMessage, SentFile
from sitekit.images.image_cleaning import ImageRefused

logger = logging.getLogger(__name__)
MAX_FILES = 3


class CleanFile(NamedTuple):
    data: bytes
    content_type: str


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Up to `MAX_FILES` files; its value is a list of `CleanFile`."""

    def __init__(self, **kwargs: Any) -> None:
        words = f"最多 {MAX_FILES} 个，图片 15 MB、PDF 10 MB 以内。只有审核员能看。"
        widget = _FilesInput({"accept": PAPER_TYPES_ACCEPTED, "multiple": True})
        super().__init__(required=False, help_text=words, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanFile]:
        files = data if isinstance(data, list) else [data] if data else []
        if len(files) > MAX_FILES:
            raise forms.ValidationError(f"一次最多传 {MAX_FILES} 个，挑要紧的传。")
        cleaned = []
        for file in files:
            super().clean(file, initial)
            try:
                cleaned.append(CleanFile(*clean_paper_file(file)))
            except ImageRefused as refused:
                raise forms.ValidationError(f"“{file.name[:40]}”：{refused}") from refused
        return cleaned


def store_files(files: Iterable[CleanFile], owner: CaseMessage | Appeal) -> None:
    """Store the files with their rows; if the transaction fails, no file stays."""
    column = "appeal" if isinstance(owner, Appeal) else "message"
    written: list[Path] = []
    try:
        with transaction.atomic():
            for content, content_type in files:
                name = f"{secrets.token_hex(16)}.{SUFFIXES[content_type]}"
                write_private_file(get_file_path(name), content)
                written.append(get_file_path(name))
                SentFile.objects.create(
                    **{column: owner}, file=name, content_type=content_type, size=len(content)
                )
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def get_file_path(name: str) -> Path:
    return Path(settings.PRIVATE_ROOT, "sent", name[:2], name)


def list_stored_files() -> Iterator[Path]:
    """Yield all files, also those that belong to no row."""
    return Path(settings.PRIVATE_ROOT, "sent").glob("*/*")


def unlink_with_row(instance: SentFile, **_signal: Any) -> None:
    """Receiver of a deleted row, also one that is deleted with its message or appeal: delete the file."""
    transaction.on_commit(partial(_delete_file, instance.file))


def _delete_file(name: str) -> None:
    """Only log a failure, so that other files are deleted too; `verify_files` finds files without rows."""
    try:
        get_file_path(name).unlink(missing_ok=True)
    except OSError as error:
        logger.error("a sent file could not be deleted: %s", type(error).__name__)  # noqa: TRY400 - its words name the file


post_delete.connect(unlink_with_row, sender=SentFile, dispatch_uid="files of deleted rows")
