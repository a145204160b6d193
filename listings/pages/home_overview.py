"""The listings on a home page: newest rows, category groups with counts, quick searches."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from cities.models import Region
from listings.search.cards import fill_card
from listings.search.facet_panels import describe_total
from listings.search.facets import FacetCounts, count_facets
from listings.search.filters import TODAY
from listings.search.listing_search import ListingSearchQuery, SearchResultRow
from listings.search.scope import get_search_scope
from listings.search_suggestions.hot_words import build_hot_word_url, read_hot_words
from listings.vocabulary.categories import GROUPS, CategoryGroup
from listings.vocabulary.list_addresses import list_inner_places
from listings.vocabulary.query_conditions import EVENINGS
from sitekit.kept_pages.store import keep_while_told
from sitekit.web.city_urls import reverse_in_city

NEWEST_LISTINGS_SHOWN = 10
MAX_GROUPS = 8
MAX_DISTRICTS = 12
QUICK_FILTERS = (
    ("今天可做", {"when": TODAY}),
    ("日结", {"settlement": "daily"}),
    ("周末", {"term": "weekend"}),
    ("学生可做", {"fit": "student"}),
    ("不限经验", {"fit": "no_experience"}),
    ("晚上有空", {"slots": EVENINGS}),
    ("家教", "tutor/"),
    ("传单派发", "flyer/"),
    ("包餐", {"perks": "meals"}),
    ("线上", "online/"),
)
QUICK_SEARCHES = tuple(
    (label, target if isinstance(target, str) else "?" + urlencode(target, doseq=True))
    for label, target in QUICK_FILTERS
)

HOME_LISTINGS_BYTES = 2**14  # bytes of a `HomeListings`, about


class HomeListings(NamedTuple):
    newest: list[SearchResultRow]
    total: str
    groups: tuple[tuple[str, str, int], ...]  # code, label and number of the largest
    districts: tuple[tuple[str, str], ...]  # name and address of those with the most listings
    quick: tuple[tuple[str, str], ...]  # of many: label, and what follows the list's address


def build_home_overview(city: Region | None, hidden: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return the template context. At most four queries: rows, counts and words; a fifth for what is `hidden`."""
    search = ListingSearchQuery(get_search_scope(city), hidden=hidden)
    key = ("home", city.adcode if city else None, hidden)
    listings = keep_while_told(
        key, [search.scope.rows, "site"], lambda: _read_listings(search, city), HOME_LISTINGS_BYTES
    )
    return {
        "cards": [fill_card(row.html, row.published_at) for row in listings.newest],
        "total": listings.total,
        "hidden_number": search.count_hidden(),
        "groups": listings.groups,
        "districts": listings.districts,
        "quick": listings.quick,
    }


def _read_listings(search: ListingSearchQuery, city: Region | None) -> HomeListings:
    rows, _ = search.fetch_page()
    counts = count_facets(search, {})
    ranked = rank_category_groups(counts)
    groups = tuple((group.code, group.label, number) for group, number in ranked)
    districts = tuple(_list_districts(city, counts))
    quick = _list_quick_searches(city)
    return HomeListings(
        rows[:NEWEST_LISTINGS_SHOWN], describe_total(counts), groups, districts, quick
    )


def _list_quick_searches(city: Region | None) -> tuple[tuple[str, str], ...]:
    """Return what many search for here, then what helps in any place, as many as there are of the latter."""
    hot = {word: build_hot_word_url(word) for word in read_hot_words(city)}
    return tuple((hot | {k: v for k, v in QUICK_SEARCHES if k not in hot}).items())[
        : len(QUICK_SEARCHES)
    ]


def _list_districts(city: Region | None, counts: FacetCounts) -> Iterator[tuple[str, str]]:
    """Yield the districts of a city that have listings; a province's home names its cities itself."""
    numbers = counts.get("district_id", {})
    ranked = sorted(numbers, key=lambda code: (-numbers[code], code)) if city else []
    inner = {str(place.adcode): place for place in list_inner_places(city)}
    for code in ranked[:MAX_DISTRICTS]:
        if place := inner.get(code):
            path = reverse_in_city("listings:list_place", city, inside=place.slug)
            yield place.short_name, path


def rank_category_groups(counts: FacetCounts) -> list[tuple[CategoryGroup, int]]:
    """Return (group, number of listings), the largest first; eight fill two rows of a phone.

    The group of online work leads to all that is done online, whatever its kind.
    """
    category_counts = counts.get("category", {})
    totals = []
    for group in GROUPS.values():
        total = sum(category_counts.get(category.code, 0) for category in group.categories)
        if group.code == "online":
            total = counts.get("online", {}).get("", 0)
        totals.append((group, total))
    # Sorting is stable: groups with equal numbers keep the order of GROUPS.
    return sorted(totals, key=lambda pair: -pair[1])[:MAX_GROUPS]
