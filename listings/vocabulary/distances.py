"""Distances to work places in words, and about how long the way takes.

A distance is measured in a straight line. The way along streets is longer: the factor and the speeds below are
rough values for towns. static/js/near.js has the same values for the position that a browser gives.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cities.directory.points import get_region_point, measure_km, parse_coordinates
from cities.models import Region
from listings.vocabulary.work_places import Location

WAY_PER_KM = 1.3  # km of street for each km in a straight line
WALKING_KMH = 4.8
RIDING_KMH, WAITING_MINUTES = 15, 10  # of a bus, its stops included
LONGEST_WALK_KM = 5
SHORTEST_RIDE_KM, LONGEST_RIDE_KM = 1.5, 40
_SAME_CENTRE_KM = 0.15  # rows have points to about 100 m
_STEP_KM, _WIDE_STEP_KM, _WIDE_KM = 5, 10, 100  # what a distance between centres is rounded to
_UNSURE = "~"  # before the centre of a county


@dataclass(frozen=True)
class Distance:
    """The distance from the centre of `start` to the nearest of several places."""

    start: Region
    km: float
    is_exact: bool

    @property
    def words(self) -> str:
        """For a row: 2.3 公里, 约 45 公里, or 就在吉首 where only the county is known."""
        if self.is_exact:
            return format_km(self.km)
        if self.km < _SAME_CENTRE_KM:
            return f"就在{self.start.short_name}"
        step = _STEP_KM if self.km < _WIDE_KM else _WIDE_STEP_KM
        return f"约 {max(step, round(self.km / step) * step):,} 公里"

    @property
    def sentence(self) -> str:
        """For the page of a listing."""
        if self.is_exact:
            way = "，".join([f"直线约 {format_km(self.km)}", *_list_durations(self.km)])
            return f"离{self.start.name}中心{way}"
        if self.km < _SAME_CENTRE_KM:
            return f"就在{self.start.name}，对方没有标出具体位置，算不出多远"
        return f"两地中心相隔{self.words}，对方没有标出具体位置"


def measure_distance(start: Region, locations: Iterable[Location]) -> Distance | None:
    """Return the distance to the nearest, the exact one of two that are as near; None without any."""
    centre = get_region_point(start)
    if centre is None:
        return None
    measured = [(measure_km(centre, place.point), not place.is_exact) for place in locations]
    if not measured:
        return None
    km, is_unsure = min(measured)
    return Distance(start, km, not is_unsure)


def format_km(km: float) -> str:
    if km < 1:
        return f"{max(100, round(km * 10) * 100)} 米" if km < 0.95 else "1 公里"
    return f"{km:.1f}".removesuffix(".0") + " 公里" if km < 10 else f"{km:,.0f} 公里"


def _list_durations(km: float) -> list[str]:
    way, durations = km * WAY_PER_KM, []
    if km <= LONGEST_WALK_KM:
        durations.append(f"步行约 {_round_minutes(way / WALKING_KMH * 60)} 分钟")
    if SHORTEST_RIDE_KM <= km <= LONGEST_RIDE_KM:
        minutes = way / RIDING_KMH * 60 + WAITING_MINUTES
        durations.append(f"坐公交约 {_round_minutes(minutes)} 分钟")
    return durations


def _round_minutes(minutes: float) -> int:
    return max(5, round(minutes / 5) * 5)


def format_locations(locations: Iterable[Location]) -> str:
    """Return them for the attribute of a row, to about 100 m: 28.311,109.739;~28.200,109.500."""
    return ";".join(
        f"{'' if place.is_exact else _UNSURE}{place.point.latitude:.3f},{place.point.longitude:.3f}"
        for place in locations
    )


def parse_locations(text: str) -> list[Location]:
    """Return what `format_locations` wrote."""
    return [
        Location(point, not part.startswith(_UNSURE))
        for part in text.split(";")
        if (point := parse_coordinates(part.removeprefix(_UNSURE)))
    ]
