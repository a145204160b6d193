"""Which public pages are kept, what each is made of, and when it is outdated by itself."""

import datetime
from collections.abc import Callable
from math import inf

from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils import timezone

from cities.directory.regions import get_region, get_region_ancestors
from cities.models import Region
from cities.switcher.likely_city import get_visited_city, guess_city_by_ip
from jobsite.announcements.shown_announcements import find_next_announcement_moment
from listings.figures.view_counts import note_listing_view
from listings.search.filters import ListingFilter
from listings.search_suggestions.search_counts import note_search
from news.articles.due_articles import find_next_due_moment
from news.articles.read_counts import note_article_read
from sitekit.kept_pages.changes import CHANGES, Dependency
from sitekit.kept_pages.middleware import KeptPageRules, KeptPagesMiddleware
from sitekit.kept_pages.store import keep_value
from sitekit.workflow.periods import get_midnight


def describe_likely_city(request: HttpRequest) -> str | None:
    """Return what `/` depends on: a city that was chosen or visited makes it a page of one visitor, a
    guessed one is suggested."""
    return None if get_visited_city(request) else describe_guessed_city(request)


def describe_guessed_city(request: HttpRequest) -> str:
    guessed = guess_city_by_ip(request)
    return guessed.slug if guessed else ""


def note_kept_article_read(request: HttpRequest, pk: int, city: Region | None = None) -> None:
    note_article_read(request, pk)


def note_kept_listing_view(request: HttpRequest, pk: int, city: Region | None = None) -> None:
    note_listing_view(request, pk)


def note_kept_search(request: HttpRequest, city: Region | None = None, **_narrowed: object) -> None:
    note_search(request, city)


_PAGED = frozenset(["after"])
_FILTERED = _PAGED | frozenset(ListingFilter.base_fields)
_ARTICLES = KeptPageRules(("articles", "site"), parameters=_PAGED)
# By the names of their addresses; the topics are those of `jobsite.change_triggers`.
KEPT_PAGES = {
    "home": KeptPageRules(
        ("rows", "articles", "site"),
        describe_visitor=describe_likely_city,
        describe_stranger=describe_guessed_city,
    ),
    "city_home": KeptPageRules(("rows", "articles", "site"), parted=("rows",)),
    "about": KeptPageRules(("site",)),
    **{
        name: KeptPageRules(("site",))
        for name in ("accessibility", "privacy", "privacy_version", "rules", "rules_version")
    },
    "offline": KeptPageRules(("site",)),
    "listings:api_documentation": KeptPageRules(("site",)),
    **dict.fromkeys(
        ("listings:list", "listings:list_work", "listings:list_place"),
        KeptPageRules(
            ("rows", "articles", "site"), ("rows",), _FILTERED, note_read=note_kept_search
        ),
    ),
    "listings:detail": KeptPageRules(
        ("rows", "articles", "site"),  # and what its view names
        parted=("rows",),
        parameters=frozenset(["near"]),
        note_read=note_kept_listing_view,
    ),
    "listings:employer": KeptPageRules(
        ("rows", "listings", "employers", "ratings", "site"), parameters=_PAGED
    ),
    "news:list": _ARTICLES,
    "news:tag": _ARTICLES,
    "news:kind": _ARTICLES,
    "news:alerts": _ARTICLES,
    "news:alerts_type": _ARTICLES,
    "news:article": KeptPageRules(("articles", "site"), note_read=note_kept_article_read),
    "news:group": KeptPageRules(("articles", "site")),
    "safety:check_about": KeptPageRules(("site",)),
    "safety:check_about_type": KeptPageRules(("articles", "site")),
}


class SitePagesMiddleware(KeptPagesMiddleware):
    pages = KEPT_PAGES

    def get_part(self, match: ResolverMatch) -> int | None:
        city = match.kwargs.get("city")
        return city.adcode if isinstance(city, Region) else None


# What begins or ends at a moment of its own: what it is called, its topic, and who finds the next moment.
_DUE = (
    ("next due article", "articles", find_next_due_moment),
    ("next due announcement", "site", find_next_announcement_moment),
)


def find_due_moment(now: float) -> float:
    """Return midnight, when listings and alerts end, or the moment of an article or announcement before it."""
    day = timezone.localdate(datetime.datetime.fromtimestamp(now, datetime.UTC))
    midnight = get_midnight(day + datetime.timedelta(days=1))
    return min(midnight.timestamp(), *(_find_due(now, *due) for due in _DUE))


def _find_due(
    now: float, name: str, topic: str, find: Callable[[], datetime.datetime | None]
) -> float:
    moment = keep_value(name, [Dependency(topic)], find)
    if moment is not None and moment.timestamp() <= now:  # it has come meanwhile
        moment = find()
    return moment.timestamp() if moment else inf


def list_enclosing_parts(topic: str, part: int) -> list[int]:
    """Return the part; of rows, whose parts are places, also the city, the province and the nation around it."""
    if topic != "rows":
        return [part]
    return [place.adcode for place in get_region_ancestors(get_region(part))]


CHANGES.list_enclosing_parts = list_enclosing_parts
CHANGES.find_due_moment = find_due_moment
