"""Where a list looks: the nation, a province or a city, and the places inside it."""

from dataclasses import dataclass, field

from cities.directory.regions import city_of, get_region_children, list_provinces
from cities.models import Region, RegionLevel
from listings.choices import WorkMode


@dataclass(frozen=True)
class SearchCondition:
    """A piece of SQL over columns of the search table, and the same as a token query if it can."""

    sql: str
    params: tuple = ()
    tokens: str = ""


@dataclass(frozen=True)
class SearchScope:
    """The leading column of the index that is walked, and what a smaller place adds to it."""

    place: Region | None
    conditions: tuple[SearchCondition, ...] = field(default=())

    @property
    def is_wide(self):
        """A province or the nation: too many listings to count anew for each request."""
        return self.place is None or (
            self.place.level == RegionLevel.PROVINCE and not (city_of(self.place))
        )


def get_search_scope(place: Region | None, modes=()) -> SearchScope:
    """The scope of a page; online listings belong to no place, so asking for them widens it."""
    if place is None or list(modes) == [WorkMode.ONLINE]:
        return SearchScope(None)
    city = city_of(place)
    if city is None:
        return SearchScope(place, (_at("province_id", place),))
    if city.adcode == place.adcode:
        return SearchScope(place, (_at("city_id", place),))
    return SearchScope(place, (_at("city_id", city), _at("district_id", place)))


def _at(column, place):
    return SearchCondition(f"{column} = %s", (place.adcode,), f"'r:{place.adcode}'")


def list_selectable_districts(place: Region | None) -> list[Region]:
    """The places a visitor can narrow a page to: the provinces, a province's cities, its districts."""
    return get_region_children(place) if place else list_provinces()
