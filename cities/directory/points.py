"""Points on the map and distances between them, all in the coordinates of Chinese maps (GCJ-02).

That is what the directory has and what 高德 and 腾讯 show. A phone gives WGS-84, which lies up to 700 m
beside it: static/js/near.js converts.
"""

import math
import re
from typing import NamedTuple

from cities.models import Region

EARTH_DIAMETER_KM = 12742
_PAIR = re.compile(r"(\d{1,3}(?:\.\d{1,12})?)\s*[,，、\s]\s*(\d{1,3}(?:\.\d{1,12})?)", re.ASCII)
# No latitude of China is a longitude of China, so either may stand first.
_LATITUDES, _LONGITUDES = (3.0, 54.0), (73.0, 136.0)
_FEWEST_DECIMALS = 3  # 100 m


class Point(NamedTuple):
    latitude: float
    longitude: float

    def __str__(self) -> str:
        """As maps write it for copying: the longitude first."""
        return f"{self.longitude:.5f},{self.latitude:.5f}"


def parse_coordinates(text: str) -> Point | None:
    """Return the point that the text is, in either order; None if it is none, lies abroad or is too coarse."""
    match = _PAIR.fullmatch(text.strip().strip("()（）[]"))
    if match is None or any(map(_is_coarse, match.groups())):
        return None
    lower, higher = sorted(map(float, match.groups()))
    point = Point(lower, higher)
    return point if _is_in(lower, _LATITUDES) and _is_in(higher, _LONGITUDES) else None


def _is_coarse(number: str) -> bool:
    return len(number.partition(".")[2]) < _FEWEST_DECIMALS


def _is_in(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def get_region_point(region: Region) -> Point | None:
    """Return the centre of a place, if it is known."""
    if region.lng is None or region.lat is None:
        return None
    return Point(region.lat, region.lng)


def measure_km(point: Point, other_point: Point) -> float:
    """Return the great-circle distance."""
    a, b = math.radians(point.latitude), math.radians(other_point.latitude)
    half_lng = math.radians(other_point.longitude - point.longitude) / 2
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lng) ** 2
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(half))
