"""How old one must be for a listing goes by the place, the hours and the work, never by a typed age."""

import pytest

from listings.choices import Venue
from listings.models import Listing
from listings.vocabulary.age_limits import get_minimum_age
from listings.vocabulary.work_slots import ALL_SLOTS, encode_slots

DAYTIME = encode_slots(["6m", "6a", "6e", "7e"])


@pytest.mark.parametrize("venue", [venue for venue in Venue if venue != Venue.ORDINARY])
def test_places_of_entertainment_are_for_adults(venue):
    assert get_minimum_age(venue, DAYTIME) == 18


@pytest.mark.parametrize(
    ("slots", "age"),
    [
        (0, 16),
        (DAYTIME, 16),
        (ALL_SLOTS, 18),
        *((encode_slots([f"{day}n"]), 18) for day in range(1, 8)),
    ],
)
def test_nights_are_for_adults(slots, age):
    assert get_minimum_age("", slots) == age


@pytest.mark.parametrize(
    ("fields", "age"),
    [
        ({}, 16),
        ({"term": "weekend", "category": "flyer"}, 16),
        ({"term": "night_shift"}, 18),
        ({"category": "security"}, 18),
        ({"category": "driver"}, 18),
    ],
)
def test_night_shifts_and_some_kinds_of_work_are_for_adults(fields, age):
    assert get_minimum_age("", 0, **fields) == age


@pytest.mark.parametrize(
    ("fields", "age"),
    [
        ({}, 16),
        ({"venue": "bar"}, 18),
        ({"slots": encode_slots(["6n"])}, 18),
        ({"term": "night_shift"}, 18),
        ({"category": "security"}, 18),
    ],
)
def test_a_listing_knows_its_age(fields, age):
    assert Listing(**fields).minimum_age == age
