from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions
from cities.directory.form_fields import name_hot_place
from cities.directory.place_settings import find_place_description
from cities.models import Region
from cities.switcher.likely_city import (
    get_remembered_city,
    get_visited_city,
    guess_city_by_ip,
)
from jobsite.context_processors import LED_BACK, build_addresses
from listings.own_states.blocked_employers import find_hidden_listings
from listings.pages.home_overview import build_home_overview
from news.articles.schema_org import LOGO, SITE
from news.related.drawn_blocks import draw_latest_articles, draw_local_alerts
from sitekit.images.city_badge import draw_city_badge
from sitekit.seo.json_ld import Schema
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import forbid_caching, page

MAX_NEARBY, MAX_HOT = 8, 24
type PlaceLinks = tuple[tuple[str, str], ...]  # (name, address)


@page(takes="read")
def show_national_home(request: HttpRequest) -> HttpResponse:
    """The national page; redirects to the city that was chosen, and offers the last one or a guessed one."""
    remembered = get_remembered_city(request)
    if remembered:
        return redirect("city_home", remembered)
    visited = get_visited_city(request)
    context = {
        "visited": visited,
        "suggested": None if visited else guess_city_by_ip(request),
        "hot": tuple(
            (name_hot_place(place), reverse_in_city("city_home", place))
            for place in regions.list_hot_regions()[:MAX_HOT]
        ),
        "schemas": _build_site_schemas(request, None),
        **_build_home_context(None, hidden := find_hidden_listings(request)),
    }
    response = render(request, "jobsite/home.html", context)
    return forbid_caching(response) if hidden else response


@page(takes="read")
def show_city_home(request: HttpRequest, city: Region) -> HttpResponse:
    context = {
        **_list_places_around(city.adcode, regions.get_region_cache_version()),
        "schemas": _build_site_schemas(request, city),
        **_build_home_context(city, hidden := find_hidden_listings(request)),
        "place_description": find_place_description(city),
    }
    response = render(request, "jobsite/city_home.html", context)
    return forbid_caching(response) if hidden else response


def _build_site_schemas(request: HttpRequest, city: Region | None) -> list[Schema]:
    """Return the site, with the address of its search, and who runs it."""
    absolute = request.build_absolute_uri
    jobs, home = reverse_in_city("listings:list", city), reverse_in_city("home")
    operator = {
        "@type": "Organization",
        "name": SITE,
        "url": absolute(home),
        "logo": absolute(LOGO),
    }
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": f"{absolute(jobs)}?q={{search_term_string}}",
        },
        "query-input": "required name=search_term_string",
    }
    site = {
        "@type": "WebSite",
        "name": f"{city.short_name if city else ''}{SITE}",
        "url": absolute(request.path),
        "inLanguage": "zh-CN",
        "publisher": operator,
        "potentialAction": search,
    }
    return [site]


@lru_cache(maxsize=512)
def _list_places_around(code: int, version: object) -> dict[str, PlaceLinks]:
    """Return names and addresses; kept, because it measures the way to every city of the country."""
    city = regions.require_region(code)
    # The districts of a city are a filter of its lists.
    inside = [] if regions.get_city(city) else regions.get_region_children(city)
    return {
        "nearby": _link_places(regions.list_nearby_cities(city, MAX_NEARBY)),
        "inside": _link_places(inside),
    }


def _link_places(places: Iterable[Region]) -> PlaceLinks:
    return tuple((place.short_name, reverse_in_city("city_home", place)) for place in places)


def _build_home_context(city: Region | None, hidden: tuple[int, ...]) -> dict[str, Any]:
    return {
        **draw_local_alerts(city, limit=4)._asdict(),
        "articles": draw_latest_articles(city),
        **build_home_overview(city, hidden),
    }


@page(takes="read", cache="never")
def lead_back(request: HttpRequest, name: str, part: str = "") -> HttpResponse:
    """Redirect to the page of the city that the visitor was in last, from a page that may not know it.

    `part` is what follows in the address of a list: a kind of work, or a type of fraud.
    """
    if name not in LED_BACK:
        raise Http404
    city = get_visited_city(request)
    address = build_addresses(city.slug if city else "")[name]
    address += f"{part}/" if part else ""
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)


@page(takes="read")
def show_about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@page(takes="read")
def show_accessibility(request: HttpRequest) -> HttpResponse:
    """What everybody can rely on, what is known not to work, and whom to tell of it."""
    return render(request, "accessibility.html")


@page(takes="read", cache=86400)
def show_city_badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The city's seal: icon, favicon and share picture; `all` is the national one."""
    place = regions.get_region_by_slug(slug)
    if place is None and slug != "all":
        raise Http404
    return HttpResponse(
        draw_city_badge(place.short_name if place else ""), content_type="image/svg+xml"
    )
