from django.contrib.sitemaps import Sitemap
from django.db.models import Max

from listings.models import Listing


class ListingSitemap(Sitemap):
    limit = 10_000

    def items(self):
        found = Listing.objects.live().order_by("-pk")
        return found.only("pk", "mode", "region_id", "updated_at")

    def lastmod(self, listing):
        return listing.updated_at

    def get_latest_lastmod(self):
        """Without reading every listing, which the index would do."""
        return Listing.objects.live().aggregate(Max("updated_at"))["updated_at__max"]
