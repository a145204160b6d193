"""Which pages are measured."""

from urllib.parse import quote

from listings.models import Listing
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from tools.bench.filling.fill import COMMON, Filled
from tools.bench.measures import probes

BUSY = "?category=waiter&slots=3a"
ARTICLES = 15


def list_bench_pages(filled: Filled) -> dict:
    """{name: (addresses, budget of the time in the database in ms)}"""
    step = max(1, filled.articles // (ARTICLES + 2))
    numbers = [(i + 1) * step for i in range(ARTICLES)]
    fraud = "brushing_rebate"
    pages_by_name: dict[str, tuple[list[str], float]] = {}
    for where, place, budget in (
        ("small city", filled.small, probes.SMALL_MS),
        ("largest city", filled.largest, probes.LARGE_MS),
        ("nation", None, probes.LARGE_MS),
    ):
        at = f"/{place.slug}" if place else ""
        pages_by_name |= {
            f"page: list, {where}": ([f"{at}/jobs/"], budget),
            f"page: category + slot, {where}": ([f"{at}/jobs/{BUSY}"], budget),
            f"page: word, {where}": ([f"{at}/jobs/?q={quote(COMMON)}"], budget),
            f"page: home, {where}": ([f"{at}/"], budget),
            f"page: article, {where}": ([f"{at}/news/{n}/" for n in numbers], budget),
            f"page: news, {where}": ([f"{at}/news/"], budget),
            f"page: alerts of a kind, {where}": ([f"{at}/alerts/{fraud}/"], budget),
            f"feed.atom, {where}": ([f"{at}/news/feed.atom"], budget),
        }
        if place:
            pages_by_name[f"page: listing, {where}"] = (_list_listing_addresses(place), budget)
    return pages_by_name


def _list_listing_addresses(city):
    """Addresses of the city's newest live listings."""
    rows, _ = ListingSearchQuery(get_search_scope(city)).fetch_page()
    listings = Listing.objects.in_bulk([row.pk for row in rows])
    return [listing.get_absolute_url() for listing in listings.values()]
