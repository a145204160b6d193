"""How long something is kept, and the least that the law asks for; the table of it is joined in
`jobsite.operations.retention` from the RULES of each app."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import QuerySet

# Never shorter than the months and years they stand for.
MONTH, SIX_MONTHS, YEAR = timedelta(days=31), timedelta(days=184), timedelta(days=366)
TWO_YEARS, THREE_YEARS = timedelta(days=731), timedelta(days=1096)


def delete_rows(rows: QuerySet) -> None:
    rows.delete()


class RetentionRule(NamedTuple):
    """`rows(before)` are those whose time was over at that moment; `drop` forgets them."""

    code: str
    what: str
    keep: timedelta
    why: str
    rows: Callable[..., QuerySet]
    drop: Callable[[QuerySet], None] = delete_rows
    floor: timedelta | None = None  # less than this nobody may keep it

    @property
    def how_long(self) -> str:
        days = self.keep.days
        if days >= YEAR.days:
            return f"{days // 365} 年"
        return f"{days // 30} 个月" if days > MONTH.days else f"{days} 天"
