"""The whole directory of places in memory, read by one query at the first use in a process."""

import threading
from functools import cached_property

from cities.directory.place_settings import HOT_CITIES
from cities.directory.points import get_region_point, measure_km
from cities.models import Region, RegionLevel

# Municipalities, Hong Kong and Macao: provinces without prefectures that are cities themselves.
CITY_PROVINCES = frozenset((110000, 120000, 310000, 500000, 810000, 820000))
NATION_KEY = 0  # the whole country among the codes of places


class _Directory:
    def __init__(self) -> None:
        self.by_code: dict[int | None, Region] = {
            region.adcode: region for region in Region.objects.order_by("adcode")
        }
        self.by_slug = {region.slug: region for region in self.by_code.values()}
        self.children: dict[int | None, list[Region]] = {}
        for region in self.by_code.values():
            # So that foreign keys need no query either.
            region.parent = self.by_code.get(region.parent_id)
            region.successor = self.by_code.get(region.successor_id)
            if region.successor_id is None:
                self.children.setdefault(region.parent_id, []).append(region)
        self.current = [region for region in self.by_code.values() if region.successor_id is None]
        self.names: dict[str, list[Region]] = {}
        for region in self.current:
            for name in {region.name, region.short_name, region.hot_name, *region.aliases} - {""}:
                self.names.setdefault(name, []).append(region)
        hot = [region for region in self.current if region.hot_rank]
        self.hot = sorted(hot, key=rank_region)

    @cached_property
    def former_codes(self) -> dict[int, list[int]]:
        """The codes of the retired names that each place in use succeeds, by its code."""
        codes: dict[int, list[int]] = {}
        for region in self.by_code.values():
            if region.successor_id is not None:
                codes.setdefault(get_current_region(region).adcode, []).append(region.adcode)
        return codes

    @cached_property
    def cities(self) -> list[Region]:
        """The cities, which are one tenth of the places in use."""
        return [region for region in self.current if _is_city(region)]


_lock = threading.Lock()
_cached: list[_Directory] = []


def _get_directory() -> _Directory:
    with _lock:
        if _cached:
            return _cached[0]
        directory = _Directory()
        if directory.by_code:  # an empty table is not loaded yet and must not be cached
            _cached.append(directory)
        return directory


def reset_region_cache() -> None:
    """Clear the cache; to be called after the table has changed."""
    with _lock:
        _cached.clear()


def read_newly_retired_regions() -> None:
    """Read the places again if some were retired since this process read them; one query."""
    if Region.objects.exclude(successor=None).count() != len(list_retired_regions()):
        reset_region_cache()


def get_region_cache_version() -> object:
    """Return another value after each reset: a cache key for what is derived from the directory."""
    return _get_directory()


def map_regions_by_name() -> dict[str, list[Region]]:
    """Return {name: places in use}, with short and old names."""
    return _get_directory().names


def list_regions() -> list[Region]:
    """Return all places in use, in the order of their codes."""
    return _get_directory().current


def list_retired_regions() -> list[Region]:
    """Return the rows of names that are no longer in use."""
    regions = _get_directory().by_code.values()
    return [region for region in regions if region.successor_id is not None]


def get_current_region(region: Region) -> Region:
    """Return the place in use that succeeds a retired name; any other place itself."""
    while region.successor_id is not None:
        region = _get_directory().by_code[region.successor_id]
    return region


def get_region(adcode: int | None) -> Region | None:
    """Return the place of this code, also a retired one; None for an unknown code."""
    return _get_directory().by_code.get(adcode)


def require_region(adcode: int) -> Region:
    """Return the place of a code that a row points to. Raise `KeyError` if there is none."""
    return _get_directory().by_code[adcode]


def get_region_by_slug(slug: str) -> Region | None:
    """Return the place of this slug, also a retired one."""
    return _get_directory().by_slug.get(slug)


