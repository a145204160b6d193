"""The whole directory of places in memory: no query after the first use in a process."""

import math
import threading

from cities.models import Region, RegionLevel

# Municipalities, Hong Kong and Macao: provinces without prefectures, which are a city themselves.
CITY_PROVINCES = frozenset((110000, 120000, 310000, 500000, 810000, 820000))


class _Directory:
    def __init__(self):
        self.version = object()
        self.by_code = {region.adcode: region for region in Region.objects.order_by("adcode")}
        self.by_slug = {region.slug: region for region in self.by_code.values()}
        self.children = {}
        for region in self.by_code.values():
            # Foreign keys answer from memory too.
            region.parent = self.by_code.get(region.parent_id)
            region.successor = self.by_code.get(region.successor_id)
            if region.successor_id is None:
                self.children.setdefault(region.parent_id, []).append(region)
        self.current = [r for r in self.by_code.values() if r.successor_id is None]
        self.names = {}
        for region in self.current:
            for name in {region.name, region.short_name, region.hot_name, *region.aliases} - {""}:
                self.names.setdefault(name, []).append(region)
        self.hot = sorted((r for r in self.current if r.hot_rank), key=lambda r: r.hot_rank)


_lock = threading.Lock()
_kept: list[_Directory] = []


def _directory():
    with _lock:
        if _kept:
            return _kept[0]
        fresh = _Directory()
        if fresh.by_code:  # an empty table is not loaded yet: do not remember the emptiness
            _kept.append(fresh)
        return fresh


def reset_region_cache():
    """Forget what is in memory, after the table has changed."""
    with _lock:
        _kept.clear()


def get_region_cache_version():
    """Another value after each reset; what is derived from the directory is kept under it."""
    return _directory().version


def map_regions_by_name():
    """{name: places in use}, with short and old names."""
    return _directory().names


def list_regions():
    """All places in use, in the order of their codes."""
    return _directory().current


def list_retired_regions():
    """The rows of names out of use."""
    return [region for region in _directory().by_code.values() if region.successor_id is not None]


def heir_of(region):
    """The place in use that a retired name leads to; any other leads to itself."""
    while region.successor_id is not None:
        region = get_region(region.successor_id)
    return region


def get_region(adcode):
    return _directory().by_code.get(adcode)


def by_slug(slug):
    """The place of this slug, a retired one included."""
    return _directory().by_slug.get(slug)


def get_region_ancestors(region):
    """The place itself, then what encloses it, up to the province."""
    directory, chain = _directory(), []
    while region is not None:
        chain.append(region)
        region = directory.by_code.get(region.parent_id)
    return chain


def get_region_children(region):
    return _directory().children.get(region.adcode if region else None, [])


def list_provinces():
    return get_region_children(None)


def _is_city(region):
    """Prefecture-level, a municipality or its like, or run by its province directly."""
    if region.level == RegionLevel.CITY:
        return True
    if region.level == RegionLevel.PROVINCE:
        return region.adcode in CITY_PROVINCES
    above = get_region(region.parent_id)
    return above.level == RegionLevel.PROVINCE and above.adcode not in CITY_PROVINCES


def site_of(region):
    """The place whose slug stands in the addresses of what lies in `region`."""
    chain = get_region_ancestors(region)
    return next((r for r in chain if r.hot_rank or _is_city(r)), chain[-1])


def city_of(region):
    return next((r for r in get_region_ancestors(region) if _is_city(r)), None)


def province_of(region):
    return get_region_ancestors(region)[-1]


def list_hot_regions():
    return _directory().hot


def distance_km(one, other):
    """Great-circle distance, or None where a point is missing."""
    if None in (one.lng, one.lat, other.lng, other.lat):
        return None
    a, b = math.radians(one.lat), math.radians(other.lat)
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(other.lng - one.lng) / 2) ** 2
    )
    return 12742 * math.asin(math.sqrt(half))


def list_nearby_cities(region, n=8):
    """The nearest other cities; a place without a point gets its siblings."""
    here = site_of(region)
    cities = [
        r for r in list_regions() if _is_city(r) and r.adcode not in (here.adcode, region.adcode)
    ]
    measured = [(distance_km(region, r), r.adcode, r) for r in cities]
    known = sorted(row for row in measured if row[0] is not None)
    if known:
        return [r for _km, _code, r in known[:n]]
    return [r for r in get_region_children(get_region(here.parent_id)) if r.adcode != here.adcode][
        :n
    ]


def by_name(name):
    """The places in use of just this name: full, short or an old one."""
    return _directory().names.get(name, [])
