"""Whether rows and files belong together: after a database came back to a moment, files are older or newer than it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import EmployerDocument
from accounts.verification.papers import get_paper_path, list_paper_files
from jobsite.backups.programs import BackupRefused
from safety.case_messages.sent_files import get_file_path, list_stored_files
from safety.models import SentFile
from sitekit.images.picture_files import (
    STORAGE,
    find_stored_name,
    get_picture_path,
    get_picture_written_at,
    list_picture_files,
)
from sitekit.images.pictures import SUFFIXES, THUMBNAIL_WIDTH, build_file_name
from sitekit.models import Picture

# A file is written before its row: one that is younger may get it yet.
YOUNG_SECONDS = 3600
ROWS_PER_FETCH = 2000


@dataclass
class FileDifferences:
    """`cut_papers` have another size than was stored. Files without rows are paths, or names in a bucket."""

    missing_pictures: list[str] = field(default_factory=list)
    missing_papers: list[EmployerDocument] = field(default_factory=list)
    cut_papers: list[EmployerDocument] = field(default_factory=list)
    pictures_without_row: list[str] = field(default_factory=list)
    papers_without_row: list[Path] = field(default_factory=list)
    missing_sent: list[SentFile] = field(default_factory=list)

    @property
    def are_files_missing(self) -> bool:
        missing = (self.missing_pictures, self.missing_papers, self.cut_papers, self.missing_sent)
        return any(missing)


def compare_files() -> FileDifferences:
    differences = FileDifferences()
    before = time.time() - YOUNG_SECONDS
    _compare_pictures(differences, before)
    _compare_papers(differences, before)
    _compare_sent_files(differences, before)
    return differences


def _compare_pictures(differences: FileDifferences, before: float) -> None:
    named = set(_list_named_pictures())
    stored = set(list_picture_files()) - set(_list_thumbnails())  # made when they are asked for
    differences.missing_pictures = sorted(named - stored)
    for name in sorted(stored - named):
        if get_picture_written_at(name).timestamp() < before:
            differences.pictures_without_row.append(name)


def _list_named_pictures() -> Iterator[str]:
    rows = Picture.objects.values_list("digest", "widths")
    for digest, widths in rows.iterator(ROWS_PER_FETCH):
        for width in widths:
            yield from (build_file_name(digest, width, suffix) for suffix in SUFFIXES)


def _list_thumbnails() -> Iterator[str]:
    for digest in Picture.objects.values_list("digest", flat=True).iterator(ROWS_PER_FETCH):
        yield build_file_name(digest, THUMBNAIL_WIDTH, "webp")


def _compare_papers(differences: FileDifferences, before: float) -> None:
    """A file whose row says that it was deleted has no row: it should not be there."""
    stored = set(list_paper_files())
    for document in EmployerDocument.objects.filter(purged_at=None).iterator(ROWS_PER_FETCH):
        path = get_paper_path(document.file)
        if path not in stored:
            differences.missing_papers.append(document)
        elif path.stat().st_size != document.size:
            differences.cut_papers.append(document)
        stored.discard(path)
    old = (path for path in stored if path.stat().st_mtime < before)
    differences.papers_without_row = sorted(old)


def _compare_sent_files(differences: FileDifferences, before: float) -> None:
    """What was sent with replies and appeals; one that is cut is missing, and none is of use without its row."""
    stored = set(list_stored_files())
    for sent in SentFile.objects.iterator(ROWS_PER_FETCH):
        path = get_file_path(sent.file)
        if path not in stored or path.stat().st_size != sent.size:
            differences.missing_sent.append(sent)
        stored.discard(path)
    differences.papers_without_row += sorted(
        path for path in stored if path.stat().st_mtime < before
    )


def mark_purged(documents: list[EmployerDocument]) -> int:
    """Write into rows of papers that their file is gone; return how many were not marked before."""
    ids = [document.pk for document in documents]
    rows = EmployerDocument.objects.filter(pk__in=ids, purged_at=None)
    return rows.update(purged_at=timezone.now())


def forget_sent_files(files: list[SentFile]) -> int:
    """Delete rows whose file is gone; the message or the appeal stays."""
    return SentFile.objects.filter(pk__in=[sent.pk for sent in files]).delete()[0]


def move_files_without_rows(differences: FileDifferences, target: Path) -> int:
    """Move files without rows into a folder that only its owner reads; return how many. Pictures in a bucket stay."""
    papers = [
        (path, path.relative_to(settings.PRIVATE_ROOT)) for path in differences.papers_without_row
    ]
    pictures = []
    if STORAGE not in settings.STORAGES:
        pictures = [
            (get_picture_path(find_stored_name(name)), Path("pictures", name))
            for name in differences.pictures_without_row
        ]
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, name in papers + pictures:
        place = target / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Copied, because it may be another disk. An existing file of that name is kept.
        if place.exists():
            raise BackupRefused(f"{place} is there already.")
        place.write_bytes(path.read_bytes())
        place.chmod(0o600)
        path.unlink()
    return len(papers) + len(pictures)