def get_region_ancestors(region: Region | None) -> list[Region]:
    """Return the place itself, then the places it lies in, up to the province. A retired place is replaced by its
    successor, to which its rows belong."""
    directory, chain = _get_directory(), []
    while region is not None:
        region = get_current_region(region)
        chain.append(region)
        region = directory.by_code.get(region.parent_id)
    return chain


def list_enclosing_codes(region: Region | None) -> set[int]:
    """Return the codes of the place and of those it lies in, with those of the retired names that they succeed."""
    codes = [place.adcode for place in get_region_ancestors(region)]
    former = _get_directory().former_codes
    return {*codes, *(code for place in codes for code in former.get(place, ()))}


def get_region_children(region: Region | None) -> list[Region]:
    """Return the places directly below, in use; the provinces for None."""
    return _get_directory().children.get(region.adcode if region else None, [])


def list_region_codes(region: Region) -> list[int]:
    """Return the codes of the region and of everything below it, with those of the retired names they succeed."""
    codes = [region.adcode, *_get_directory().former_codes.get(region.adcode, ())]
    for child in get_region_children(region):
        codes += list_region_codes(child)
    return codes


def list_provinces() -> list[Region]:
    return get_region_children(None)


def _is_city(region: Region) -> bool:
    """Whether it is at prefecture level, one of CITY_PROVINCES, or directly below its province."""
    if region.level == RegionLevel.CITY:
        return True
    if region.level == RegionLevel.PROVINCE:
        return region.adcode in CITY_PROVINCES
    parent = _get_directory().by_code[region.parent_id]
    return parent.level == RegionLevel.PROVINCE and parent.adcode not in CITY_PROVINCES


def get_region_site(region: Region) -> Region:
    """Return the place whose slug is used in the addresses of what lies in `region`."""
    chain = get_region_ancestors(region)
    return next((place for place in chain if place.hot_rank or _is_city(place)), chain[-1])


def get_city(region: Region) -> Region | None:
    """Return the city that the place is or lies in; None for a province with prefectures."""
    return next((place for place in get_region_ancestors(region) if _is_city(place)), None)


def get_province(region: Region) -> Region:
    return get_region_ancestors(region)[-1]


def list_hot_regions() -> list[Region]:
    """Return the hot places that the operator chose, in that order; without a choice the shipped ones.

    Addresses and searches go by the shipped rank (`hot_rank`), so no address changes with it.
    """
    directory = _get_directory()
    chosen = [directory.by_code.get(code) for code in HOT_CITIES.get()]
    in_use = [region for region in chosen if region and region.successor_id is None]
    return in_use or directory.hot


def list_shipped_hot_regions() -> list[Region]:
    return _get_directory().hot


def rank_region(region: Region) -> tuple[int, int, int]:
    """Return a sort key that puts the likeliest first: hot places, then those of a higher level."""
    return region.hot_rank or 999, RegionLevel.values.index(region.level), region.adcode


def compute_distance_km(region: Region, other_region: Region) -> float | None:
    """Return the great-circle distance in km, or None if a coordinate is missing."""
    point, other_point = get_region_point(region), get_region_point(other_region)
    return measure_km(point, other_point) if point and other_point else None


def list_nearby_cities(region: Region, n: int = 8) -> list[Region]:
    """Return the `n` nearest other cities; the siblings if the place has no coordinates."""
    own_city = get_region_site(region)
    own_codes = (own_city.adcode, region.adcode)
    cities = [city for city in _get_directory().cities if city.adcode not in own_codes]
    distances = [(compute_distance_km(region, city), city.adcode, city) for city in cities]
    near_first = sorted((km, code, city) for km, code, city in distances if km is not None)
    if near_first:
        return [city for _km, _code, city in near_first[:n]]
    siblings = get_region_children(get_region(own_city.parent_id))
    return [sibling for sibling in siblings if sibling.adcode != own_city.adcode][:n]


def list_regions_by_name(name: str) -> list[Region]:
    """Return the places in use with exactly this name: full, short or an old one."""
    return _get_directory().names.get(name, [])
