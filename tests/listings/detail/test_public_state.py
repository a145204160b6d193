"""What may be seen of a listing follows from its status and from that of its employer."""

import pytest

from accounts.models import Employer
from listings.detail.detail_context import (
    ENDED,
    GONE,
    HELD,
    HIDDEN,
    LIVE,
    get_public_state,
    get_state_for_applicants,
)
from listings.models import Listing


@pytest.mark.parametrize("employer_status", ["frozen", "banned", "rejected"])
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("published", HELD),
        ("paused", HELD),
        ("filled", HELD),
        ("held", HELD),
        ("withdrawn", GONE),
        ("draft", HIDDEN),
        ("pending", HIDDEN),
    ],
)
def test_of_a_stopped_employer_no_text_is_public(employer_status, status, state):
    listing = Listing(status=status, employer=Employer(status=employer_status))
    assert get_public_state(listing) == state


def test_of_one_in_good_standing_what_it_paused_has_ended():
    assert get_public_state(Listing(status="paused", employer=Employer(status="verified"))) == ENDED


@pytest.mark.parametrize(
    ("employer_status", "state"), [("verified", ENDED), ("unverified", ENDED), ("frozen", HELD)]
)
def test_what_an_employer_withdrew_has_ended_for_who_signed_up(employer_status, state):
    listing = Listing(status="withdrawn", employer=Employer(status=employer_status))
    assert get_state_for_applicants(listing) == state
    assert get_public_state(listing) == GONE


@pytest.mark.parametrize(
    ("status", "state"), [("paused", ENDED), ("held", HELD), ("removed", GONE), ("draft", HIDDEN)]
)
def test_anything_else_is_the_same_for_who_signed_up(status, state):
    listing = Listing(status=status, employer=Employer(status="verified"))
    assert get_state_for_applicants(listing) == get_public_state(listing) == state != LIVE
