from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from cities.directory.regions import list_hot_regions, require_region
from listings.pages.list_lastmods import compute_list_lastmods
from listings.sitemaps import EmployerSitemap, ListingSitemap
from news.choices import ArticleKind
from news.sitemaps import ArticleSitemap, NewsSitemap
from safety.sitemaps import GovernanceSitemap
from screening.fraud_types import list_fraud_types
from sitekit.seo.kept_sitemaps import KeptSitemap, store_sitemap
from sitekit.web.city_urls import reverse_in_city

INDEX = "index"  # the section of the lines about sitemaps


class PageSitemap(Sitemap):
    def items(self) -> list[tuple[str, dict[str, str]]]:
        pages = [
            "home",
            "listings:list",
            "news:list",
            "news:alerts",
            "safety:check",
            "safety:governance",
            "cities:index",
            "about",
            "privacy",
            "accessibility",
        ]
        return [
            *((name, {}) for name in pages),
            *(
                ("news:kind", {"kind": kind.value})
                for kind in (ArticleKind.GUIDE, ArticleKind.NEWS)
            ),
            *(("news:alerts_type", {"fraud_type": str(kind)}) for kind in list_fraud_types()),
        ]

    def location(self, item: tuple[str, dict[str, str]]) -> str:
        name, kwargs = item
        return reverse(name, kwargs=kwargs)


class CitySitemap(KeptSitemap):
    """The homes of the hot cities and of every other city that has listings, with their alerts."""

    section = "cities"


class ListSitemap(KeptSitemap):
    """Lists of a place, of a kind of work, or of both, that have listings."""

    section = "lists"


SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "pages": PageSitemap,
    "cities": CitySitemap,
    "lists": ListSitemap,
    "governance": GovernanceSitemap,
    "listings": ListingSitemap,
    "employers": EmployerSitemap,
    "articles": ArticleSitemap,
    "news": NewsSitemap,
}


def list_index_lines() -> dict[str, datetime | None]:
    """Return the last change of each page of each sitemap, by path. Some sitemaps read all their rows for it."""
    lines: dict[str, datetime | None] = {}
    for section, kind in SITEMAPS.items():
        sitemap = kind() if isinstance(kind, type) else kind
        path = reverse("sitemap", args=[section])
        last = sitemap.get_latest_lastmod()
        pages = sitemap.paginator.page_range
        lines |= dict.fromkeys([path, *(f"{path}?p={n}" for n in pages if n > 1)], last)
    return lines


def refresh_sitemaps() -> int:
    """Store the sitemaps of lists and cities, then the index of all; return how many lines changed."""
    lastmods = compute_list_lastmods()
    cities: dict[str, datetime | None] = {}
    codes = dict.fromkeys([*(hot.adcode for hot in list_hot_regions()), *lastmods.places])
    for code in codes:
        place = require_region(code)
        cities[reverse_in_city("city_home", place)] = lastmods.places.get(code)
        cities[reverse_in_city("news:alerts", place)] = None
    return (
        store_sitemap(ListSitemap.section, lastmods.lists)
        + store_sitemap(CitySitemap.section, cities)
        + store_sitemap(INDEX, list_index_lines())
    )
