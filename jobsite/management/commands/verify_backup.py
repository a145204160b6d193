"""Whether a backup is whole and what was saved."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobsite.backups.programs import BackupRefused
from jobsite.backups.restore import verify_backup
from sitekit.maintenance.file_errors import describe_file_error


class Command(BaseCommand):
    help = "Reads a backup to its end and compares every part; changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", metavar="FILE", help="the private key of age")

    def handle(self, *args: Any, file: Path, identity: str | None, **options: Any) -> None:
        try:
            manifest = verify_backup(file, identity)
        except OSError as error:
            raise CommandError(describe_file_error(error, file)) from None
        except BackupRefused as error:
            raise CommandError(str(error).split("\n")[0]) from None
        if manifest is None:
            self.stdout.write("The file is as it was written. --identity reads what is in it, too.")
            return
        rows = sum(int(count) for count, _ in manifest["tables"].values())
        self.stdout.write(
            f"Whole: {len(manifest['tables'])} tables with {rows} rows, {len(manifest['sha256'])} parts."
        )
