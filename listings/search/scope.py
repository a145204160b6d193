"""The place of a list: the nation, a province or a city."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cities.directory.regions import get_city, get_current_region
from cities.models import Region, RegionLevel
from listings.choices import WorkMode
from sitekit.kept_pages.changes import Dependency


@dataclass(frozen=True)
class SearchCondition:
    """SQL over columns of the search table, and the same as tsquery text where tokens exist for it."""

    sql: str
    params: tuple[Any, ...] = ()
    tokens: str = ""


@dataclass(frozen=True)
class SearchScope:
    """The condition on the leading column of an index; a district adds a second condition."""

    place: Region | None
    conditions: tuple[SearchCondition, ...] = field(default=())

    @property
    def rows(self) -> Dependency:
        """Return the rows that a search in this scope reads."""
        return Dependency("rows", self.place.adcode if self.place else None)

    @property
    def is_wide(self) -> bool:
        """A province or the nation: too many listings to count for each request."""
        return self.place is None or (
            self.place.level == RegionLevel.PROVINCE and not get_city(self.place)
        )


def get_search_scope(place: Region | None, modes: Iterable[str | None] = ()) -> SearchScope:
    """Return the scope of a place; of online listings alone it is the nation: they have no place."""
    if place is None or list(modes) == [WorkMode.ONLINE]:
        return SearchScope(None)
    place = get_current_region(place)
    city = get_city(place)
    if city is None:
        return SearchScope(place, (_match_place("province_id", place),))
    if city.adcode == place.adcode:
        return SearchScope(place, (_match_place("city_id", place),))
    in_city = _match_place("city_id", city)
    return SearchScope(place, (in_city, match_districts([place.adcode])))


def match_districts(codes: Sequence[int]) -> SearchCondition:
    """Return the condition that one of the work places lies in one of these counties."""
    return SearchCondition(
        "district_id = ANY(%s) OR further_districts && %s::int[]",
        (list(codes), list(codes)),
        " | ".join(f"'r:{code}'" for code in codes),
    )


def _match_place(column: str, place: Region) -> SearchCondition:
    return SearchCondition(f"{column} = %s", (place.adcode,), f"'r:{place.adcode}'")
