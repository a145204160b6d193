"""Before a database that came back from an earlier moment is used: what waits in it may have been sent since."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from jobsite.backups.restored_state import hold_waiting_messages, release_held_messages


class Command(BaseCommand):
    help = "Holds back all mails and text messages that wait to be sent. restore does so by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--release", action="store_true", help="have the worker send what is held back"
        )

    def handle(self, *args: Any, release: bool, **options: Any) -> None:
        if release:
            self.stdout.write(f"Put back into the queue: {release_held_messages()} messages.")
            return
        with connection.cursor() as cursor:
            held = hold_waiting_messages(cursor)
        self.stdout.write(
            f"Held back: {held} messages. `manage.py hold_messages --release` has them sent."
        )
