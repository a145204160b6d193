from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from accounts.models import Employer, EmployerStatus
from cities.directory.regions import get_region_site, require_region
from listings.choices import WorkMode
from listings.models import Listing
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.sitemap_pages import NumberRangePaginator, RowSitemap

type _ListingRow = tuple[int, str, int, datetime]


class ListingSitemap(RowSitemap):
    limit = 10_000

    def items(self) -> QuerySet[Listing, _ListingRow]:
        listings = Listing.objects.live().order_by("-pk")
        return listings.values_list("pk", "mode", "region_id", "updated_at")

    @property
    def paginator(self) -> NumberRangePaginator:
        return NumberRangePaginator(self.items(), self.limit)

    def list_entries(self, rows: Iterable[_ListingRow]) -> Iterator[tuple[str, datetime]]:
        folders: dict[int | None, str] = {}
        for pk, mode, region_id, moment in rows:
            place = None if mode == WorkMode.ONLINE else region_id
            if place not in folders:
                folders[place] = _get_folder(place)
            yield f"{folders[place]}{pk}/", moment

    def get_latest_lastmod(self) -> datetime | None:
        """Ask the database for the newest date. Django's own method would read every listing."""
        return Listing.objects.live().aggregate(Max("updated_at"))["updated_at__max"]


def _get_folder(region_id: int | None) -> str:
    """Return the beginning of the addresses of a place's listings, the same as in `Listing.get_absolute_url`."""
    place = get_region_site(require_region(region_id)) if region_id else None
    return reverse_in_city("listings:list", place)


class EmployerSitemap(Sitemap):
    """Employers in good standing. Private persons are left out, because they have no trade name."""

    limit = 10_000

    def items(self) -> QuerySet[Employer, int]:
        good = Employer.objects.filter(
            status=EmployerStatus.VERIFIED, recheck_due__gte=timezone.localdate()
        )
        licensed = good.exclude(kind__in=KINDS_WITHOUT_LICENCE)
        return licensed.order_by("-pk").values_list("pk", flat=True)

    def location(self, pk: int) -> str:
        return reverse("listings:employer", args=[pk])
