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
