"""One decision for several: each on its own, those that can't be are named."""

import pytest
from django.urls import reverse

from accounts.models import Notice
from listings.models import Listing, ListingRevision
from listings.publication.transitions import submit_revision
from safety.models import CannedReason, Decision
from safety.moderation.claims import claim_case
from tests.accounts.staff.test_roles import make_colleague
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

pytestmark = pytest.mark.django_db


def build_case_choices(*listings):
    return [f"{listing.pk}:{hash_state(listing)}:0-0-0-0-0" for listing in listings]


def press_button(client, action, cases, **data):
    address = reverse("desk:listings_bulk")
    return client.post(address, {"action": action, "case": cases, **data}, follow=True)


def test_new_texts_and_edits_are_approved_together(client, mod, employer, publish):
    fresh, public = make_pending_listing(employer, title="新的"), publish(title="旧标题")
    waiting_text(public, title="新标题")
    page = press_button(client, "approve", build_case_choices(fresh, public)).content.decode()
    assert "已通过 1 件" in page and "已通过修改 1 件" in page
    assert "「新的」" in page and "「新标题」" in page
    assert get_stored_status(fresh) == "published"
    assert Listing.objects.get(pk=public.pk).title == "新标题"
    assert Decision.objects.count() == 2


def test_what_is_of_high_risk_is_approved_one_by_one_and_refused_together(client, mod, employer):
    plain, risky = (
        make_pending_listing(employer, title="平常的"),
        make_pending_listing(employer, title="像骗局", level="high"),
    )
    page = press_button(client, "approve", build_case_choices(plain, risky)).content.decode()
    assert "已通过「平常的」" in page and "没有处理「像骗局」：高风险的要打开来逐件看" in page
    assert (get_stored_status(plain), get_stored_status(risky)) == ("published", "pending")
    press_button(client, "refuse", build_case_choices(risky), reason="先要押金")
    assert get_stored_status(risky) == "rejected"


def test_one_reason_is_told_to_each_with_its_own_title(client, mod, employer):
    employer.memberships.create(user=make_person("owner"), role="owner")
    CannedReason.objects.create(
        code="t", kind="listing", action="rejected", label="t", text="「{title}」写得不清楚。"
    )
    first, second = (
        make_pending_listing(employer, title="派发"),
        make_pending_listing(employer, title="理货"),
    )
    press_button(client, "refuse", build_case_choices(first, second), canned="t")
    assert get_stored_status(first) == get_stored_status(second) == "rejected"
    texts = "".join(Notice.objects.values_list("text", flat=True))
    assert "「派发」写得不清楚" in texts and "「理货」写得不清楚" in texts
    assert set(Decision.objects.values_list("canned", flat=True)) == {"t"}


def test_several_reasons_are_told_in_one_letter(client, mod, employer):
    employer.memberships.create(user=make_person("owner"), role="owner")
    case = make_pending_listing(employer, title="派发")
    press_button(client, "refuse", build_case_choices(case), canned=["double", "duties", "none"])
    decision = Decision.objects.get()
    assert decision.canned == "double" and decision.reason in Notice.objects.get().text
    first, second = decision.reason.split("\n")
    assert first.startswith("这条和你们已经发布的") and second.startswith("「做什么」写得太少")
    address = f"/admin/desk/listings/{case.pk}/reason/?canned=double&canned=duties"
    assert client.get(address).content.decode() == decision.reason


def test_reasons_that_are_too_long_together_refuse_nothing(client, mod, employer):
    case = make_pending_listing(employer)
    codes = ["double", "duties", "pay-high", "pay-unclear", "discrim"]
    page = press_button(client, "refuse", build_case_choices(case), canned=codes)
    assert "请少选一条" in page.content.decode() and get_stored_status(case) == "pending"


