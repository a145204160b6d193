import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safety.checker.hidden_errors import describe_error_place
from safety.forwarded_checks.forwarded_mail import answer_mail

MAX_MAIL_BYTES = 40_000_000


class Command(BaseCommand):
    """The exit codes are those that Postfix and Exim know: 78 returns the mail, 75 lets it wait."""

    help = "Judge the mail on standard input, and queue the answer to its sender."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CHECK_MAIL:
            raise CommandError("CHECK_MAIL is not set.", returncode=os.EX_CONFIG)
        raw = sys.stdin.buffer.read(MAX_MAIL_BYTES)
        try:
            answer_mail(raw)
        except Exception as error:
            place = describe_error_place(error)
        else:
            return
        # Outside the except block: the error may contain the text.
        raise CommandError(f"The mail waits: {place}", returncode=os.EX_TEMPFAIL)
