"""A text of a high-risk category is approved by two moderators, one after the other."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from listings.models import Listing, ListingRevision
from listings.publication.transitions import publish_listing, submit_revision
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.casework.appeal_case import AppealCase
from safety.moderation.claims import release_claim
from safety.moderation.decisions import REFUSALS, make_decision, undo_decision
from sitekit.workflow.refusals import MoveRefused
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.people import sign_in
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

pytestmark = pytest.mark.django_db
RISKY = {"category": "data_entry"}


@pytest.fixture
def first():
    return make_moderator_user("first")


@pytest.fixture
def second():
    return make_moderator_user("second")


@pytest.fixture
def case(employer, owner):
    return make_pending_listing(employer, owner, **RISKY)


def approve_case(case, by, action="approve_first"):
    return make_decision("listing", case.pk, action, by)


def test_it_waits_for_a_second_person_and_then_is_public(client, case, first, second, owner):
    sign_in(client, first)
    client.post(reverse("desk:listing_take", args=[case.pk]))
    page = read_body(client.get(reverse("desk:listing", args=[case.pk])))
    assert "还没有人通过第一遍" in page and "第一遍通过" in page and 'value="published"' not in page
    with pytest.raises(REFUSALS, match="两位审核员"):
        approve_case(case, first, "published")
    approve_case(case, first)
    assert get_stored_status(case) == "pending" and not Notice.objects.filter(user=owner).exists()
    with pytest.raises(REFUSALS, match="另一位"):
        approve_case(case, first, "published")
    with pytest.raises(MoveRefused, match="另一位"):
        publish_listing(case.pk, first)
    client.post(reverse("desk:listing_take", args=[case.pk]))
    page = read_body(client.get(reverse("desk:listing", args=[case.pk])))
    assert "第一遍由first通过，等另一位" in page and 'value="published"' not in page
    client.post(reverse("desk:listing_release", args=[case.pk]))
    approve_case(case, second, "published")
    assert get_stored_status(case) == "published"


def test_the_next_case_of_who_approved_first_is_another(client, case, first, second):
    approve_case(case, first)
    sign_in(client, first)
    assert client.post(reverse("desk:listings_next")).url == reverse("desk:listings")
    assert "第一遍由first通过" in read_body(client.get(reverse("desk:listings")))
    other = sign_in(Client(), second)
    assert other.post(reverse("desk:listings_next")).url.endswith(f"/{case.pk}/")


def test_the_only_moderator_is_told_that_it_waits(client, case, first):
    approve_case(case, first)
    sign_in(client, first)
    page = read_body(client.get(reverse("desk:listing", args=[case.pk])))
    assert "现在只有一位审核员，要等有了第二位才能公开" in page


def test_a_refusal_by_the_second_ends_it(case, first, second):
    approve_case(case, first)
    make_decision("listing", case.pk, "rejected", second, "地点要写具体")
    assert get_stored_status(case) == "rejected"


def test_another_text_is_approved_by_nobody(case, first, second, owner):
    approve_case(case, first)
    submit_revision(
        case, ListingRevision(author=owner, **build_listing_fields(title="改过的", **RISKY))
    )
    with pytest.raises(REFUSALS, match="两位审核员"):
        approve_case(case, second, "published")
    assert get_stored_status(case) == "pending"


def test_the_first_approval_is_undone_alone_and_the_second_leaves_it(case, first, second):
    decision = approve_case(case, first)
    undo_decision(decision.pk, first)
    release_claim("listing", case.pk, first)
    assert case.revisions.get().first_approver is None and get_stored_status(case) == "pending"
    approve_case(case, second)
    decision = approve_case(case, first, "published")
    undo_decision(decision.pk, first)
    text = case.revisions.get()
    assert (get_stored_status(case), text.status, text.first_approver) == (
        "pending",
        "waiting",
        second,
    )


def test_several_at_once_obey_it(client, case, employer, first, second):
    plain = make_pending_listing(employer, category="waiter")

    def approve_both(user):
        sign_in(client, user)
        cases = [f"{row.pk}:{hash_state(row)}" for row in (case, plain)]
        client.post(reverse("desk:listings_bulk"), {"action": "approve", "case": cases})
        return get_stored_status(case), get_stored_status(plain)

    assert approve_both(first) == ("pending", "published")
    assert approve_both(first) == ("pending", "published")
    assert approve_both(second) == ("published", "published")


def test_an_edit_into_such_a_category_takes_two(publish, owner, first, second):
    listing = publish()
    waiting_text(listing, owner, **RISKY)
    approve_case(listing, first)
    assert Listing.objects.get(pk=listing.pk).category == "flyer"
    with pytest.raises(REFUSALS, match="另一位"):
        approve_case(listing, first, "approve_edit")
    approve_case(listing, second, "approve_edit")
    assert Listing.objects.get(pk=listing.pk).category == "data_entry"


def test_an_appeal_that_is_upheld_is_one_of_the_two(case, first, second, owner):
    make_decision("listing", case.pk, "rejected", first, "看错了")
    appeal = create_appeal(Listing.objects.get(pk=case.pk), owner, "写得很清楚")
    assert "第一遍通过" in AppealCase().list_consequences(appeal)[0]
    decide_appeal(appeal.pk, "upheld", second, "说得对")
    outcome = Notice.objects.filter(user=owner, title__startswith="申诉有结果").get()
    assert "还要另一位再看一遍才公开" in outcome.text
    assert get_stored_status(case) == "pending" and case.revisions.get().first_approver == second
    approve_case(case, first, "published")
    assert get_stored_status(case) == "published"


def test_what_staff_wrote_is_published_by_somebody_else(employer, first, second):
    fields = build_listing_fields(**RISKY)
    listing = Listing.objects.create(employer=employer, **fields)
    ListingRevision.objects.create(listing=listing, author=first, status="approved", **fields)
    with pytest.raises(REFUSALS, match="两位审核员"):
        approve_case(listing, first, "published")
    approve_case(listing, second, "published")
    assert get_stored_status(listing) == "published"


def test_whoever_resumes_it_needs_nobody(case, first, second, owner):
    approve_case(case, first)
    approve_case(case, second, "published")
    Listing.objects.filter(pk=case.pk).update(status="paused")
    publish_listing(case.pk, owner, with_text=False)
    assert get_stored_status(case) == "published"
