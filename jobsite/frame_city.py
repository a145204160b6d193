"""Which city the frame of a page speaks of: masthead, footer and tabs (docs/decisions/0040-the-city-stays.md)."""

from typing import NamedTuple

from django.http import HttpRequest

from cities.models import Region
from cities.switcher.likely_city import get_visited_city
from jobsite.kept_pages import KEPT_PAGES

# Each has a page of its own for every city: whoever is on the nation's is in the nation.
NATIONAL_PAGES = frozenset(
    [
        *(
            "home",
            "listings:list",
            "listings:list_work",
            "listings:list_place",
            "safety:governance",
            "listings:employers",
        ),
        *("news:list", "news:tag", "news:kind", "news:alerts", "news:alerts_type"),
        *("news:subscribe", "news:subscribe_sent"),
    ]
)
# The same for everybody: they may not say which city somebody was in, so their links ask.
SAME_FOR_ALL = frozenset([*KEPT_PAGES, "listings:search_sent", "listings:poster"]) - NATIONAL_PAGES


class FrameCity(NamedTuple):
    city: Region | None
    leads_back: bool = False  # by links that ask which city the visitor was in


def find_frame_city(request: HttpRequest) -> FrameCity:
    """Return the city of the address, else the one that a view names, else the one visited last."""
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    if isinstance(city, Region):
        return FrameCity(city)
    name = match.view_name if match else ""
    if name in NATIONAL_PAGES:
        return FrameCity(None)
    if name in SAME_FOR_ALL:
        return FrameCity(None, leads_back=True)
    return FrameCity(getattr(request, "place", None) or get_visited_city(request))
