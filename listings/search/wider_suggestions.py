"""Suggestions for an empty list: fewer filters, fewer words, a wider place, each with its count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from django.http import QueryDict

from cities.directory.regions import get_region_ancestors
from cities.models import Region
from listings.search.filters import (
    FilterChip,
    ListingFilter,
    build_filter_chips,
    build_list_url,
    build_query_url,
)
from listings.search.keyword_query import KeywordQuery
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from sitekit.web.city_urls import reverse_in_city
from textkit.tsearch import build_word_query

MAX_SUGGESTIONS = 4


@dataclass(frozen=True)
class WiderSearch:
    label: str
    address: str
    count: int


def suggest_wider_searches(
    search: ListingSearchQuery, filters: ListingFilter, keyword_query: KeywordQuery
) -> list[WiderSearch]:
    """Return at most `MAX_SUGGESTIONS` searches, the smallest change first. One query for each candidate."""
    candidates = _list_candidates(search, filters, keyword_query)
    offers = (
        WiderSearch(label, address, wider.count_matches()) for label, address, wider in candidates
    )
    return list(islice((offer for offer in offers if offer.count), MAX_SUGGESTIONS))


def _list_candidates(
    search: ListingSearchQuery, filters: ListingFilter, keyword_query: KeywordQuery
) -> Iterator[tuple[str, str, ListingSearchQuery]]:
    """Yield (label, address, search). Words that the visitor left out on purpose return only if the label says so."""
    search = replace(search, after="")
    list_path = reverse_in_city("listings:list", filters.city)
    conditions_set = filters.build_conditions()
    left_out = filters.values.get("without", [])
    kept_conditions = [conditions_set["without"]] if left_out else []
    for chip in build_filter_chips(filters):
        if chip.name in ("q", "without"):
            continue
        others = ListingFilter(_drop_chip(filters, chip), filters.place, filters.city)
        if conditions := list(others.build_conditions().values()):  # else it is 去掉所有筛选
            label = "有些时段合适也行" if chip.name == "whole" else f"不限{chip.label}"
            yield label, chip.without, replace(search, conditions=conditions)
    yield from _list_with_other_words(search, filters, keyword_query)
    if conditions_set:
        everywhere = get_search_scope(keyword_query.place or filters.place)
        unfiltered = replace(search, scope=everywhere, conditions=[])
        yield "去掉所有筛选", list_path + _build_query_string(keyword_query.text), unfiltered
    if len(keyword_query.words) > 1 and filters.may_quote_words:
        for word in keyword_query.words[:3]:
            everywhere = get_search_scope(keyword_query.place or filters.place)
            only = replace(
                search, scope=everywhere, conditions=kept_conditions, tokens=build_word_query(word)
            )
            yield f"只搜“{word}”", list_path + _build_query_string(word, left_out), only
    place = search.scope.place
    around: list[Region | None] = [*get_region_ancestors(place)[1:], None] if place else []
    for wider in around:
        address = reverse_in_city("listings:list", wider)
        address += _build_query_string(" ".join(keyword_query.words), left_out)
        in_wider = replace(search, scope=get_search_scope(wider), conditions=kept_conditions)
        yield f"看{_get_short_name(wider)}", address, in_wider
    if keyword_query.words:
        for wider in [place, *around[-1:]]:
            everything = replace(search, scope=get_search_scope(wider), conditions=[], tokens="")
            address = reverse_in_city("listings:list", wider)
            yield f"{_get_short_name(wider)}全部", address, everything


def _list_with_other_words(
    search: ListingSearchQuery, filters: ListingFilter, keyword_query: KeywordQuery
) -> Iterator[tuple[str, str, ListingSearchQuery]]:
    """Yield candidates with the same filters: for each left-out word one that allows it again, and one without
    keywords."""
    left_out = filters.values.get("without", [])
    for word in left_out:
        query = filters.data.copy()
        query.setlist(
            "without", [left_out_word for left_out_word in left_out if left_out_word != word]
        )
        fewer = ListingFilter(query, filters.place, filters.city).build_conditions()
        address = build_list_url(filters, "without", word)
        yield (
            f"{filters.quote_words(word)}也行",
            address,
            replace(search, conditions=list(fewer.values())),
        )
    if search.conditions and keyword_query.words:
        query = filters.data.copy()
        query["q"] = keyword_query.place.short_name if keyword_query.place else ""
        address = build_query_url(filters.city, query)
        yield (
            f"去掉{filters.quote_words(keyword_query.typed_words)}",
            address,
            replace(search, tokens=""),
        )


def _drop_chip(filters: ListingFilter, chip: FilterChip) -> QueryDict:
    """Return the query without the value of the chip; other values of the same filter stay."""
    query = filters.data.copy()
    others = [value for value in query.getlist(chip.name) if value != chip.value]
    query.setlist(chip.name, others if chip.value else [])
    return query


def _get_short_name(place: Region | None) -> str:
    return place.short_name if place else "全国"


def _build_query_string(words: str, left_out: Iterable[str] = ()) -> str:
    query = urlencode([*([("q", words)] if words else []), *(("without", w) for w in left_out)])
    return f"?{query}" if query else ""
