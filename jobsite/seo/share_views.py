"""The share picture of a city's pages, and of the national ones: of all that have none of their own."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse

from cities.directory.regions import get_region_by_slug
from cities.models import Region
from news.articles.schema_org import SITE
from sitekit.images.city_badge import NATIONAL
from sitekit.share_pictures.fonts import has_font
from sitekit.share_pictures.kept_drawings import serve_drawing
from sitekit.share_pictures.share_cards import ShareCard, SharePicture, build_share_picture
from sitekit.web.pages import page

ROUTE = "share"
NATION_CODE = "all"  # as in the addresses of seals


@page(takes="read")
def show_city_picture(request: HttpRequest, slug: str, shape: str, version: str) -> HttpResponse:
    place = get_region_by_slug(slug)
    if place is None and slug != NATION_CODE:
        raise Http404("没有这个地方。")
    card = build_city_card(place.short_name if place else "")
    return serve_drawing(request, (ROUTE, slug, shape, version), card)


def build_city_picture(city: Region | None) -> SharePicture:
    slug, name = (city.slug, city.short_name) if city else (NATION_CODE, "")
    return _build_picture(slug, name, has_font())


@lru_cache(maxsize=512)
def _build_picture(slug: str, name: str, can_draw: bool) -> SharePicture:
    return build_share_picture(ROUTE, slug, build_city_card(name), can_draw=can_draw)


def build_city_card(name: str) -> ShareCard:
    """Return the card of a city's pages, which stays the same from day to day; "" stands for the nation."""
    return ShareCard(
        seal=name[:2] or NATIONAL,
        site=f"{name}{SITE}",
        title=f"在{name}找兼职" if name else "找兼职，先看查过什么",
        lines=("薪酬、时间、地点、结算，都写清楚", "查过什么、没查过什么，也写清楚"),
        square_lines=(name or "找", "兼职"),
    )
