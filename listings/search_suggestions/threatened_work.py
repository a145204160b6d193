"""The list of live listings of the kind of work that a fraud poses as, for its alerts and guides."""

from functools import partial

from django.http import HttpRequest, QueryDict

from cities.models import Region
from listings.own_states.blocked_employers import find_hidden_listings
from listings.search.listing_search import COUNT_BOUND
from listings.search.search_request import parse_search_request
from listings.vocabulary.categories import CATEGORIES, GROUPS
from listings.vocabulary.category_threats import list_threatened_works
from listings.vocabulary.list_addresses import ONLINE, Narrowing, build_narrowed_path
from news.pages.threatened_work import ThreatenedWork
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.middleware import depend_on_topics
from sitekit.kept_pages.store import keep_while_told

MAX_ASKED = 3  # kinds of work


def find_threatened_work(
    request: HttpRequest, fraud_type: str, city: Region | None
) -> ThreatenedWork | None:
    """Return the list of the kind of work that the fraud threatens most among those with listings.

    At most three queries, and one more for a reader who blocked employers. The cached page then depends on the
    listings of the place.
    """
    works = list_threatened_works(fraud_type)[:MAX_ASKED]
    if not works:
        return None
    rows = Dependency("rows", city.adcode if city else None)
    depend_on_topics(request, rows)
    hidden = find_hidden_listings(request)
    for work in works:
        narrowing = Narrowing.by_work(work)
        number = keep_while_told(
            ("threatened work", work, rows.part, hidden),
            [rows],
            partial(_count_listings, narrowing, city, hidden),
        )
        if number:
            return ThreatenedWork(
                kind=_get_label(work),
                place=city.short_name if city and work != ONLINE else "全国",
                href=build_narrowed_path(city, narrowing),
                number=min(number, COUNT_BOUND),
                is_more=number > COUNT_BOUND,
                is_of_reader=bool(hidden),
            )
    return None


def _count_listings(narrowing: Narrowing, city: Region | None, hidden: tuple[int, ...]) -> int:
    """Count the listings as the list with this address counts them."""
    query = narrowing.add_to(QueryDict())
    return parse_search_request(query, city, hidden).search.count_matches()


def _get_label(work: str) -> str:
    if work == ONLINE:
        return "线上兼职"
    return GROUPS[work].label if work in GROUPS else CATEGORIES[work].label
