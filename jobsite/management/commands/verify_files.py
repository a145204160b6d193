"""Which rows lack their files, and which files lack their rows."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobsite.backups.backup import require_folder_apart
from jobsite.backups.programs import BackupRefused
from jobsite.backups.stored_files import (
    FileDifferences,
    compare_files,
    forget_sent_files,
    mark_purged,
    move_files_without_rows,
)
from sitekit.maintenance.file_errors import describe_file_error


class Command(BaseCommand):
    help = (
        "Compares pictures and papers with their rows; ends with 1 if a file is missing. "
        "Changes nothing unless it is told to."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        words = "write into the rows of papers whose file is gone that it was deleted"
        parser.add_argument("--mark-purged", action="store_true", help=words)
        words = "move the files that no row names into this folder"
        parser.add_argument("--move-to", type=_parse_folder, metavar="FOLDER", help=words)

    def handle(self, *args: Any, mark_purged: bool, move_to: Path | None, **options: Any) -> None:
        if move_to is not None:
            _require_folder_apart(move_to)
        differences = compare_files()
        for line in list_lines(differences):
            self.stdout.write(line)
        if mark_purged:
            self._mark_purged(differences)
        if move_to is not None:
            try:
                number = move_files_without_rows(differences, move_to)
            except OSError as error:
                raise CommandError(f"--move-to: {describe_file_error(error, move_to)}") from None
            except BackupRefused as refused:
                raise CommandError(f"--move-to: {refused}") from None
            self.stdout.write(f"Moved into {move_to}: {number} files.")
        if differences.are_files_missing:
            raise CommandError("Files are missing.")
        self.stdout.write("No row lacks its file.")

    def _mark_purged(self, differences: FileDifferences) -> None:
        number = mark_purged(differences.missing_papers)
        differences.missing_papers = []
        self.stdout.write(f"Marked as deleted: {number} papers.")
        if differences.missing_sent:
            number = forget_sent_files(differences.missing_sent)
            differences.missing_sent = []
            self.stdout.write(f"Forgotten: {number} sent files.")


def _parse_folder(text: str) -> Path:
    if (
        not text.strip()
    ):  # a variable of the shell that is not set: papers would lie beside the code
        raise ArgumentTypeError("which folder?")
    return Path(text)


def _require_folder_apart(folder: Path) -> None:
    try:
        require_folder_apart(folder)
    except BackupRefused as refused:
        raise CommandError(f"--move-to: {refused}") from None


def list_lines(differences: FileDifferences) -> list[str]:
    """Name the files by row and name, and nobody they belong to."""
    return [
        *(f"missing: picture {name}" for name in differences.missing_pictures),
        *(f"missing: paper {row.pk}, {row.file}" for row in differences.missing_papers),
        *(f"not whole: paper {row.pk}, {row.file}" for row in differences.cut_papers),
        *(
            f"missing or not whole: sent file {row.pk}, {row.file}"
            for row in differences.missing_sent
        ),
        *(f"without a row: picture {name}" for name in differences.pictures_without_row),
        *(f"without a row: paper {path.name}" for path in differences.papers_without_row),
    ]
