"""What the address of a list asks for: its filters, its words, its place, and the search of them."""

from dataclasses import dataclass

from django.http import QueryDict

from cities.models import Region
from listings.search import keyword_query as question
from listings.search.filters import ListingFilter
from listings.search.keyword_query import Question
from listings.search.listing_search import NEWEST, SORTS, Search
from listings.search.scope import scope_of


@dataclass(frozen=True)
class Asked:
    filters: ListingFilter
    question: Question
    place: Region | None  # the words may name another than the address
    conditions: dict
    search: Search


def read(query: QueryDict, city: Region | None) -> Asked:
    filters = ListingFilter(query, city)
    words = question.read(filters.values.get("q", ""), city)
    place = words.place or city
    if place != city:
        filters = ListingFilter(query, place)
    conditions = filters.conditions()
    values = filters.values
    search = Search(
        scope=scope_of(place, [values.get("mode")]),
        conditions=list(conditions.values()),
        tokens=words.tokens,
        sort=SORTS.get(values.get("sort", ""), NEWEST),
        after=query.get("after", ""),
    )
    return Asked(filters, words, place, conditions, search)
