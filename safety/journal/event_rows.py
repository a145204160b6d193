"""Every kind of event as rows of one shape, so that the database joins and orders them in one query."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from safety.journal.journal_scope import JournalScope

# The columns of a row, in their order.
COLUMNS = (
    "ev_at",
    "ev_source",
    "ev_row",
    "ev_actor",
    "ev_action",
    "ev_reason",
    "ev_before",
    "ev_after",
    "ev_detail",
    "ev_kind",
    "ev_subject",
)
# The expression of each column, or the name of a field.
type EventColumns = dict[str, Any]
# The columns of events of a row with a status.
MOVE: EventColumns = {
    "actor": "actor",
    "action": "action",
    "reason": "reason",
    "before": "before",
    "after": "after",
}
_TEXTS = {"action", "reason", "before", "after", "detail", "kind"}


@dataclass(frozen=True)
class EventSource:
    """A table of events. `columns` has the expression of each column that is not empty. `condition` returns which
    rows belong to a search, or None if none do."""

    code: str
    group: str
    rows: Callable[[], QuerySet[Any]]
    condition: Callable[[JournalScope], Q | None]
    columns: EventColumns

    def build_query(self, rank: int, condition: Q) -> QuerySet[Any]:
        """Return the rows of the table in the common shape; `rank` is the place of this source in `SOURCES`."""
        values: dict[str, Any] = {
            "ev_source": Value(rank, IntegerField()),
            "ev_row": Cast("pk", BigIntegerField()),
        }
        for name in ("at", "actor", "subject", *sorted(_TEXTS)):
            values[f"ev_{name}"] = self._build_column(name)
        rows = self.rows().filter(condition).order_by()
        return rows.annotate(**values).values_list(*COLUMNS)

    def _build_column(self, name: str) -> Combinable:
        column = self.columns.get(name)
        if name in _TEXTS:
            if column is None:
                return Value("", TextField())
            return Cast(F(column) if isinstance(column, str) else column, TextField())
        if name == "at":
            return Cast(column or "created_at", DateTimeField())
        return Cast(column if column is not None else Value(None), BigIntegerField())


class FirstLetters(Func):
    """The beginning of a text, as much as one line shows."""

    function = "LEFT"
    template = "%(function)s(%(expressions)s, 120)"
    output_field = CharField()


def match_any_condition(columns: Mapping[str, Iterable[Any]]) -> Q | None:
    """Return the condition that one of the columns has one of its values; None if there are no values."""
    condition = Q()
    for column, values in columns.items():
        if listed := list(values):
            condition |= Q(**{f"{column}__in": listed})
    return condition or None


def match_numbers(**kinds: str) -> Callable[[JournalScope], Q | None]:
    """Return the condition that a column has a number of this kind: `listing="listing_id"`."""
    return lambda scope: match_any_condition(
        {column: scope.list_numbers(kind) for kind, column in kinds.items()}
    )


def name_subject(kind: str, column: str) -> EventColumns:
    """Return the columns that say which row an event is about."""
    return {"kind": Value(kind), "subject": column}
