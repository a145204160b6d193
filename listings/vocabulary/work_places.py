"""Where people work: the main place of a listing, and further ones as its author wrote them, one a line.

A line is a county of the same city, the address, and the coordinates if they are known:
凤凰县 虹桥中路 12 号 109.59950,27.94800
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cities.directory.centres import find_nearest_centre
from cities.directory.points import Point, get_region_point, measure_km, parse_coordinates
from cities.directory.regions import (
    get_city,
    get_region,
    get_region_ancestors,
    get_region_cache_version,
    get_region_children,
)
from cities.models import Region, RegionLevel

MAX_FURTHER = 4  # five places in all
_COORDINATES = re.compile(
    r"[\s（(]*(\d{1,3}\.\d{3,12}\s*[,，]\s*\d{1,3}\.\d{3,12})[)）\s]*$", re.ASCII
)
# Farther from the centre of its county than this, a point must at least lie in the same city.
_SURELY_NEAR_KM = 50


@dataclass(frozen=True)
class Location:
    """A point; unless it is exact, it is the centre of the county."""

    point: Point
    is_exact: bool


@dataclass(frozen=True)
class WorkPlace:
    region: Region
    address: str
    point: Point | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, [self.region.name, self.address]))

    @property
    def line(self) -> str:
        """As it is stored."""
        return " ".join(filter(None, [str(self), str(self.point or "")]))

    @property
    def location(self) -> Location | None:
        """The point on the map; None if only a city is known, because the centre of a city is too far from the work."""
        if self.point:
            return Location(self.point, is_exact=True)
        centre = get_region_point(self.region)
        is_small = self.region.level == RegionLevel.DISTRICT
        return Location(centre, is_exact=False) if centre and is_small else None


class WorkPlacesInWords:
    """Describes all work places of a listing, or of an earlier text of it, in one line. Base class of both."""

    address: Any
    place: Any  # the county or city of the main place
    work_places: Any

    def name_work_places(self, first: str) -> str:
        """Return `first`, the name of the main place, with the number of all places: 吉首市 乾州等 3 处. "" stays
        ""."""
        number = len(self.work_places)
        return f"{first}等 {number} 处" if first and number > 1 else first

    @property
    def place_words(self) -> str:
        """The short name of its county or city: 吉首, or 吉首等 3 处."""
        return self.name_work_places(self.place.short_name)

    @property
    def address_words(self) -> str:
        """County and address: 吉首市 人民路 3 号, or 吉首市 人民路 3 号等 3 处."""
        return self.name_work_places(" ".join(filter(None, [self.place.name, self.address])))


class PlaceUnreadable(ValueError):
    """The typed words are not a place; the text says in Chinese why."""


def parse_further_places(text: str, main: Region) -> list[WorkPlace]:
    """Return the places of the lines, each once; raise PlaceUnreadable."""
    lines = [" ".join(line.split()) for line in re.split(r"[\n;；]", text)]
    places = list(dict.fromkeys(_parse_line(line, main) for line in lines if line))
    if len(places) > MAX_FURTHER:
        raise PlaceUnreadable(
            f"最多写 {MAX_FURTHER + 1} 个地点：上面的一个，这里再写 {MAX_FURTHER} 个。"
        )
    return places


def normalise_further_places(text: str, main: Region) -> str:
    """Return the lines as they are stored; raise PlaceUnreadable."""
    return "\n".join(place.line for place in parse_further_places(text, main))


def normalise_coordinates(text: str, region: Region) -> str:
    """Return the coordinates as they are stored; raise PlaceUnreadable if they cannot lie in the place."""
    if not text.strip():
        return ""
    point = parse_coordinates(text)
    if point is None:
        raise PlaceUnreadable("坐标写得不对，应该像 109.73900,28.31200：经度、逗号、纬度。")
    if wrong := find_coordinates_error(point, region):
        raise PlaceUnreadable(wrong)
    return str(point)


# By the names of the fields of a listing that are read with its main place.
PLACE_NORMALISERS = {
    "coordinates": normalise_coordinates,
    "further_places": normalise_further_places,
}


def read_further_places(text: str, main: Region) -> list[WorkPlace]:
    """Return the places of a stored text, without places that no longer exist."""
    places = []
    for line in text.splitlines()[:MAX_FURTHER]:
        try:
            places.append(_parse_line(line.strip(), main))
        except PlaceUnreadable:
            continue
    return places


def strip_coordinates(text: str) -> str:
    return "\n".join(_COORDINATES.sub("", line) for line in text.splitlines())


def find_coordinates_error(point: Point, region: Region) -> str:
    """Return why the point cannot lie in the place, in a Chinese sentence, or ""."""
    centre, city = get_region_point(region), get_city(region)
    if centre is None or city is None:
        return ""
    km = measure_km(point, centre)
    if km <= _SURELY_NEAR_KM or get_city(find_nearest_centre(point)) == city:
        return ""
    return f"这个坐标离{region.name}有 {km:,.0f} 公里，请再看一遍。"


def _parse_line(line: str, main: Region) -> WorkPlace:
    city = get_city(main)
    if city is None:
        raise PlaceUnreadable("先把上面的地区写到城市或区县，再写其他地点。")
    coordinates = _COORDINATES.search(line)
    named = _build_pattern(city.adcode, get_region_cache_version()).match(
        line[: coordinates.start()] if coordinates else line
    )
    shown = line[:20]
    if named is None:
        raise PlaceUnreadable(
            f"「{shown}」开头认不出{city.short_name}的区县，请写成“区县 路名门牌”；别的城市请另发一条。"
        )
    region, address = _get_named(city, named["place"]), named["address"].strip(" ,，")
    if not address:
        raise PlaceUnreadable(f"「{shown}」只有区县，请在后面写上路名、门牌或商场名。")
    point = parse_coordinates(coordinates[1]) if coordinates else None
    if point and (wrong := find_coordinates_error(point, region)):
        raise PlaceUnreadable(f"「{shown}」：{wrong}")
    return WorkPlace(region, address, point)


@lru_cache(maxsize=512)
def _build_pattern(city_code: int, _cache_version: object) -> re.Pattern[str]:
    """Return what a line begins with: a place in the city, after the names around it or without."""
    city = get_region(city_code)
    above = "".join(
        f"(?:{_match_any([place.name, place.short_name])})?\\s*"
        for place in reversed(get_region_ancestors(city))
    )
    names = _match_any(sorted(_map_names(city), key=len, reverse=True))
    return re.compile(f"{above}(?P<place>{names})\\s*(?P<address>.*)", re.DOTALL)


def _match_any(names: list[str]) -> str:
    return "|".join(map(re.escape, names))


def _map_names(city: Region | None) -> dict[str, Region]:
    """Return {name: place} of what lies in the city; its own name means the city."""
    names: dict[str, Region] = {}
    for place in [*get_region_children(city), *([city] if city else [])]:
        names |= dict.fromkeys((place.short_name, place.name), place)
    return names


def _get_named(city: Region, name: str) -> Region:
    return _map_names(city)[name]