def test_what_others_have_in_hand_is_left_and_named(client, mod, employer):
    mine, theirs = (
        make_pending_listing(employer, title="空着的"),
        make_pending_listing(employer, title="别人在看的"),
    )
    claim_case("listing", theirs.pk, make_moderator_user("second"))
    page = press_button(client, "approve", build_case_choices(mine, theirs)).content.decode()
    assert "已通过「空着的」" in page and "没有处理「别人在看的」" in page and "second" in page
    assert (get_stored_status(mine), get_stored_status(theirs)) == ("published", "pending")


def test_what_changed_since_the_list_was_drawn_is_left(client, mod, employer):
    case = make_pending_listing(employer)
    seen = build_case_choices(case)
    submit_revision(case, ListingRevision(**build_listing_fields(title="换过的")))
    assert "有了变化" in press_button(client, "approve", seen).content.decode()
    assert get_stored_status(case) == "pending"


def test_what_has_gone_elsewhere_is_counted_and_not_decided(client, employer, place):
    sign_in(client, make_colleague("local", places=[place("xiangxi")]))
    here, moved = make_pending_listing(employer), make_pending_listing(employer, title="搬走的")
    cases = build_case_choices(here, moved)
    Listing.objects.filter(pk=moved.pk).update(region=place("beijing"))
    page = press_button(client, "approve", cases).content.decode()
    assert "1 条没有处理：已经不在了，或者不在你负责的地区。" in page and "搬走的" not in page
    assert (get_stored_status(here), get_stored_status(moved)) == ("published", "pending")


def test_without_a_reason_nothing_is_refused(client, mod, employer):
    case = make_pending_listing(employer)
    assert "原因" in press_button(client, "refuse", build_case_choices(case)).content.decode()
    assert get_stored_status(case) == "pending"


@pytest.mark.parametrize("action", ["", "removed_fraud", "removed", "banned"])
def test_nothing_else_is_done_to_many(client, mod, publish, action):
    listing = publish()
    press_button(
        client,
        action,
        build_case_choices(listing),
        reason="x",
        fraud_type="other",
        confirm="1",
        sure="on",
    )
    assert get_stored_status(listing) == "published"


@pytest.mark.parametrize("cases", [[], ["x"], ["٣:"], ["999999999:"], ["1" * 30]])
def test_odd_choices_change_nothing(client, mod, employer, cases):
    case = make_pending_listing(employer)
    assert press_button(client, "approve", cases).status_code in (409, 422)
    assert get_stored_status(case) == "pending"


def test_a_refusal_without_a_reason_keeps_what_was_ticked(client, mod, employer):
    first, second = (
        make_pending_listing(employer, title="派发"),
        make_pending_listing(employer, title="理货"),
    )
    answer = press_button(client, "refuse", build_case_choices(first))
    assert answer.status_code == 422
    page = " ".join(answer.content.decode().split())
    head = page.split('<ol class="queue">')[0]
    assert "不通过要有原因" in head and 'href="#bulk-reason"' in head, "the page opens at its top"
    assert page.count('role="alert"') == 1 and 'id="bulk-reason"' in page
    assert f'value="{build_case_choices(first)[0]}" form="bulk" checked' in page
    assert f'value="{build_case_choices(second)[0]}" form="bulk" checked' not in page
    assert get_stored_status(first) == get_stored_status(second) == "pending"


@pytest.mark.parametrize("reason", ["a\0b", "长" * 181])
def test_a_reason_that_can_not_be_kept_decides_nothing(client, mod, employer, reason):
    listing = make_pending_listing(employer)
    page = press_button(
        client, "refuse", build_case_choices(listing), reason=reason
    ).content.decode()
    assert "一条也没有处理" in page and get_stored_status(listing) == "pending"


@pytest.mark.parametrize("case", ["9" * 5000, "1" + "0" * 30, "-1:x", "x", ":", "０"])
def test_odd_ticks_are_as_none(client, mod, case):
    assert press_button(client, "approve", [case]).status_code in (409, 422)
    assert not Decision.objects.exists()
