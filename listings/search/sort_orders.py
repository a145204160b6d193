"""The orders of a list: by a column, or by the distance from a place.

All SQL is built from constants and from the coordinates of our own directory.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from cities.directory.points import EARTH_DIAMETER_KM, Point, get_region_point, measure_km
from cities.directory.regions import list_region_codes, require_region
from cities.models import Region
from listings.search.scope import SearchCondition
from listings.vocabulary.work_places import MAX_FURTHER
from sitekit.web.paging import DAY_KEY, MOMENT_KEY, NUMBER_KEY, CursorKey

# Rows are measured ring by ring, so that a page is full before all rows are measured; the last ring has all others.
# The first ring is wider by the distance to the nearest county of the list. If the list is far away, the box of each
# ring has nearly all rows, and all of them must be looked at: so there are only two rings.
RINGS_KM = (1, 10, 100, 300, None)
FAR_RINGS_KM = (1, None)
FAR_KM = 300
# A box has belts of the latitudes of the list's counties and half a degree beside them: there it is not much
# wider than the ring.
LATITUDE_BELTS = 32
ROUNDING_DEGREES = 1e-6  # degrees, for what is lost in rounding
UNKNOWN_METRES = 999_999_999  # metres to a place that is not known: it comes last
_KM_OF_DEGREE = EARTH_DIAMETER_KM * math.pi / 360


class ListArea(NamedTuple):
    """Where the counties of a list lie: from the start to the nearest in km, rounded down, and their latitudes."""

    least_km: int
    south: float
    north: float


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
    area: ListArea | None = None

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


def build_near_order(start: Point, place: Region | None = None) -> SortOrder:
    """Return the order by the distance of the nearest work place from here, for the list of a place."""
    first = _build_distance("latitude", "longitude", start)
    further = ", ".join(
        _build_distance(f"further_points[{2 * n + 1}]", f"further_points[{2 * n + 2}]", start)
        for n in range(MAX_FURTHER)
    )
    nearest = f"CASE WHEN further_points IS NULL THEN {first} ELSE LEAST({first}, {further}) END"
    return replace(
        NEAR,
        measured=f"coalesce({nearest}, {UNKNOWN_METRES})::int",
        start=start,
        area=_find_area(start, place) if place else None,
    )


def _find_area(start: Point, place: Region) -> ListArea | None:
    inside = [get_region_point(require_region(code)) for code in list_region_codes(place)]
    points = [point for point in inside if point]
    if not points:
        return None
    latitudes = [point.latitude for point in points]
    least_km = int(min(measure_km(start, point) for point in points))
    return ListArea(least_km, min(latitudes) - 0.5, max(latitudes) + 0.5)


def list_rings(
    order: SortOrder, passed: int
) -> Iterator[tuple[list[SearchCondition], list[SearchCondition]]]:
    """Yield the rings that end beyond `passed` metres: conditions on the box around it, and on the distances.

    The box is for the index of points; the last ring has none.
    """
    inner, least_km = 0, order.area.least_km if order.area else 0
    for width in FAR_RINGS_KM if least_km > FAR_KM else RINGS_KM:
        if width is None or order.start is None:
            yield [], [SearchCondition(f"{order.column} >= %s", (inner * 1000,))]
            return
        outer = least_km + width
        if passed < outer * 1000:
            within = SearchCondition(
                f"{order.column} >= %s AND {order.column} < %s", (inner * 1000, outer * 1000)
            )
            yield [_match_box(order.start, order.area, outer)], [within]
        inner = outer


def _match_box(start: Point, area: ListArea | None, kilometres: int) -> SearchCondition:
    """Return the condition that a place may be so near: it lies in the box of a belt of latitudes."""
    high = kilometres / _KM_OF_DEGREE + ROUNDING_DEGREES
    south, north = start.latitude - high, start.latitude + high
    low, up = (area.south, area.north) if area else (south, north)
    inner = [low + number * (up - low) / LATITUDE_BELTS for number in range(LATITUDE_BELTS + 1)]
    edges = [min(south, low), *inner, max(north, up)]
    wide = [
        _measure_width(
            start.latitude, kilometres, below - ROUNDING_DEGREES, above + ROUNDING_DEGREES
        )
        for below, above in pairwise(edges)
    ]
    return SearchCondition(
        "latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s AND abs(longitude - %s) <= "
        "(%s::float8[])[1 + width_bucket(latitude, %s::float8, %s::float8, %s)] "
        "OR further_points IS NOT NULL",
        (
            *(south, north),
            *(start.longitude - max(wide), start.longitude + max(wide)),
            *(start.longitude, wide, low, up, LATITUDE_BELTS),
        ),
    )


def _measure_width(latitude: float, kilometres: int, low: float, up: float) -> float:
    """Return how many degrees of longitude apart two points may be that are so near each other, one of this
    latitude and one between the other two."""
    high = max(low - latitude, latitude - up, 0)
    least = math.sin(math.radians(high) / 2) ** 2
    most = math.sin(kilometres / EARTH_DIAMETER_KM) ** 2
    narrow = max(min(math.cos(math.radians(at)) for at in (low, up)), ROUNDING_DEGREES)
    cosines = math.cos(math.radians(latitude)) * narrow
    return math.degrees(2 * math.asin(math.sqrt(min(max(most - least, 0) / cosines, 1))))


def _build_distance(latitude: str, longitude: str, start: Point) -> str:
    """Return SQL of the great-circle distance in metres, as `measure_km` has it in km."""
    cosine = math.cos(math.radians(start.latitude))
    return (
        f"round({EARTH_DIAMETER_KM * 1000} * asin(sqrt("
        f"power(sin(radians({latitude} - {start.latitude}) / 2), 2) + {cosine} * "
        f"cos(radians({latitude})) * power(sin(radians({longitude} - {start.longitude}) / 2), 2))))"
    )
