"""Within a minute the same moderator takes a decision back, and nobody hears of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from accounts.models import EmployerCheck, Notice
from listings.applications.transitions import create_application, move_application
from listings.models import Listing
from safety.models import Decision
from safety.moderation.decisions import (
    DecisionRefused,
    list_undoable_decisions,
    make_decision,
    undo_decision,
)
from safety.moderation.waiting_cases import list_waiting_listings
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import UNDO_FOR
from tests.listings.seeking import PROFILE, make_owner, make_seeker_user
from tests.people import make_person, sign_in
from tests.safety.desks import (
    get_stored_status,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)
from tests.seen_papers import CODE, build_finding, see_papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod():
    return make_moderator_user()


def backdate_decision(decision, **ago):
    Decision.objects.filter(pk=decision.pk).update(created_at=timezone.now() - timedelta(**ago))


@pytest.mark.parametrize(("action", "reason"), [("published", ""), ("rejected", "正文里有微信号")])
def test_it_is_as_before_and_what_waited_is_not_told(employer, mod, action, reason):
    employer.memberships.create(user=make_person("owner"), role="owner")
    case = make_pending_listing(employer)
    decision = make_decision("listing", case.pk, action, mod, reason)
    assert Mail.objects.count() == Notice.objects.count() == 1
    undo_decision(decision.pk, mod)
    assert get_stored_status(case) == "pending"
    assert case.revisions.get().status == "waiting"
    assert not Mail.objects.exists() and not Notice.objects.exists()
    assert case.events.order_by("-pk").first().action == "undo"
    assert deliver_due() == (0, 0)


@pytest.mark.parametrize("action", ["approve_edit", "refuse_edit", "held", "removed"])
def test_decisions_on_what_is_public_are_taken_back(publish, mod, action):
    listing = publish(title="旧标题")
    if action.endswith("edit"):
        waiting_text(listing, title="新标题")
    decision = make_decision("listing", listing.pk, action, mod, "因为")
    undo_decision(decision.pk, mod)
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "旧标题")
    assert Listing.objects.live().filter(pk=listing.pk).exists()
    waiting = listing.revisions.filter(status="waiting").exists()
    assert waiting == action.endswith("edit")


def test_who_signed_up_hears_of_an_undone_edit_nothing_and_of_a_later_approval_once(
    employer, publish, mod
):
    listing = publish(pay_min=Decimal(22), pay_max=Decimal(22))
    accepted = create_application(listing.pk, make_seeker_user("seeker"), PROFILE)
    move_application(accepted.pk, "accepted", make_owner(employer))
    waiting_text(listing, pay_min=Decimal(12), pay_max=Decimal(12))

    def list_change_notices():
        return list(Notice.objects.filter(user=accepted.seeker, title__contains="改了"))

    decision = make_decision("listing", listing.pk, "approve_edit", mod)
    assert len(list_change_notices()) == 1
    assert not list_visible_notices(accepted.seeker).filter(title__contains="改了").exists()
    undo_decision(decision.pk, mod)
    listing.refresh_from_db()
    assert listing.pay_min == 22
    assert (
        list_change_notices() == [] and not Mail.objects.filter(text__contains="改了报酬").exists()
    )
    make_decision("listing", listing.pk, "approve_edit", mod)
    assert len(list_change_notices()) == 1


def test_after_a_minute_it_stays(employer, mod):
    case = make_pending_listing(employer)
    decision = make_decision("listing", case.pk, "published", mod)
    backdate_decision(decision, seconds=61)
    with pytest.raises(DecisionRefused, match="一分钟"):
        undo_decision(decision.pk, mod)
    assert get_stored_status(case) == "published"


def test_only_who_decided_takes_it_back_and_only_once(employer, mod):
    case = make_pending_listing(employer)
    decision = make_decision("listing", case.pk, "published", mod)
    with pytest.raises(DecisionRefused):
        undo_decision(decision.pk, make_moderator_user("other"))
    undo_decision(decision.pk, mod)
    with pytest.raises(DecisionRefused, match="撤销过"):
        undo_decision(decision.pk, mod)
    assert case.events.filter(action="undo").count() == 1


def test_a_removal_for_fraud_and_a_ban_are_never_undone(publish, employer, mod):
    listing = publish()
    more = {"fraud_type": "upfront_fee", "confirmed": True}
    for kind, thing, action in (
        ("listing", listing, "removed_fraud"),
        ("employer", employer, "banned"),
    ):
        decision = make_decision(kind, thing.pk, action, mod, "骗钱", **more)
        with pytest.raises(DecisionRefused, match="申诉"):
            undo_decision(decision.pk, mod)
        assert get_stored_status(thing) == action
    assert not list_undoable_decisions(mod, after=timezone.now() - UNDO_FOR).exists()


def test_what_happened_since_is_not_overrun(employer, mod):
    case = make_pending_listing(employer)
    decision = make_decision("listing", case.pk, "published", mod)
    make_decision("listing", case.pk, "held", make_moderator_user("other"), "核实")
    with pytest.raises(MoveRefused):
        undo_decision(decision.pk, mod)
    assert get_stored_status(case) == "held"


def test_checks_noted_by_a_verification_go_with_it(employer, mod):
    type(employer).objects.filter(pk=employer.pk).update(status="pending", licence_code=CODE)
    employer.refresh_from_db()
    see_papers(employer, mod, "licence")
    before = set(EmployerCheck.objects.values_list("pk", flat=True))
    checks = [build_finding(employer, "licence"), build_finding(employer, "site_visit")]
    decision = make_decision("employer", employer.pk, "verified", mod, checks=checks)
    assert get_stored_status(employer) == "verified"
    assert EmployerCheck.objects.filter(kind="site_visit").exists()
    undo_decision(decision.pk, mod)
    assert get_stored_status(employer) == "pending"
    assert set(EmployerCheck.objects.values_list("pk", flat=True)) == before


def test_the_bar_undoes_by_post_and_leads_back_to_the_case(client, employer, mod):
    case = make_pending_listing(employer, title="周末派发")
    sign_in(client, mod)
    decision = make_decision("listing", case.pk, "published", mod)
    page = client.get(reverse("desk:listings")).content.decode()
    address = reverse("desk:undo", args=[decision.pk])
    assert "已通过「周末派发」" in page and address in page
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert answer.url == reverse("desk:listing", args=[case.pk])
    assert get_stored_status(case) == "pending"
    assert address not in client.get(answer.url).content.decode()


@pytest.mark.parametrize("action", ["restore", "removed"])
def test_a_hold_that_comes_back_has_its_reason_and_its_age(client, publish, mod, action):
    listing = publish(title="停着的")
    make_decision("listing", listing.pk, "held", mod, "有人说要押金")
    since = timezone.now() - timedelta(days=3)
    listing.events.filter(action="held").update(created_at=since)
    decision = make_decision("listing", listing.pk, action, mod, "看过了")
    undo_decision(decision.pk, mod)
    row = list_waiting_listings().get(pk=listing.pk)
    assert (row.status, row.since) == ("held", since)
    sign_in(client, mod)
    for address in (reverse("desk:listings"), reverse("desk:listing", args=[listing.pk])):
        assert "有人说要押金" in client.get(address).content.decode()
    again = make_decision("listing", listing.pk, "restore", mod, "看过了")
    assert again.waited > timedelta(days=3)
