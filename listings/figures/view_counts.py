"""How many people see a listing each day: each person counts once, without storing who it was.

A visitor sets one bit of the listing's sketch of the day. A keyed hash, whose key changes every day, chooses the
bit. Setting a bit twice changes nothing, so several processes, machines or retries give the right number. Bots are
left out by `is_read_by_person`.
"""

import datetime

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import EmployerMember, User
from listings.figures.sketches import (
    SketchCounter,
    build_estimate,
    build_sketch_update,
    choose_bit,
    format_bits,
)
from listings.models import Listing, ListingViews
from listings.models.daily_counts import SKETCH_BITS
from sitekit.telemetry.page_reads import is_read_by_person, write_after_responses
from sitekit.web.visitor_network import get_visitor_network

# Views in the last seconds of a day are written after midnight, within this time.
DAY_ENDS_AFTER = datetime.timedelta(hours=1)
type ListingDay = tuple[int, datetime.date]

# If a listing was deleted meanwhile, the others are still counted. The order prevents a deadlock of two processes.
_ADD = f"""
    INSERT INTO listings_listingviews AS kept (listing_id, day, sketch, viewers)
    SELECT listing.id, read.day, read.sketch::bit({SKETCH_BITS}),
        {build_estimate(f"read.sketch::bit({SKETCH_BITS})")}
    FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS read (id, day, sketch)
    JOIN listings_listing listing ON listing.id = read.id
    ORDER BY listing.id, read.day
    FOR KEY SHARE OF listing
    ON CONFLICT (listing_id, day) {build_sketch_update("viewers")}
"""  # noqa: S608 - no part of it comes from outside


class ViewCounter(SketchCounter[ListingDay]):
    def store(self, batch: dict[ListingDay, int]) -> None:
        numbers = [pk for pk, _ in batch]
        days = [day for _, day in batch]
        sketches = [format_bits(bits) for bits in batch.values()]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [numbers, days, sketches])


VIEW_COUNTER = ViewCounter()
write_after_responses(lambda: VIEW_COUNTER)


def note_listing_view(request: HttpRequest, listing_id: int) -> None:
    """Count a visitor among those who saw the listing today, if it is likely to be a person."""
    if is_read_by_person(request):
        agent = request.headers.get("User-Agent", "")
        _note_viewer(listing_id, f"{get_visitor_network(request)} {agent}")


def note_user_view(request: HttpRequest, user: User, listing: Listing) -> None:
    """Count somebody who is signed in, but none of the staff and nobody of its employer. One query."""
    if not is_read_by_person(request) or user.is_staff:
        return
    if not EmployerMember.objects.filter(employer=listing.employer_id, user=user).exists():
        _note_viewer(listing.pk, f"user {user.pk}")


def _note_viewer(listing_id: int, viewer_key: str) -> None:
    day = timezone.localdate()
    VIEW_COUNTER.note((listing_id, day), 1 << _choose_bit(f"{listing_id} {viewer_key}", day))


def _choose_bit(text: str, day: datetime.date) -> int:
    return choose_bit(text, f"listing views {day}")


def drop_old_sketches() -> int:
    """Drop the sketches of past days; the numbers stay."""
    today = timezone.localdate(timezone.now() - DAY_ENDS_AFTER)
    rows = ListingViews.objects.filter(day__lt=today, sketch__isnull=False)
    return rows.update(sketch=None)
