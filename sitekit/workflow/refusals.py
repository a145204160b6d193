"""The base of exceptions whose text is shown to a person."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Manager, Model, QuerySet


class Refusal(Exception):
    """`words` are Chinese and may be shown to the person; `field` is the form field at fault.

    Exceptions that only code handles have another base.
    """

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class PageDenied(PermissionDenied):
    """A refusal that is answered with 403 and a page that shows its words, which are Chinese and say what to do. The
    words of other `PermissionDenied`, which libraries raise too, are not shown."""


class MoveRefused(Refusal):
    """A row did not change its status; the words say why."""


def get_row_or_refuse[Row: Model](
    rows: QuerySet[Row] | Manager[Row], words: str, **lookups: Any
) -> Row:
    """Return the row that a button is about. If it is gone (the button was pressed twice, or somebody else was first),
    raise a `Refusal` with these words; what is another's is answered alike."""
    row = rows.filter(**lookups).first()
    if row is None:
        raise Refusal(words)
    return row
