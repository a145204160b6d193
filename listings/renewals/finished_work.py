"""End listings that are open although their last day of work is past, as if they had expired.

The form refuses such dates now; these listings are from before.
"""

import datetime
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_members
from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import LISTING_STATE_MACHINE
from listings.search.search_index import refresh_search_rows
from sitekit.templatetags.sitekit import cn_date

LISTINGS_PER_TRANSACTION = 200


def end_finished_listings(stopped: Callable[[], bool] = lambda: False) -> int:
    """Set the last day of each to yesterday and tell its employer; return how many there were."""
    count = 0
    while not stopped():
        with transaction.atomic():
            listings = list(_list_finished_listings()[:LISTINGS_PER_TRANSACTION])
            for listing in listings:
                _end_listing(listing)
            refresh_search_rows(listing.pk for listing in listings)
        count += len(listings)
        if len(listings) < LISTINGS_PER_TRANSACTION:
            break
    return count


def _list_finished_listings() -> QuerySet[Listing]:
    today = timezone.localdate()
    finished = Listing.objects.filter(
        status__in=[ListingStatus.PUBLISHED, ListingStatus.PAUSED],
        end_date__lt=today,
        valid_through__gte=today,
    )
    rows = finished.select_related("employer").order_by("pk")
    return rows.select_for_update(of=("self",), skip_locked=True)


def _end_listing(listing: Listing) -> None:
    end = cn_date(cast("datetime.date", listing.end_date))
    listing.valid_through = timezone.localdate() - datetime.timedelta(days=1)
    listing.save(update_fields=["valid_through", "updated_at"])
    words = f"工作到{end}结束，按到期处理"
    LISTING_STATE_MACHINE.record_event(
        listing, listing.status, actor=None, action="end_work", reason=words
    )
    message = MemberMessage(
        f"listing-{listing.pk}-work-ended-{listing.end_date}",
        f"工作日期过了，不再公开：{listing.title[:30]}",
        f"上面写的是工作到{end}结束，所以按到期处理。还要招，请用“修改”把日期改了。",
        reverse("listings:manage", args=[listing.pk]),
        "去看看",
    )
    notify_members(listing.employer, message)
