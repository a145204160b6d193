"""The orders of a list: by a column, or by the distance from a place.

All SQL is built from constants and from the coordinates of our own directory.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cities.directory.points import EARTH_DIAMETER_KM, Point
from listings.search.scope import SearchCondition
from listings.vocabulary.work_places import MOST_FURTHER
from sitekit.web.paging import DAY_KEY, MOMENT_KEY, NUMBER_KEY, CursorKey

# Rows are measured ring by ring, so that a page is full before all are; the last ring has all others.
RINGS_KM = (1, 10, 100, 300, None)
UNKNOWN = 999_999_999  # metres to a place that is not known: it comes last
_KM_OF_DEGREE = EARTH_DIAMETER_KM * math.pi / 360


@dataclass(frozen=True)
class SortOrder:
    """An order of rows by one key, then the newer id; `descending` is of the key.

    Where the key rises, the index holds the id with its sign changed: only columns that all go the
    same way can be compared as a row, and many listings share one key (any start, 20 yuan).
    """

    code: str
    label: str
    column: str
    descending: bool
    cast: str
    cursor_key: CursorKey
    note: str = ""  # where rows stand that have no such key
    measured: str = ""  # SQL of the column, if the table has none of this name
    start: Point | None = None  # that it is measured from

    @property
    def order(self) -> str:
        return f"{self.column} {'DESC' if self.descending else 'ASC'}, {self.tie}"

    @property
    def tie(self) -> str:
        return "listing_id DESC" if self.descending else "(listing_id * -1) ASC"

    @property
    def order_of_walked(self) -> str:
        """The same order over rows that were selected with `listing_search.COLUMNS`, so that no sort is needed."""
        return self.order if self.descending else f"{self.column} ASC, minus_id ASC"

    def after(self, key: Any, pk: int) -> SearchCondition:
        """Return the condition for rows that come after the row with this key and id."""
        if self.descending:
            return SearchCondition(f"({self.column}, listing_id) < (%s{self.cast}, %s)", (key, pk))
        return SearchCondition(
            f"({self.column}, listing_id * -1) > (%s{self.cast}, %s)", (key, -pk)
        )


MATCH = SortOrder("match", "最相关", "published_at", True, "::timestamptz", MOMENT_KEY)
NEWEST = SortOrder("newest", "最新", "published_at", True, "::timestamptz", MOMENT_KEY)
PAY = SortOrder(
    *("pay", "时薪最高", "hourly_fen", True, "::int", NUMBER_KEY),
    note="按天、周、月算的折成时薪来比；按件、按次的和面议的折不成，排在最后。",
)
START = SortOrder(
    *("start", "最快开工", "start_key", False, "::date", DAY_KEY),
    note="写了开工日期的按日期排，随时可以开始的排在后面。",
)
NEAR = SortOrder("near", "离得近", "metres", False, "::int", NUMBER_KEY)
SORTS = {sort.code: sort for sort in (MATCH, NEWEST, NEAR, PAY, START)}


def build_near_order(start: Point) -> SortOrder:
    """Return the order by the distance of the nearest work place from here."""
    first = _build_distance("latitude", "longitude", start)
    further = ", ".join(
        _build_distance(f"further_points[{2 * n + 1}]", f"further_points[{2 * n + 2}]", start)
        for n in range(MOST_FURTHER)
    )
    nearest = f"CASE WHEN further_points IS NULL THEN {first} ELSE LEAST({first}, {further}) END"
    return replace(NEAR, measured=f"coalesce({nearest}, {UNKNOWN})::int", start=start)


def list_rings(
    order: SortOrder, passed: int
) -> Iterator[tuple[list[SearchCondition], list[SearchCondition]]]:
    """Yield the rings that end beyond `passed` metres: conditions on the box around it, and on the distances.

    The box is for the index of points; the last ring has none.
    """
    inner = 0
    for outer in RINGS_KM:
        if outer is None or order.start is None:
            yield [], [SearchCondition(f"{order.column} >= %s", (inner * 1000,))]
            return
        if passed < outer * 1000:
            within = SearchCondition(
                f"{order.column} >= %s AND {order.column} < %s", (inner * 1000, outer * 1000)
            )
            yield [_match_box(order.start, outer)], [within]
        inner = outer


def _match_box(start: Point, kilometres: int) -> SearchCondition:
    high = kilometres / _KM_OF_DEGREE
    wide = high / math.cos(math.radians(start.latitude + high))
    return SearchCondition(
        "latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s OR further_points IS NOT NULL",
        (
            *(start.latitude - high, start.latitude + high),
            *(start.longitude - wide, start.longitude + wide),
        ),
    )


def _build_distance(latitude: str, longitude: str, start: Point) -> str:
    """Return SQL of the great-circle distance in metres, as `measure_km` has it in km."""
    cosine = math.cos(math.radians(start.latitude))
    return (
        f"round({EARTH_DIAMETER_KM * 1000} * asin(sqrt("
        f"power(sin(radians({latitude} - {start.latitude}) / 2), 2) + {cosine} * "
        f"cos(radians({latitude})) * power(sin(radians({longitude} - {start.longitude}) / 2), 2))))"
    )
