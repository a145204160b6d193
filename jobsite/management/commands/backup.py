"""Database, pictures and papers in one encrypted file. The keys are not in it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from jobsite.backups.backup import write_backup
from jobsite.backups.programs import BackupRefused
from sitekit.images.picture_files import STORAGE
from sitekit.maintenance.file_errors import describe_file_error

KEYS = (
    "SECRET_KEY SECRET_KEY_FALLBACKS CONTACT_KEY EVIDENCE_KEY SECOND_FACTOR_KEYS CONTACT_SEAL_KEYS"
)


class Command(BaseCommand):
    help = "Writes a backup into a folder, encrypted for BACKUP_RECIPIENT (of age or GnuPG)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N")
        parser.add_argument("--plain", action="store_true", help="do not encrypt")

    def handle(
        self, *args: Any, folder: Path, keep: int | None, plain: bool, **options: Any
    ) -> None:
        if not plain and not settings.BACKUP_RECIPIENT:
            raise CommandError(
                "BACKUP_RECIPIENT is not set: whom shall it be encrypted for? `age-keygen -o KEY` prints a public key."
            )
        if keep is not None and keep < 1:
            raise CommandError("--keep: at least 1.")
        try:
            path = write_backup(folder, "" if plain else settings.BACKUP_RECIPIENT, keep)
        except OSError as error:
            raise CommandError(describe_file_error(error, folder)) from None
        except (BackupRefused, Error) as error:
            raise CommandError(str(error).split("\n")[0]) from None
        if options["verbosity"]:
            kept_apart = [name for name in KEYS.split() if getattr(settings, name)]
            if STORAGE in settings.STORAGES:
                kept_apart.append("pictures (in S3)")
            listed = ", ".join(kept_apart)
            self.stdout.write(f"{path}\nNot in it, to be kept elsewhere: {listed}.")
