"""What a person refused or took down is looked at by a person again, whatever a program refuses in between and
whichever listing it comes in."""

import pytest

from listings.publication.refused_texts import was_refused_by_moderator
from listings.publication.transitions import (
    move_listing,
    refuse_listing_edit,
    undo_listing_event,
)
from tests.conftest import build_listing_fields
from tests.listings.posting import (
    CONTACT,
    FEE,
    make_submitted_listing,
    submit_edited_text,
)
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
REASON = "这份工作不存在。"
OTHER_WORK = "跟车送桶装水，两个人一起抬，五楼以上另加钱，干完当天在店里结。"


@pytest.fixture
def posting_author(employer):
    user = make_person("posting_author")
    employer.memberships.create(user=user, role="recruiter")
    return user


@pytest.fixture
def first_moderator():
    return make_person("first-moderator", is_staff=True)


def list_codes(verdict):
    return [reason.code for reason in verdict.reasons]


def test_a_text_that_a_program_refuses_in_between_changes_nothing(
    employer, posting_author, first_moderator
):
    listing, _verdict = make_submitted_listing(employer, posting_author, duties=CONTACT)
    move_listing(listing.pk, "rejected", first_moderator, REASON)
    assert submit_edited_text(listing, posting_author, duties=FEE).outcome == "refuse"
    verdict = submit_edited_text(listing, posting_author, **build_listing_fields())
    assert (verdict.outcome, list_codes(verdict)) == ("queue", ["refused_before"])
    move_listing(listing.pk, "published", first_moderator)
    assert submit_edited_text(listing, posting_author, headcount=4).outcome == "publish"


def test_an_edit_that_a_person_refused_counts_until_a_person_approves_one(
    employer, posting_author, first_moderator
):
    listing, _verdict = make_submitted_listing(employer, posting_author)
    assert submit_edited_text(listing, posting_author, duties=CONTACT).outcome == "queue"
    refuse_listing_edit(listing.pk, first_moderator, REASON)
    move_listing(listing.pk, "paused", posting_author)
    move_listing(listing.pk, "published", posting_author)  # without any text
    verdict = submit_edited_text(listing, posting_author, headcount=4)
    assert (verdict.outcome, list_codes(verdict)) == ("queue", ["refused_before"])


def test_a_refusal_that_was_undone_is_none(employer, posting_author, first_moderator):
    listing, _verdict = make_submitted_listing(employer, posting_author, duties=CONTACT)
    move_listing(listing.pk, "rejected", first_moderator, REASON)
    undo_listing_event(listing.events.order_by("-pk").first().pk, first_moderator)
    assert not was_refused_by_moderator(listing)
    assert make_submitted_listing(employer, posting_author, title="另一份")[1].outcome == "publish"


@pytest.mark.parametrize("status", ["removed", "rejected", "edit"])
def test_what_a_person_took_down_does_not_come_back_as_another_listing(
    employer, posting_author, first_moderator, status
):
    duties = "在商场门口把试饮券交给路过的顾客，介绍新口味，卖出去的按张数记下来。"
    if status == "removed":
        listing, _verdict = make_submitted_listing(employer, posting_author, duties=duties)
        move_listing(listing.pk, "removed", first_moderator, REASON)
    elif status == "rejected":
        with_contact = f"{duties}加微信 abc12345。"
        listing, _verdict = make_submitted_listing(employer, posting_author, duties=with_contact)
        move_listing(listing.pk, "rejected", first_moderator, REASON)
    else:
        listing, _verdict = make_submitted_listing(
            employer, posting_author, title="旧的", duties=OTHER_WORK
        )
        submit_edited_text(listing, posting_author, duties=f"{duties}加微信 abc12345。")
        refuse_listing_edit(listing.pk, first_moderator, REASON)
    _again, verdict = make_submitted_listing(
        employer,
        posting_author,
        title="周末新品派发",
        duties=f"{duties}周末干。",
        pay_min=25,
        pay_max=25,
    )
    assert (verdict.outcome, list_codes(verdict)) == ("queue", ["refused_elsewhere"])
    other = make_submitted_listing(employer, posting_author, title="送水员", duties=OTHER_WORK)[1]
    assert other.outcome == "publish"


def test_what_came_back_on_the_site_is_taken_down_no_more(
    employer, posting_author, first_moderator
):
    listing, _verdict = make_submitted_listing(employer, posting_author)
    move_listing(listing.pk, "removed", first_moderator, REASON)
    move_listing(listing.pk, "published", make_person("second", is_staff=True), "核实过。")
    verdict = make_submitted_listing(employer, posting_author, title="同一份活，另一家店")[1]
    assert verdict.outcome == "publish"


def test_a_program_s_refusal_and_another_employer_s_text_are_nothing(
    employer, posting_author, first_moderator
):
    listing, _verdict = make_submitted_listing(make_employer(checks="LP"), posting_author)
    move_listing(listing.pk, "removed", first_moderator, REASON)
    make_submitted_listing(employer, posting_author, duties=FEE)
    assert make_submitted_listing(employer, posting_author)[1].outcome == "publish"
