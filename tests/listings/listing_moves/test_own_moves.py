"""What an employer presses is decided by the listing as it stands, and not as its page showed it."""

from datetime import timedelta

import pytest

from accounts.models import Notice, User
from listings.applications.transitions import move_application
from listings.listing_moves.own_moves import move_own_listing, resume_own_listing
from listings.models import Listing
from listings.publication.transitions import ListingMoveRefused, move_listing
from listings.renewals.renewal import submit_renewal
from sitekit.models import TextMessage
from tests.listings.seeking import make_owner, make_proved_seeker, make_seeker_user, sign_up
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud"])
def test_what_was_taken_down_meanwhile_is_not_resumed(publish, employer, status):
    listing, boss = publish(), make_owner(employer)
    move_listing(listing.pk, "paused", boss)
    read_before = Listing.objects.get(pk=listing.pk)
    mod = make_moderator_user()
    move_listing(listing.pk, status, mod, "有人投诉。", fraud_type="brushing_rebate")
    with pytest.raises(ListingMoveRefused, match="不能这样恢复"):
        resume_own_listing(read_before, boss)
    listing.refresh_from_db()
    assert listing.status == status
    assert not listing.events.filter(before=status).exists()


def test_what_has_no_place_left_is_not_resumed(publish, employer):
    listing, boss = publish(headcount=1), make_owner(employer)
    move_application(sign_up(listing, make_seeker_user()).pk, "accepted", boss)
    with pytest.raises(ListingMoveRefused, match="招 1 人，已经录用满了。要多招，先改人数"):
        resume_own_listing(listing, boss)
    listing.refresh_from_db()
    assert listing.status == "filled"


@pytest.mark.parametrize("status", ["paused", "filled"])
def test_of_what_is_past_its_last_day_the_way_to_resume_is_told(publish, employer, today, status):
    listing, boss = publish(), make_owner(employer)
    move_listing(listing.pk, status, boss)
    Listing.objects.update(valid_through=today - timedelta(days=1))
    with pytest.raises(ListingMoveRefused, match="先续期，再重新招人"):
        resume_own_listing(listing, boss)
    outcome = submit_renewal(listing.pk, today + timedelta(days=9), boss, signed_no_fee=True)
    assert outcome == "publish"
    resume_own_listing(listing, boss)
    listing.refresh_from_db()
    assert listing.status == "published"


@pytest.mark.usefixtures("notice_template")
def test_who_was_accepted_and_has_only_a_phone_hears_of_a_withdrawal_by_text_message(
    publish, employer
):
    listing, boss = publish(), make_owner(employer)
    accepted, waiting = (
        sign_up(listing, make_proved_seeker(name, f"+861390013901{number}"))
        for number, name in enumerate(("accepted", "waiting"))
    )
    User.objects.filter(applications__listing=listing).update(email=None)
    move_application(accepted.pk, "accepted", boss)
    TextMessage.objects.all().delete()
    move_own_listing(listing.pk, "withdrawn", boss)
    texts = TextMessage.objects.filter(kind="notice")
    assert [text.to for text in texts] == [accepted.seeker.phone]
    assert Notice.objects.filter(user=waiting.seeker, title__startswith="招聘单位撤回了").exists()
