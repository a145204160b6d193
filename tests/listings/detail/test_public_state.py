"""What may be seen of a listing follows from its status and from that of its employer."""

import pytest

from accounts.models import Employer
from listings.detail.detail_context import ENDED, GONE, HELD, HIDDEN, get_public_state
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
