from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from accounts.models import Employer, EmployerStatus
from listings.models import Listing


class ListingSitemap(Sitemap):
    limit = 10_000

    def items(self) -> QuerySet[Listing]:
        listings = Listing.objects.live().order_by("-pk")
        return listings.only("pk", "mode", "region_id", "updated_at")

    def lastmod(self, listing: Listing) -> datetime:
        return listing.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Ask the database, where Django would read every listing."""
        return Listing.objects.live().aggregate(Max("updated_at"))["updated_at__max"]


class EmployerSitemap(Sitemap):
    """Employers in good standing; people, who have no trade name, are left out."""

    limit = 10_000

    def items(self) -> QuerySet[Employer, int]:
        good = Employer.objects.filter(
            status=EmployerStatus.VERIFIED, recheck_due__gte=timezone.localdate()
        )
        licensed = good.exclude(kind__in=KINDS_WITHOUT_LICENCE)
        return licensed.order_by("-pk").values_list("pk", flat=True)

    def location(self, pk: int) -> str:
        return reverse("listings:employer", args=[pk])
