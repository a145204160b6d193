"""What the address of a list asks for: its filters, its words, its place, and the search of them."""

from dataclasses import dataclass

from django.http import QueryDict

from cities.models import Region
from listings.search.filters import ListingFilter
from listings.search.keyword_query import KeywordQuery, parse_keyword_query
from listings.search.listing_search import NEWEST, SORTS, ListingSearchQuery
from listings.search.scope import get_search_scope


@dataclass(frozen=True)
class SearchRequest:
    filters: ListingFilter
    question: KeywordQuery
    place: Region | None  # the words may name another than the address
    conditions: dict
    search: ListingSearchQuery


def parse_search_request(query: QueryDict, city: Region | None) -> SearchRequest:
    filters = ListingFilter(query, city)
    words = parse_keyword_query(filters.values.get("q", ""), city)
    place = words.place or city
    if place != city:
        filters = ListingFilter(query, place)
    conditions = filters.conditions()
    values = filters.values
    search = ListingSearchQuery(
        scope=get_search_scope(place, [values.get("mode")]),
        conditions=list(conditions.values()),
        tokens=words.tokens,
        sort=SORTS.get(values.get("sort", ""), NEWEST),
        after=query.get("after", ""),
    )
    return SearchRequest(filters, words, place, conditions, search)
