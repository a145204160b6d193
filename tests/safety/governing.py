"""For the tests of the governance page: things that happened, the real way, now or in a past month."""

from datetime import timedelta
from unittest import mock

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from accounts.models import EmployerEvent
from cities.directory.regions import get_region_by_slug
from listings.models import Listing, ListingEvent
from listings.publication import submission as posting
from safety.governance import months
from safety.governance.counting import count_place
from safety.governance.months import (
    get_current_month,
    get_month_span,
    go_back_months,
)
from safety.governance.stored_months import store_missing_months
from safety.models import AppealEvent, Report, ReportEvent, Warned
from sitekit.workflow.periods import get_midnight
from tests.conftest import build_listing_fields

REFUSED = "先交押金两百元，当天退还，交了再上岗。"
HISTORIES = (ListingEvent, EmployerEvent, ReportEvent, AppealEvent, Warned)


def hand_in(employer, author, **fields):
    """A text as its author hands it in; the listing with what became of it."""
    listing = posting.create_listing_with_draft(employer, author)
    posting.submit_text(listing, build_listing_fields(**fields), author, signed_no_fee=True)
    return Listing.objects.get(pk=listing.pk)


def count_this_month(place="xiangxi"):
    """What is counted of the running month, of a place or of the nation."""
    region = get_region_by_slug(place) if place else None
    return count_place(region, *get_month_span(get_current_month()))


def get_month_counts(place="xiangxi"):
    return dict(count_this_month(place).counts)


def into_last_month():
    """All that has happened so far happened in the middle of the month before."""
    begun = get_midnight(get_current_month())
    shift = timezone.now() - (begun - timedelta(days=14))
    for model in HISTORIES:
        rows = model.objects.filter(created_at__gte=begun - timedelta(days=14))
        rows.update(created_at=F("created_at") - shift)
    Report.objects.update(created_at=F("created_at") - shift, due_at=F("due_at") - shift)
    cache.clear()
    return go_back_months(get_current_month())


def store_finished_months():
    """Last month too, in whatever hour of this month the tests run; the site waits for an hour."""
    with mock.patch.object(months, "MONTH_END_DELAY", timedelta(0)):
        done = store_missing_months()
    cache.clear()
    return done
