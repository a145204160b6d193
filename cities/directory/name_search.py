"""Search for places by Chinese name, full pinyin, initials or an old name."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cities.directory.gazetteer import list_places_meant
from cities.directory.regions import (
    get_city,
    get_current_region,
    get_region_ancestors,
    get_region_cache_version,
    list_regions,
    list_retired_regions,
    rank_region,
)
from cities.models import Region
from textkit.segmentation import normalise_text

MAX_NAME_QUERY_LENGTH = 40
# Sounds that southern speakers do not distinguish: they type xianxi for xiangxi, cansa for changsha.
_SAME_SOUNDS = (("ng", "n"), ("zh", "z"), ("ch", "c"), ("sh", "s"))


class _Entry(NamedTuple):
    """The spellings of a place, each with a penalty: 0 for a good one, 1 for a less likely one."""

    region: Region
    southern: str  # the pinyin after `merge_southern_sounds`
    names: dict[str, int]
    latin: dict[str, int]


@lru_cache(maxsize=1)
def _build_entries(_cache_version: object) -> list[_Entry]:
    entries = []
    for region in list_regions():
        latin = {region.pinyin.replace(" ", ""): 0, region.slug: 0, region.initials: 1}
        names = {region.name, region.short_name, region.hot_name, *region.aliases} - {""}
        entries.append(_Entry(region, _spell_southern(region), dict.fromkeys(names, 0), latin))
    by_code = {entry.region.adcode: entry for entry in entries}
    for retired in list_retired_regions():
        if successor := by_code.get(get_current_region(retired).adcode):
            for text in (retired.pinyin.replace(" ", ""), retired.slug):
                successor.latin.setdefault(text, 1)
    return entries


def _spell_southern(region: Region) -> str:
    return merge_southern_sounds(region.pinyin.replace(" ", ""))


def merge_southern_sounds(pinyin: str) -> str:
    for sound, merged in _SAME_SOUNDS:
        pinyin = pinyin.replace(sound, merged)
    return pinyin


def normalise_place_query(q: str) -> str:
    """Return the query in one spelling: `Lü Liang`, `LVLIANG` and `lv'liang` become `lvliang`."""
    q = normalise_text(str(q)[: 4 * MAX_NAME_QUERY_LENGTH])
    q = q.replace("ü", "v").replace("u:", "v")
    return "".join(c for c in q if c.isalnum() or c == "-")[:MAX_NAME_QUERY_LENGTH]


def _rate_match(q: str, spellings: Mapping[str, int]) -> int | None:
    """Return the best rating of a match: 0 (equal) or 2 (prefix), plus the penalty, or 4 (inside); None: no match."""
    ratings = []
    for text, penalty in spellings.items():
        if text == q:
            ratings.append(penalty)
        elif text.startswith(q):
            ratings.append(2 + penalty)
        elif len(q) > 1 and not q.isascii() and q in text:
            ratings.append(4)
    return min(ratings, default=None)


@lru_cache(maxsize=2000)
def _search_spellings(q: str, cache_version: object) -> tuple[tuple[int, Region], ...]:
    """Return (rating, place), the likeliest first; names that only sound equal come after equal names."""
    matches: list[tuple[int, tuple[int, ...], Region]] = []
    sound = merge_southern_sounds(q)
    for region, southern, names, latin in _build_entries(cache_version):
        rating = _rate_match(q, latin if q.isascii() else names)
        if southern == sound and (rating is None or rating > 1):
            rating = 1
        if rating is not None:
            matches.append((rating, rank_region(region), region))
    return tuple((rating, region) for rating, _rank, region in sorted(matches))


def search_places(q: str, limit: int = 60, near_place: Region | None = None) -> list[Region]:
    """Return the places in use that `q` may mean, the likeliest first; 湖南凤凰 is 凤凰 in 湖南.

    Of those that match equally well, places in the city of `near_place` come first, then in its province; there what
    only sounds equal counts as equal: for somebody in 湘西 xianxi is 湘西 before 线西.
    """
    q = normalise_place_query(q)
    if not q.strip("-"):
        return []
    matches = list(_search_spellings(q, get_region_cache_version()))
    if near_place:
        around = [
            place.adcode for place in get_region_ancestors(get_city(near_place) or near_place)
        ]
        matches.sort(
            key=lambda match: (max(match[0], 1), _rank_nearness(match[1], around), match[0])
        )
    places = [region for _rating, region in matches[:limit]]
    if not places and not q.isascii():
        places = [*list_places_meant(q)[:limit]]
    return places


def _rank_nearness(region: Region, around: list[int]) -> int:
    """Return how many of the places around, the city before its province, do not hold the region."""
    inside = {place.adcode for place in get_region_ancestors(region)}
    return next((n for n, adcode in enumerate(around) if adcode in inside), len(around))


def find_place_meant(q: str, places: Sequence[Region]) -> Region | None:
    """Return the place among the results that `q` names without doubt, so that the visitor need not choose."""
    q = normalise_place_query(q)
    named = [place for place in places if q in _list_spellings(place)] or list(places)
    if not any(place.hot_rank for place in named):
        sound = merge_southern_sounds(q)
        named += [p for p in places if p.hot_rank and _spell_southern(p) == sound]
    largest = min(named, key=lambda place: len(get_region_ancestors(place)), default=None)
    if largest and all(largest in get_region_ancestors(place) for place in named):
        return largest  # 长沙 is the city, not the county of that name in it
    return None


def _list_spellings(place: Region) -> set[str]:
    texts = (
        place.name,
        place.short_name,
        place.hot_name,
        place.slug,
        place.pinyin.replace(" ", ""),
    )
    return {normalise_place_query(text) for text in (*texts, *place.aliases)}
