"""Lists in pages by a cursor (the last row seen), so that page 500 costs as much as page 1."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from sitekit.web.row_ids import parse_row_id

_CURSOR = re.compile(r"(\d{1,20})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS_OF_MOMENT, _DIGITS_OF_DAY = "%Y%m%d%H%M%S%f", "%Y%m%d"


class BadCursor(ValueError):
    """The `after` of an address is no cursor of this list."""


class CursorKey(NamedTuple):
    """How the sort key of a list is written in digits; `decode` may raise ValueError."""

    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


def _decode_number(digits: str) -> int:
    if len(digits) > 9:
        raise ValueError(digits)
    return int(digits)


def _decode_microseconds(digits: str) -> datetime:
    if len(digits) > 16:
        raise ValueError(digits)
    return _EPOCH + timedelta(microseconds=int(digits))


NUMBER_KEY = CursorKey(str, _decode_number)
DAY_KEY = CursorKey(
    lambda day: f"{day.year:04}{day:%m%d}",
    lambda digits: datetime.strptime(digits, _DIGITS_OF_DAY).replace(tzinfo=UTC).date(),
)
MOMENT_KEY = CursorKey(
    lambda moment: f"{moment.astimezone(UTC):{_DIGITS_OF_MOMENT}}",
    lambda digits: datetime.strptime(digits, _DIGITS_OF_MOMENT).replace(tzinfo=UTC),
)
MICROSECONDS_KEY = CursorKey(
    lambda moment: str((moment - _EPOCH) // timedelta(microseconds=1)), _decode_microseconds
)


def encode_cursor(key: int | date | datetime, pk: int, cursor_key: CursorKey) -> str:
    return f"{cursor_key.encode(key)}-{pk}"


def decode_cursor(text: str, cursor_key: CursorKey) -> tuple[Any, int]:
    """Return the key and the id of the last row seen; raises BadCursor."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise BadCursor(text[:40])
    digits, pk = match.groups()
    try:
        return cursor_key.decode(digits), int(pk)
    except ValueError as error:
        raise BadCursor(text[:40]) from error


@dataclass(frozen=True)
class IdOrder:
    """By the rows' ids; the cursor is the id. With a bad cursor the first page is shown."""

    oldest_first: bool = False
    bad_cursor_notice: ClassVar[str] = ""

    def encode(self, row: Model) -> str:
        return str(row.pk)

    def order_rows[Row: Model](self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows.order_by("pk" if self.oldest_first else "-pk")

    def filter_after[Row: Model](self, rows: QuerySet[Row], cursor: str) -> QuerySet[Row]:
        """Return the rows after the cursor; raises BadCursor."""
        pk = parse_row_id(cursor)
        if pk is None:
            raise BadCursor(cursor[:40])
        return rows.filter(**{f"pk__{'gt' if self.oldest_first else 'lt'}": pk})


@dataclass(frozen=True)
class TimeOrder:
    """The newest first, by the rows' `published_at`, then the higher id.

    `column` may be another field or alias that holds the same moment and has the index.
    """

    column: str = "published_at"
    bad_cursor_notice: ClassVar[str] = "翻页的位置认不出来，已从最新的开始。"

    def encode(self, row: Any) -> str:
        return encode_cursor(row.published_at, row.pk, MICROSECONDS_KEY)

    def order_rows[Row: Model](self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows.order_by(f"-{self.column}", "-pk")

    def filter_after[Row: Model](self, rows: QuerySet[Row], cursor: str) -> QuerySet[Row]:
        """Return the rows after the cursor; raises BadCursor."""
        moment, pk = decode_cursor(cursor, MICROSECONDS_KEY)
        return rows.filter(
            # Implied by the second condition, but lets the database use the index.
            Q(**{f"{self.column}__lte": moment}),
            Q(**{f"{self.column}__lt": moment}) | Q(**{self.column: moment}, pk__lt=pk),
        )


@dataclass(frozen=True)
class CursorPage[Row: Model]:
    """`notice` says that the cursor was unusable, in lists that show this."""

    rows: list[Row]
    is_first: bool
    next_href: str
    first_href: str
    notice: str = ""

    @property
    def links(self) -> dict[str, Any]:
        """Return the context of `_pager.html`, and whether this is the first page."""
        return {
            "is_first": self.is_first,
            "next_href": self.next_href,
            "first_href": self.first_href,
        }


def paginate[Row: Model](
    queryset: QuerySet[Row],
    request: HttpRequest,
    *,
    size: int,
    order: IdOrder | TimeOrder,
    kept_query: str = "",
    first_href: str | None = None,
) -> CursorPage[Row]:
    """Return the page after the row that the parameter `after` names, else the first page.

    `kept_query` are the other query parameters of the pages ("part=over&"); `first_href` is the address
    of the first page if it is not the present one without the cursor.
    """
    after = request.GET.get("after", "")
    rows, is_first = order.order_rows(queryset), True
    if after:
        with suppress(BadCursor):
            rows, is_first = order.filter_after(rows, after), False
    page_rows = list(rows[: size + 1])
    return CursorPage(
        rows=page_rows[:size],
        is_first=is_first,
        next_href=f"?{kept_query}after={order.encode(page_rows[size - 1])}"
        if len(page_rows) > size
        else "",
        first_href="" if is_first else f"?{kept_query}" if first_href is None else first_href,
        notice=order.bad_cursor_notice if after and is_first else "",
    )


def encode_other_parameters(request: HttpRequest) -> str:
    """The query of the address without the cursor, for `paginate(kept_query=…)`."""
    parameters = request.GET.copy()
    parameters.pop("after", None)
    return f"{parameters.urlencode()}&" if parameters else ""
