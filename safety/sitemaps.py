from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from cities.directory.regions import get_region, site_of
from safety.governance.months import list_published_months
from safety.models import GovernanceMonth


class GovernanceSitemap(Sitemap):
    """The pages of cities and provinces that had something to count in the months shown."""

    def items(self):
        rows = GovernanceMonth.objects.filter(month__gte=list_published_months()[-1]).exclude(
            region=None
        )
        newest = rows.order_by("region").values_list("region").annotate(at=Max("computed_at"))
        found = ((get_region(code), at) for code, at in newest)
        return [(region, at) for region, at in found if site_of(region) is region]

    def location(self, item):
        return reverse("safety:governance", args=[item[0]])

    def lastmod(self, item):
        return item[1]
