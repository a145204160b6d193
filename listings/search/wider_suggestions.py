"""Where to look when a list is empty: less filters, fewer words, a wider place, each counted."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from cities.directory.regions import get_region_ancestors
from listings.search.facet_panels import build_filter_chips
from listings.search.scope import get_search_scope
from sitekit.web.city_urls import reverse_in_city
from textkit.tsearch import word_query

MOST = 4


@dataclass(frozen=True)
class WiderSearch:
    """A wider search that does find something."""

    label: str
    address: str
    count: int


def suggest_wider_searches(search, filters, asked) -> list[WiderSearch]:
    """At most `MOST` offers, the smallest step first. At most one query for each candidate."""
    offers = []
    for label, address, wider in _candidates(search, filters, asked):
        found = wider.count()
        if found:
            offers.append(WiderSearch(label, address, found))
        if len(offers) == MOST:
            break
    return offers


def _candidates(search, filters, asked):
    search = replace(search, after="")
    set_now = filters.conditions()
    for chip in build_filter_chips(filters):
        if chip.name != "q" and len(set_now) > 1:
            rest = [c for name, c in set_now.items() if name != chip.name]
            yield f"不限{chip.label}", chip.without, replace(search, conditions=rest)
    if set_now:
        yield "去掉所有筛选", _query(asked.text), replace(search, conditions=[])
    if len(asked.words) > 1:
        for word in asked.words[:3]:
            only = replace(search, conditions=[], tokens=word_query(word))
            yield f"只搜“{word}”", _query(word), only
    place = search.scope.place
    around: list = [*get_region_ancestors(place)[1:], None] if place else []
    for wider in around:
        address = _list(wider) + _query(" ".join(asked.words))
        yield (
            f"看{_name(wider)}",
            address,
            replace(search, scope=get_search_scope(wider), conditions=[]),
        )
    if asked.words:
        for wider in [place, *around[-1:]]:
            everything = replace(search, scope=get_search_scope(wider), conditions=[], tokens="")
            yield f"{_name(wider)}全部", _list(wider), everything


def _name(place):
    return place.short_name if place else "全国"


def _list(place):
    return reverse_in_city("listings:list", place)


def _query(words):
    return "?" + urlencode({"q": words}) if words else "?"
