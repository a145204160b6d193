"""Bring back what a backup holds, into the database and the folders that the settings name."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from jobsite.backups.programs import BackupRefused
from jobsite.backups.restore import restore_backup
from sitekit.maintenance.file_errors import describe_file_error


class Command(BaseCommand):
    help = "Restores a backup, all of it or nothing. Stop the site and the worker before."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", metavar="FILE", help="the private key of age")
        parser.add_argument(
            "--replace", action="store_true", help="where there are rows or files: keep them apart"
        )

        parser.add_argument(
            "--send-waiting",
            action="store_true",
            help="send the mails that waited then, too: for a move to another machine",
        )

    def handle(
        self,
        *args: Any,
        file: Path,
        identity: str | None,
        replace: bool,
        send_waiting: bool,
        **options: Any,
    ) -> None:
        try:
            notes = restore_backup(file, identity, replace=replace, send_waiting=send_waiting)
        except OSError as error:
            raise CommandError(describe_file_error(error, file)) from None
        except (BackupRefused, Error) as error:
            raise CommandError(str(error).split("\n")[0]) from None
        for note in notes:
            self.stdout.write(note)
        self.stdout.write(
            "Restored; rows and files are those that were saved. Before the site starts: "
            "manage.py migrate, manage.py check --deploy, manage.py verify_governance."
        )
