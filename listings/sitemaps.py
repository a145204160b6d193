from django.contrib.sitemaps import Sitemap

from listings.models import Listing


class ListingSitemap(Sitemap):
    limit = 10_000

    def items(self):
        return Listing.objects.live().order_by("-pk")

    def lastmod(self, listing):
        return listing.updated_at
