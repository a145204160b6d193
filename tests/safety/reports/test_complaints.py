"""Which reports count as complaints on the page of a listing."""

import pytest

from listings.detail import appearances, spread_facts
from listings.models import Listing
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.reports.submission import submit_report
from safety.reports.transitions import move_report
from tests.safety.fraud_removals import remove_listing_for_fraud

pytestmark = pytest.mark.django_db
COMPLAINT = "这条兼职被人举报过，查实了"


def is_complained_of(listing):
    row = Listing.objects.get(pk=listing.pk)
    facts = spread_facts.list_spread_facts(row, appearances.find_appearances(row))
    return COMPLAINT in {fact["words"] for fact in facts}


@pytest.mark.parametrize(("reason", "stays"), [("asked_fee", False), ("wage_arrears", True)])
def test_what_an_appeal_called_no_fraud_is_told_to_nobody_as_such(
    publish, owner, mod, reason, stays
):
    """Everybody who was warned has read that it is none; wages that are owed are owed all the same."""
    listing = publish()
    move_report(submit_report(listing=listing, reason=reason).pk, "upheld", mod, "查实了")
    assert is_complained_of(listing)
    remove_listing_for_fraud(listing)
    assert is_complained_of(listing)
    listing.refresh_from_db()
    decide_appeal(create_appeal(listing, owner, "没有收过钱").pk, "upheld", mod, "没有收钱")
    assert is_complained_of(listing) == stays
    move_report(submit_report(listing=listing, reason=reason).pk, "upheld", mod, "又查实了")
    assert is_complained_of(listing), "since then"
