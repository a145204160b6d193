"""The centres of counties, which distances are counted from and to where nothing more exact is known."""

from functools import lru_cache

from cities.directory.points import Point, get_region_point, measure_km
from cities.directory.regions import get_region_cache_version, list_regions
from cities.models import Region, RegionLevel


def list_centres() -> tuple[tuple[Region, Point], ...]:
    """Return counties, and cities without counties, with their centres."""
    return _list_centres(get_region_cache_version())


@lru_cache(maxsize=1)
def _list_centres(_cache_version: object) -> tuple[tuple[Region, Point], ...]:
    regions = list_regions()
    with_parts = {region.parent_id for region in regions}
    smallest = (
        region
        for region in regions
        if region.level == RegionLevel.DISTRICT
        or (region.level == RegionLevel.CITY and region.adcode not in with_parts)
    )
    return tuple((region, point) for region in smallest if (point := get_region_point(region)))


def find_nearest_centre(point: Point) -> Region:
    return min(list_centres(), key=lambda centre: measure_km(point, centre[1]))[0]
