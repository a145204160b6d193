"""Search in the directory: characters, full pinyin, initials, old names."""

from functools import lru_cache

from cities.directory.gazetteer import resolve_place
from cities.directory.regions import (
    get_region_cache_version,
    heir_of,
    list_regions,
    list_retired_regions,
)
from cities.models import RegionLevel
from textkit.segmentation import normalise_text

LONGEST = 40
LEVELS = {RegionLevel.PROVINCE: 0, RegionLevel.CITY: 1, RegionLevel.DISTRICT: 2}


class _Index:
    """What can be typed → how well it names which place; smaller is better."""

    def __init__(self):
        self.entries = []
        for region in list_regions():
            pinyin = region.pinyin.replace(" ", "")
            latin = {pinyin: 0, region.slug: 0, region.initials: 1}
            names = dict.fromkeys([region.name, region.short_name, *region.aliases], 0)
            if region.hot_name:
                names[region.hot_name] = 0
            self.entries.append((region, names, latin))
        heirs = {entry[0].adcode: entry for entry in self.entries}
        for retired in list_retired_regions():
            entry = heirs.get(heir_of(retired).adcode)
            if entry:
                for text in (retired.pinyin.replace(" ", ""), retired.slug):
                    entry[2].setdefault(text, 1)


@lru_cache(maxsize=1)
def _index(_directory):
    return _Index()


def _entries():
    """Made anew whenever the directory is."""
    return _index(get_region_cache_version()).entries


def normalise_place_query(q):
    """One spelling for what reads the same; `Lü Liang`, `LVLIANG` and `lv'liang` are one."""
    q = normalise_text(str(q)[: 4 * LONGEST])
    q = q.replace("ü", "v").replace("u:", "v")
    return "".join(c for c in q if c.isalnum() or c == "-")[:LONGEST]


def _quality(q, texts):
    """0 is the very name, 2 its beginning, 4 within it; None is no match."""
    best = None
    for text, penalty in texts.items():
        if text == q:
            found = penalty
        elif text.startswith(q):
            found = 2 + penalty
        elif len(q) > 1 and not q.isascii() and q in text:
            found = 4
        else:
            continue
        best = found if best is None else min(best, found)
    return best


def _rank(found):
    quality, region = found
    return (quality, region.hot_rank or 999, LEVELS[region.level], region.adcode)


@lru_cache(maxsize=2000)
def _search(q, _directory):
    latin = q.isascii()
    matches = []
    for region, names, spellings in _entries():
        quality = _quality(q, spellings if latin else names)
        if quality is not None:
            matches.append((quality, region))
    return tuple(region for _quality_, region in sorted(matches, key=_rank))


def search_places(q, limit=60):
    """Places in use that `q` may mean, the likeliest first; 湖南凤凰 is read as 凤凰 in 湖南."""
    q = normalise_place_query(q)
    if not q.strip("-"):
        return []
    found = list(_search(q, get_region_cache_version())[:limit])
    if not found and not q.isascii() and (region := resolve_place(q)):
        found = [region]
    return found
