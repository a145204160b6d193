"""A decision: claim, transition, row and message, all or nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from listings.models import Listing, ListingRevision
from listings.publication.transitions import submit_revision
from safety.casework import listing_case
from safety.models import Decision
from safety.moderation.claims import CaseTaken, claim_case, get_claim
from safety.moderation.decisions import REFUSALS, DecisionRefused, make_decision
from safety.moderation.permissions import may_decide_appeal
from safety.reports.submission import submit_report
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail
from tests.accounts.staff.test_roles import make_colleague
from tests.at_once import at_once
from tests.conftest import build_listing_fields, tea_shop
from tests.people import make_person
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod():
    return make_moderator_user()


def test_an_approval_publishes_notes_who_decided_and_lets_go(employer, mod):
    case = make_pending_listing(employer)
    claim_case("listing", case.pk, mod)
    decision = make_decision("listing", case.pk, "published", mod, canned="")
    assert get_stored_status(case) == "published"
    event = case.events.get(pk=decision.event)
    assert (event.actor, event.after) == (mod, "published")
    assert decision.waited >= timedelta(0)
    assert get_claim("listing", case.pk) is None


def test_what_somebody_else_has_in_hand_is_not_decided(employer, mod):
    case = make_pending_listing(employer)
    claim_case("listing", case.pk, make_moderator_user("other"))
    with pytest.raises(CaseTaken, match="other"):
        make_decision("listing", case.pk, "published", mod)
    assert get_stored_status(case) == "pending" and not Decision.objects.exists()


def test_the_author_is_told_after_a_minute_and_not_before(employer, mod, owner):
    case = make_pending_listing(employer, owner)
    make_decision("listing", case.pk, "rejected", mod, "正文里有微信号，删掉再提交。")
    notice, mail = Notice.objects.get(), Mail.objects.get()
    assert notice.user == owner and "没有通过" in notice.title and "微信号" in notice.text
    assert "/employer/listings/" in notice.address
    for message in (notice, mail):
        assert message.not_before > timezone.now() + timedelta(seconds=59)
    assert deliver_due() == (0, 0)


@pytest.mark.parametrize("action", ["held", "removed", "removed_fraud"])
def test_who_is_stopped_is_told_why_and_where_to_appeal(publish, mod, owner, action):
    listing = publish()
    more = {"fraud_type": "upfront_fee", "confirmed": True} if action == "removed_fraud" else {}
    make_decision("listing", listing.pk, action, mod, "核实收了钱。", **more)
    notice = Notice.objects.get(user=owner)
    assert "核实收了钱" in notice.text and notice.address == f"/appeal/listing/{listing.pk}/"


def test_a_failure_on_the_way_changes_nothing(employer, mod, owner, monkeypatch):
    case = make_pending_listing(employer)

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("accounts.inbox.notices.send_notices", broken)
    with pytest.raises(RuntimeError):
        make_decision("listing", case.pk, "rejected", mod, "不行")
    assert get_stored_status(case) == "pending" and not Decision.objects.exists()
    assert not case.events.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_refusal_needs_a_reason(employer, mod, reason):
    case = make_pending_listing(employer)
    with pytest.raises(DecisionRefused, match="原因"):
        make_decision("listing", case.pk, "rejected", mod, reason)
    assert get_stored_status(case) == "pending"


def test_a_removal_for_fraud_asks_twice(publish, mod):
    listing = publish()
    args = ("listing", listing.pk, "removed_fraud", mod, "收了押金")
    with pytest.raises(DecisionRefused, match="再确认"):
        make_decision(*args, fraud_type="upfront_fee")
    make_decision(*args, fraud_type="upfront_fee", confirmed=True)
    assert get_stored_status(listing) == "removed_fraud"


def test_who_is_no_moderator_decides_nothing(employer):
    case = make_pending_listing(employer)
    for user in (make_person("staff", is_staff=True), make_person("seeker")):
        with pytest.raises(DecisionRefused):
            make_decision("listing", case.pk, "published", user)
    assert get_stored_status(case) == "pending"


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("draft", set()),
        ("pending", {"published", "rejected", "removed_fraud"}),
        ("rejected", set()),
        ("published", {"held", "removed", "removed_fraud"}),
        ("paused", {"held", "removed", "removed_fraud"}),
        ("held", {"restore", "removed", "removed_fraud"}),
        ("removed", set()),
        ("removed_fraud", set()),
        ("withdrawn", set()),
    ],
)
def test_only_what_fits_the_state_can_be_decided(employer, mod, state, allowed):
    """What was removed comes back by an appeal alone, though the move itself is allowed."""
    case = make_pending_listing(employer)
    fraud = "other" if state == "removed_fraud" else ""
    at = timezone.now()
    case.revisions.update(status="approved")
    Listing.objects.filter(pk=case.pk).update(status=state, fraud_type=fraud, published_at=at)
    if state == "draft":
        case.revisions.all().delete()
    for action in listing_case.ListingCase.actions:
        if action not in allowed:
            with pytest.raises(DecisionRefused):
                make_decision(
                    "listing", case.pk, action, mod, "因为", fraud_type="other", confirmed=True
                )
    assert get_stored_status(case) == state
    case.refresh_from_db()
    assert set(listing_case.list_listing_actions(case, has_text=False)) == allowed


def test_an_edit_of_what_is_public_is_approved_or_refused(publish, mod):
    listing = publish(title="旧标题")
    waiting_text(listing, title="新标题")
    make_decision("listing", listing.pk, "refuse_edit", mod, "换了另一份工作")
    assert Listing.objects.get(pk=listing.pk).title == "旧标题"
    waiting_text(listing, title="更新的标题")
    make_decision("listing", listing.pk, "approve_edit", mod)
    listing.refresh_from_db()
    assert (listing.title, listing.status) == ("更新的标题", "published")


def test_a_text_that_changed_while_it_was_looked_at_is_not_decided(employer, mod):
    case = make_pending_listing(employer)
    seen = hash_state(case)
    submit_revision(case, ListingRevision(**build_listing_fields(title="换过的标题")))
    with pytest.raises(DecisionRefused, match="有了变化"):
        make_decision("listing", case.pk, "published", mod, seen=seen)
    assert get_stored_status(case) == "pending"


def test_what_others_did_while_it_was_looked_at_is_not_overrun(publish, mod):
    """Held and restored by somebody else: the status is as it was, the story is not."""
    listing = publish()
    seen = hash_state(listing)
    other = make_moderator_user("other")
    make_decision("listing", listing.pk, "held", other, "核实")
    make_decision("listing", listing.pk, "restore", other)
    with pytest.raises(DecisionRefused, match="有了变化"):
        make_decision("listing", listing.pk, "removed", mod, "不实", seen=seen)
    assert get_stored_status(listing) == "published"


def test_restoring_leaves_a_waiting_text_waiting(publish, mod):
    listing = publish(title="旧标题")
    waiting_text(listing, title="还没看的标题")
    make_decision("listing", listing.pk, "held", mod, "核实")
    make_decision("listing", listing.pk, "restore", mod)
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "旧标题")
    assert listing_case.ListingUnderReview(listing).waiting.title == "还没看的标题"


def test_of_two_who_decide_at_the_same_moment_one_decides(committed):
    case = make_pending_listing(tea_shop())
    people = [make_moderator_user("first"), make_moderator_user("second")]
    seen = hash_state(case)

    def act(who, action):
        return lambda: make_decision("listing", case.pk, action, who, "因为", seen=seen)

    results = at_once(*map(act, people, ["published", "rejected"]))
    assert sum(isinstance(result, REFUSALS) for result in results) == 1
    assert Decision.objects.get() in results and case.events.count() == 1
    assert get_stored_status(case) == Decision.objects.get().action


def test_an_appeal_goes_to_somebody_else_or_to_an_admin_where_there_is_nobody(mod, place):
    admin, here = make_person("boss", is_staff=True, is_superuser=True), place("xiangxi").adcode
    assert may_decide_appeal(admin, mod, here)
    assert not may_decide_appeal(mod, mod, here)
    assert not may_decide_appeal(admin, admin, here)
    mod.groups.clear()
    assert not may_decide_appeal(type(mod).objects.get(pk=mod.pk), admin, here)
    assert may_decide_appeal(admin, admin, here)


def test_what_concerns_ones_own_employer_is_for_another_moderator(publish, employer, mod):
    listing = publish()
    cases = {
        "listing": make_pending_listing(employer, title="代取快递").pk,
        "employer": employer.pk,
        "report": submit_report(listing=listing, reason="other", marks=["a"]).pk,
    }
    actions = {"listing": "published", "employer": "warned", "report": "dismissed"}
    employer.memberships.create(user=mod, role="recruiter")
    for kind, number in cases.items():
        with pytest.raises(DecisionRefused, match="你自己的单位"):
            make_decision(kind, number, actions[kind], mod, "核对过了")
    assert not Decision.objects.exists()
    for kind, number in cases.items():
        make_decision(kind, number, actions[kind], make_moderator_user(kind), "核对过了")


def test_the_only_moderator_of_a_place_decides_about_the_own_employer(employer, place):
    boss = make_person("boss", is_staff=True, is_superuser=True)
    make_colleague("far away", places=[place("beijing")])
    employer.memberships.create(user=boss, role="owner")
    case = make_pending_listing(employer)
    make_decision("listing", case.pk, "published", boss)
    assert get_stored_status(case) == "published"
