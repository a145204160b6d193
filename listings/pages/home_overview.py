"""The listings on a home page: newest rows, category groups with counts, quick searches."""

from typing import Any
from urllib.parse import urlencode

from cities.models import Region
from listings.search.cards import fill_card
from listings.search.facet_panels import describe_total
from listings.search.facets import FacetCounts, count_facets
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from listings.vocabulary.categories import GROUPS, CategoryGroup
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import keep_while_told

NEWEST = 10
MOST_GROUPS = 8
QUICK = (
    ("今天日结", {"settlement": "daily"}),
    ("周末", {"term": "weekend"}),
    ("家教", {"category": "tutor"}),
    ("学生可做", {"q": "学生可做"}),
    ("传单派发", {"category": "flyer"}),
    ("晚上有空", {"slots": [f"{day}e" for day in range(1, 8)]}),
    ("包餐", {"q": "包餐"}),
    ("线上", {"mode": "online"}),
)
QUICK_SEARCHES = tuple((label, "?" + urlencode(query, doseq=True)) for label, query in QUICK)


def build_home_overview(city: Region | None) -> dict[str, Any]:
    """Return the template context. At most three queries: rows and counts."""
    search = ListingSearchQuery(get_search_scope(city))
    rows, _ = search.fetch_page()
    code = city.adcode if city else None
    total, groups = keep_while_told(
        ("home counts", code),
        [Dependency("rows", code)],
        lambda: _count_listings(search, with_online=bool(city)),
    )
    return {
        "cards": [fill_card(row.html, row.published_at) for row in rows[:NEWEST]],
        "total": total,
        "groups": groups,
        "quick": QUICK_SEARCHES,
    }


def _count_listings(
    search: ListingSearchQuery, *, with_online: bool
) -> tuple[str, tuple[tuple[str, str, int], ...]]:
    """Return how many there are, and (code, label, number) of the largest groups."""
    counts = count_facets(search, {})
    ranked = rank_category_groups(counts, with_online)
    groups = tuple((group.code, group.label, number) for group, number in ranked)
    return describe_total(counts), groups


def rank_category_groups(counts: FacetCounts, with_online: bool) -> list[tuple[CategoryGroup, int]]:
    """Return (group, number of listings), the largest first; eight fill two rows of a phone."""
    category_counts = counts.get("category", {})
    totals = []
    for group in GROUPS.values():
        total = sum(category_counts.get(category.code, 0) for category in group.categories)
        if group.code == "online" and with_online:
            total += counts.get("online", {}).get("", 0)
        totals.append((group, total))
    # Sorting is stable: groups with equal numbers keep the order of GROUPS.
    return sorted(totals, key=lambda pair: -pair[1])[:MOST_GROUPS]
