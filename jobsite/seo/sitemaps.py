from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from cities.directory import regions
from cities.models import Region
from listings.models import ListingSearch
from listings.sitemaps import EmployerSitemap, ListingSitemap
from news.choices import ArticleKind
from news.sitemaps import ArticleSitemap, NewsSitemap
from safety.sitemaps import GovernanceSitemap
from screening.fraud_types import list_fraud_types


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


class CitySitemap(Sitemap):
    """The hot cities, and every other city that has listings."""

    def items(self) -> list[Region]:
        codes = ListingSearch.objects.values_list("city_id", flat=True).distinct()
        cities = [*regions.list_hot_regions(), *map(regions.get_region, codes)]
        return list({city.adcode: city for city in cities if city}.values())

    def location(self, item: Region) -> str:
        return reverse("city_home", args=[item])


SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "pages": PageSitemap,
    "cities": CitySitemap,
    "governance": GovernanceSitemap,
    "listings": ListingSitemap,
    "employers": EmployerSitemap,
    "articles": ArticleSitemap,
    "news": NewsSitemap,
}
