"""How long something is kept, and the least that the law asks for; the table of it is joined in
`jobsite.operations.retention` from the RULES of each app."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, Model, OuterRef, QuerySet

# Never shorter than the months and years they stand for.
MONTH, SIX_MONTHS, YEAR = timedelta(days=31), timedelta(days=184), timedelta(days=366)
TWO_YEARS, THREE_YEARS = timedelta(days=731), timedelta(days=1096)


type RowsBefore = Callable[[datetime], QuerySet]


def created_before(model: type[Model]) -> RowsBefore:
    """Its rows have a `created_at`."""
    return lambda before: model._default_manager.filter(created_at__lt=before)


def created_before_and_not_last(model: type[Model], subject: str) -> RowsBefore:
    """The last event of each subject says how the subject stands: it stays."""
    later = model._default_manager.filter(**{subject: OuterRef(subject), "pk__gt": OuterRef("pk")})
    return lambda before: model._default_manager.filter(Exists(later), created_at__lt=before)


def delete_after(*dependents: tuple[type[Model], str]) -> Callable[[QuerySet], None]:
    """Deletes first the rows that point at those to go: (model, name of its foreign key)."""

    def delete_all(rows: QuerySet) -> None:
        numbers = list(rows.values_list("pk", flat=True))
        for model, foreign_key in dependents:
            model._default_manager.filter(**{f"{foreign_key}__in": numbers}).delete()
        rows.model._default_manager.filter(pk__in=numbers).delete()

    return delete_all


class RetentionRule(NamedTuple):
    """`rows(before)` are those whose time was over at that moment; `drop` forgets them."""

    code: str
    what: str
    keep: timedelta
    why: str
    rows: RowsBefore
    drop: Callable[[QuerySet], object] = QuerySet.delete
    floor: timedelta | None = None  # less than this nobody may keep it

    @property
    def how_long(self) -> str:
        days = self.keep.days
        if days >= YEAR.days:
            return f"{days // 365} 年"
        return f"{days // 30} 个月" if days > MONTH.days else f"{days} 天"


def keep_by_law(
    code: str,
    title: str,
    rows: RowsBefore,
    drop: Callable[[QuerySet], object] = QuerySet.delete,
) -> RetentionRule:
    """Return the rule of what the law asks to keep for three years; afterwards it is forgotten."""
    why = "法律要求至少三年"
    return RetentionRule(code, title, THREE_YEARS, why, rows, drop, floor=THREE_YEARS)
