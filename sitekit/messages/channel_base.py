"""What every way to send messages has to say of itself."""

import smtplib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core import checks
from django.db.models import QuerySet

from sitekit.models import Outgoing


class Channel[Row: Outgoing](ABC):
    """One way to send. Its rows wait in a table of its own, which `sitekit.messages.outbox` empties.

    `open`, and `send` with one of `away_errors`, say that nobody answers there: what is to be sent
    waits. Any other error of `send` is about the row, which is tried again later.
    """

    model: type[Row]
    lock: int  # one process at a time sends; no two channels have the same number
    log_name: str
    export_name: str  # what the export of an account calls its rows
    export_fields: Sequence[str]
    retention_code: str
    retention_label: str
    turn: ClassVar[int] = 1  # of the delivery; the lowest goes first
    away_errors: ClassVar[tuple[type[Exception], ...]] = ()
    # What is emptied in a secret row once it was sent or is of no use, and what with.
    secret_blanks: ClassVar[dict[str, Any]] = {"text": ""}

    def open(self) -> None:  # noqa: B027 - not every channel has a connection
        """Called before each row; makes a connection where there is none."""

    @abstractmethod
    def send(self, row: Row) -> None: ...

    def close(self) -> None:  # noqa: B027
        """Called after the last row."""

    @abstractmethod
    def list_rows_of(self, user: Any) -> QuerySet[Row]:
        """What was sent to the account, for its export and its end."""

    def get_notice_address(self, user: Any) -> str:
        """Where the account's notices go; empty where they don't go by this channel."""
        return ""

    def build_notice(
        self, *, key: str, to: str, title: str, text: str, not_before: datetime | None
    ) -> Row:
        """A notice, not yet put in; asked for where `get_notice_address` gave an address."""
        raise NotImplementedError

    def check_settings(self) -> list[checks.CheckMessage]:
        """What is missing on a server that is to go live."""
        return []


def describe_send_error(error: Exception) -> str:
    """What went wrong without the server's words, which repeat the address."""
    code = getattr(error, "smtp_code", getattr(error, "code", ""))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:200]
