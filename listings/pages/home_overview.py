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


def build_home_overview(city: Region | None) -> dict[str, Any]:
    """Return the template context. At most three queries: rows and counts."""
    search = ListingSearchQuery(get_search_scope(city))
    rows, _ = search.fetch_page()
    counts = count_facets(search, {})
    return {
        "cards": [fill_card(row.html, row.published_at) for row in rows[:NEWEST]],
        "total": describe_total(counts),
        "groups": rank_category_groups(counts, bool(city)),
        "quick": [(label, "?" + urlencode(query, doseq=True)) for label, query in QUICK],
    }


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
