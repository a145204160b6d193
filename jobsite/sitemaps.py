from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from cities.directory import regions
from listings.models import ListingSearch
from listings.sitemaps import EmployerSitemap, ListingSitemap
from news.choices import ArticleKind
from news.sitemaps import ArticleSitemap, NewsSitemap
from safety.sitemaps import GovernanceSitemap
from screening.fraud_types import FraudType


class PageSitemap(Sitemap):
    def items(self):
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
            *(("news:kind", {"kind": kind}) for kind in (ArticleKind.GUIDE, ArticleKind.NEWS)),
            *(("news:alerts_type", {"fraud_type": kind}) for kind in FraudType.values),
        ]

    def location(self, item):
        name, kwargs = item
        return reverse(name, kwargs=kwargs)


class CitySitemap(Sitemap):
    """The hot cities, and every other city that has something to show."""

    def items(self):
        filled = set(ListingSearch.objects.values_list("city_id", flat=True).distinct())
        shown = {r.adcode: r for r in regions.list_hot_regions()}
        shown |= {code: regions.get_region(code) for code in filled if code}
        return list(shown.values())

    def location(self, item):
        return reverse("city_home", args=[item])


SITEMAPS = {
    "pages": PageSitemap,
    "cities": CitySitemap,
    "governance": GovernanceSitemap,
    "listings": ListingSitemap,
    "employers": EmployerSitemap,
    "articles": ArticleSitemap,
    "news": NewsSitemap,
}
