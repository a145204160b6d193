from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from cities import directory
from listings.models import ListingSearch
from listings.sitemaps import ListingSitemap
from news.sitemaps import ArticleSitemap


class PageSitemap(Sitemap):
    def items(self):
        return [
            "home",
            "listings:list",
            "news:list",
            "news:alerts",
            "cities:index",
            "about",
            "privacy",
        ]

    def location(self, item):
        return reverse(item)


class CitySitemap(Sitemap):
    """The hot cities, and every other city that has something to show."""

    def items(self):
        filled = set(ListingSearch.objects.values_list("city_id", flat=True).distinct())
        shown = {r.adcode: r for r in directory.hot()}
        shown |= {code: directory.get(code) for code in filled if code}
        return list(shown.values())

    def location(self, item):
        return reverse("city_home", args=[item])


SITEMAPS = {
    "pages": PageSitemap,
    "cities": CitySitemap,
    "listings": ListingSitemap,
    "articles": ArticleSitemap,
}
