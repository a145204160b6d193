"""What a home page shows of a city's listings: newest rows, groups with counts, quick searches."""

from urllib.parse import urlencode

from listings.search.cards import fill_card
from listings.search.facet_panels import describe_total
from listings.search.facets import count_facets
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from listings.vocabulary.categories import GROUPS

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


def build_home_overview(city) -> dict:
    """Three queries at most: rows, and counts with the online ones beside."""
    search = ListingSearchQuery(get_search_scope(city))
    rows, _ = search.page()
    counts = count_facets(search, {})
    return {
        "cards": [fill_card(row.html, row.published_at) for row in rows[:NEWEST]],
        "total": describe_total(counts),
        "groups": rank_category_groups(counts, bool(city)),
        "quick": [(label, "?" + urlencode(query, doseq=True)) for label, query in QUICK],
    }


def rank_category_groups(counts: dict, with_online: bool) -> list[tuple]:
    """(group, count), the fullest first; eight fill two rows of a phone."""
    found = counts.get("category", {})
    totals = []
    for group in GROUPS.values():
        total = sum(found.get(category.code, 0) for category in group.categories)
        if group.code == "online" and with_online:
            total += counts.get("online", {}).get("", 0)
        totals.append((group, total))
    # Sorting is stable: without listings the groups stand as GROUPS has them.
    return sorted(totals, key=lambda pair: -pair[1])[:MOST_GROUPS]
