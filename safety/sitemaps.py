from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from cities.directory.regions import get_region_site, require_region
from cities.models import Region
from safety.governance.months import list_published_months
from safety.models import GovernanceMonth

type _SitemapItem = tuple[Region, datetime]  # when its newest month was counted


class GovernanceSitemap(Sitemap):
    """The pages of cities and provinces with figures in the published months."""

    def items(self) -> list[_SitemapItem]:
        rows = GovernanceMonth.objects.filter(month__gte=list_published_months()[-1]).exclude(
            region=None
        )
        newest = rows.order_by("region").values_list("region").annotate(at=Max("computed_at"))
        regions = ((require_region(code), at) for code, at in newest)
        return [(region, at) for region, at in regions if get_region_site(region) is region]

    def location(self, item: _SitemapItem) -> str:
        return reverse("safety:governance", args=[item[0]])

    def lastmod(self, item: _SitemapItem) -> datetime:
        return item[1]
