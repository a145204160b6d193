"""The last day on which a listing is shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.models import Listing


@pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False), (1, False)])
def test_a_listing_is_past_from_the_day_after_its_last(days, is_past):
    day = timezone.localdate() + timedelta(days=days)
    assert Listing(valid_through=day).is_past_last_day is is_past


def test_a_listing_without_a_last_day_is_past():
    assert Listing().is_past_last_day


LAST_DAYS = pytest.mark.parametrize(("days", "is_live"), [(-1, False), (0, True), (1, True)])


@LAST_DAYS
def test_a_listing_is_live_through_its_last_day(publish, today, days, is_live):
    publish()
    Listing.objects.update(valid_through=today + timedelta(days=days))
    assert Listing.objects.live().exists() is is_live


@LAST_DAYS
def test_a_listing_is_live_through_the_day_of_the_recheck(publish, employer, today, days, is_live):
    publish()
    employer.recheck_due = today + timedelta(days=days)
    employer.save()
    assert Listing.objects.live().exists() is is_live
    assert employer.is_in_good_standing is is_live, "what is shown and what may be done agree"
