from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from accounts.models import Employer, EmployerStatus
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


class EmployerSitemap(Sitemap):
    """Employers in good standing; people, who have no trade name, are left out."""

    limit = 10_000

    def items(self):
        good = Employer.objects.filter(
            status=EmployerStatus.VERIFIED, recheck_due__gte=timezone.localdate()
        )
        return (
            good.exclude(kind__in=KINDS_WITHOUT_LICENCE)
            .order_by("-pk")
            .values_list("pk", flat=True)
        )

    def location(self, pk):
        return reverse("listings:employer", args=[pk])
