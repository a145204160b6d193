"""A listing with two places, and who acts for its employer: for every test of this folder."""

import pytest

from listings.vocabulary.work_slots import encode_slots
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings.offers import boss, employer, listing
from tests.listings.seeking import make_owner, sign_in_browser

__all__ = ["boss", "employer", "listing"]


@pytest.fixture(scope="module")
def offer(module_rows):
    """(the employer, who acts for it, a listing)"""
    shop = tea_shop()
    slots = encode_slots(["6a", "7a"])
    return shop, make_owner(shop), build_listing_publisher(shop)(slots=slots, headcount=2)


@pytest.fixture
def client(boss):
    return sign_in_browser(boss)


@pytest.fixture
def page(listing):
    return f"/employer/listings/{listing.pk}/applications/"
