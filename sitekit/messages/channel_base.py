"""The base class of the ways to send messages."""

import smtplib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from django.core import checks
from django.db.models import QuerySet

from sitekit.models import Outgoing


class Recipient(Protocol):
    """An account with its addresses; None or empty where it has none."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def phone_proved_at(self) -> datetime | None: ...


def find_own_phone(user: Recipient) -> str:
    """Return the phone that codes and warnings go to, and whose rows are those of the account, or "". One that nobody
    proved, typed by staff, may be a stranger's: it counts only where there is no mailbox."""
    is_own = user.phone_proved_at or not user.email
    return (is_own and user.phone) or ""


class ShortLink(NamedTuple):
    """A page that does what the notice is about by one button; `code` is the end of its address, after the same path
    as that of a stop link."""

    code: str
    url: str


class StopLink(NamedTuple):
    """Where the reader of a notice stops its kind without signing in; `code` is the end of the address, all that a
    template of a provider has room for. `is_final`: of notices that cannot be stopped, the page says why. A
    `shortcut` stands in a text message instead, and its page links here."""

    code: str
    url: str
    is_final: bool = False
    shortcut: ShortLink | None = None


class Channel[Row: Outgoing](ABC):
    """One way to send. Its rows wait in a table of its own, from which `sitekit.messages.outbox`
    sends them.

    An error of `open`, or one of `away_errors` from `send`, means that the server does not answer:
    all rows wait. Any other error of `send` is about this row, which is tried again later.
    """

    model: type[Row]
    lock: int  # one process at a time sends; no two channels have the same number
    log_name: str
    export_name: str  # the name of its rows in the export of an account
    export_fields: Sequence[str]
    retention_code: str
    retention_label: str
    turn: ClassVar[int] = 1  # order of the delivery; the lowest is first
    is_paid: ClassVar[bool] = (
        False  # each message costs money: only notices that ask for it, few a day
    )
    away_errors: ClassVar[tuple[type[Exception], ...]] = ()
    # The new values of a secret row after it was sent or has become useless.
    secret_blanks: ClassVar[dict[str, Any]] = {"text": ""}

    def put_off(self, due: QuerySet[Row]) -> None:  # noqa: B027
        """Called before each row: have those of `due` wait that should not leave at this hour."""

    def open(self) -> None:  # noqa: B027 - not every channel has a connection
        """Called before each row; connects if there is no connection."""

    @abstractmethod
    def send(self, row: Row) -> None: ...

    def close(self) -> None:  # noqa: B027
        """Called after the last row."""

    @abstractmethod
    def list_account_rows(self, user: Recipient) -> QuerySet[Row]:
        """Return what was sent to the account, for its export and its deletion."""

    def get_notice_address(self, user: Recipient) -> str:
        """Return the address that this channel could send notices of the account to, whether they are wanted or not;
        empty if there is none."""
        return ""

    def get_digest_address(self, user: Recipient) -> str:
        """Return the address for what the account subscribed to."""
        return self.get_notice_address(user)

    def build_notice(
        self,
        *,
        key: str,
        to: str,
        title: str,
        text: str,
        not_before: datetime | None,
        stop: StopLink,
    ) -> Row:
        """Return an unsaved notice; called if `get_notice_address` returned an address."""
        raise NotImplementedError

    def check_settings(self) -> list[checks.CheckMessage]:
        """Return what is missing in the settings of a live server."""
        return []


def describe_send_error(error: Exception) -> str:
    """Describe the error without the server's text, which may contain the address."""
    code = getattr(error, "smtp_code", getattr(error, "code", ""))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:200]
