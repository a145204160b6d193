"""A confirmed fraud freezes its employer unless the moderator says why not; an upheld appeal gives back
exactly what the case took."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import EmployerEvent, Notice
from listings.applications.transitions import move_application
from listings.models import Listing, ListingEvent, ListingSearch
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from safety.appeals.transitions import create_appeal, decide_appeal, find_contestable_decision
from safety.governance_audit.comparison import compare_published
from safety.models import FraudCase
from safety.moderation.decisions import make_decision, undo_decision
from safety.moderation.waiting_cases import list_waiting_listings
from sitekit.models import Mail
from sitekit.workflow.refusals import MoveRefused
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.desks import get_stored_status, make_moderator_user, waiting_text
from tests.safety.fraud_removals import remove_listing_for_fraud, sign_up
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db
WECHAT = "wxid_tea_8866"
KEPT = "店主的账号被人盗用，报过警"


@pytest.fixture
def bad(employer, publish):
    type(employer).objects.filter(pk=employer.pk).update(intro=f"招人加 {WECHAT}")
    return publish(title="在家点赞", contact_phone="13900001111", contact_wechat=WECHAT)


@pytest.fixture
def mod():
    return make_moderator_user("fraud-moderator")


def uphold_appeal(listing, owner, by="another"):
    appeal = create_appeal(listing, owner, "没有收过钱，是同行乱说。")
    return decide_appeal(appeal.pk, "upheld", make_moderator_user(by), "是同行乱说的")


def post_fraud_confirmation(client, listing, **fields):
    """What the page of the confirmation sends."""
    data = {"action": "removed_fraud", "reason": "群里让人先垫钱", "fraud_type": "brushing_rebate"}
    data |= {"confirm": "1", "sure": "on", **fields}
    return client.post(reverse("desk:listing_decide", args=[listing.pk]), data)


def test_a_fraudster_looks_like_one_at_once(client, mod, employer, owner, bad):
    """As a moderator, a visitor and the fraudster met it: one decision, and nothing is left of it."""
    sign_up(bad, make_person("seeker"))
    desk = sign_in(Client(), mod)
    case = reverse("desk:listing_decide", args=[bad.pk])
    page = desk.post(case, {"action": "removed_fraud", "reason": "群里让人先垫钱"})
    assert re.search(r'<input type="checkbox" name="freeze"[^>]* checked', page.content.decode())
    assert "同时冻结这家单位" in page.content.decode()
    post_fraud_confirmation(desk, bad, freeze="on")
    assert (get_stored_status(bad), get_stored_status(employer)) == ("removed_fraud", "frozen")
    public = client.get(f"/employers/{employer.pk}/").content.decode()
    for words in (
        "因涉诈被冻结",
        "刷单返利",
        f"{timezone.localdate():%Y 年}",
        "查出涉诈以前查过什么",
    ):
        assert words in public, words
    assert f'href="{bad.get_absolute_url()}"' in public, "where advice stands"
    assert 'class="ok"' not in public and "ld+json" not in public
    for words in (WECHAT, "在家点赞", "它发布新的兼职以后", "有人反映了问题", "群里让人"):
        assert words not in public, words
    theirs = sign_in(Client(), owner).get("/employer/").content.decode()
    assert "人报名，还没有答复" not in theirs and "人等答复" not in theirs
    assert "因涉诈下架：刷单返利。觉得判错了可以申诉" in theirs and "有兼职因涉诈下架" in theirs


def test_not_to_freeze_needs_a_reason_which_is_kept(mod, employer, bad):
    desk = sign_in(Client(), mod)
    page = post_fraud_confirmation(desk, bad)
    html = page.content.decode()
    assert page.status_code == 422 and "不冻结的话，请写明为什么。" in html
    assert not re.search(r'name="freeze"[^>]* checked', html), "what was chosen stays"
    assert (get_stored_status(bad), get_stored_status(employer)) == ("published", "verified")
    long = post_fraud_confirmation(desk, bad, not_frozen_because="长" * 181)
    assert long.status_code == 422 and get_stored_status(bad) == "published"
    post_fraud_confirmation(desk, bad, not_frozen_because=KEPT)
    assert (get_stored_status(bad), get_stored_status(employer)) == ("removed_fraud", "verified")
    case = FraudCase.objects.get()
    assert (case.freeze, case.not_frozen_because) == (None, KEPT)
    event = EmployerEvent.objects.filter(employer=employer).first()
    assert (event.action, event.before, event.after) == ("not_frozen", "verified", "verified")
    assert KEPT in event.reason and event.actor == mod
    public = Client().get(f"/employers/{employer.pk}/").content.decode()
    assert "有兼职被查出涉诈" in public and "刷单返利" in public and KEPT not in public
    assert "它发布新的兼职以后" not in public
    assert KEPT in desk.get(f"/admin/desk/frauds/{case.pk}/").content.decode()


@pytest.mark.parametrize("before", ["unverified", "pending", "lapsed", "rejected"])
def test_one_that_is_not_verified_is_frozen_too_and_goes_back(mod, employer, owner, bad, before):
    """Its listings are hidden, but it would read the contacts of applicants and could submit its papers."""
    set_status(employer, before, mod)
    desk = sign_in(Client(), mod)
    address = reverse("desk:listing_decide", args=[bad.pk])
    page = desk.post(address, {"action": "removed_fraud", "reason": "垫钱"}).content.decode()
    assert re.search(r'<input type="checkbox" name="freeze"[^>]* checked', page)
    assert "不冻结的话，请写明为什么。" in post_fraud_confirmation(desk, bad).content.decode()
    post_fraud_confirmation(desk, bad, freeze="on")
    assert (get_stored_status(bad), get_stored_status(employer)) == ("removed_fraud", "frozen")
    event = EmployerEvent.objects.get(pk=FraudCase.objects.get().freeze)
    assert (event.before, event.after) == (before, "frozen")
    with pytest.raises(MoveRefused):
        move_employer_with_listings(employer.pk, "pending", owner, "提交材料")
    uphold_appeal(bad, owner)
    assert (get_stored_status(bad), get_stored_status(employer)) == ("published", before)
    assert compare_published().differences == []


def test_a_freeze_of_one_that_waits_is_lifted_by_its_own_appeal_and_at_the_desk(
    mod, employer, owner, bad
):
    set_status(employer, "pending", mod)
    remove_listing_for_fraud(bad, mod)
    appeal = create_appeal(employer, owner, "没有收过钱，是同行乱说。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "弄错了")
    assert get_stored_status(employer) == "pending"
    move_employer_with_listings(employer.pk, "frozen", mod, "再查一查")
    make_decision("employer", employer.pk, "unfrozen", mod, "查过了")
    assert get_stored_status(employer) == "pending"
    notice = Notice.objects.filter(user=owner).latest("pk")
    assert "已解冻" in notice.title and "兼职恢复" not in notice.text


def test_who_was_refused_appeals_against_that_after_a_freeze_was_lifted(mod, employer, owner):
    set_status(employer, "rejected", mod)
    refusal = employer.events.first()
    move_employer_with_listings(employer.pk, "frozen", mod, "有人投诉")
    make_decision("employer", employer.pk, "unfrozen", make_moderator_user("another"), "查过了")
    employer.refresh_from_db()
    assert find_contestable_decision(employer).at == refusal.created_at


def set_status(employer, to, mod):
    """By the moves that lead there, as far as there are some."""
    if to == "unverified":
        type(employer).objects.filter(pk=employer.pk).update(status=to)
    else:
        ways = {"pending": ["lapsed", "pending"], "rejected": ["lapsed", "pending", "rejected"]}
        for step in ways.get(to, [to]):
            move_employer_with_listings(employer.pk, step, mod, "材料对不上")


@pytest.mark.parametrize("before", ["frozen", "banned"])
def test_one_that_is_stopped_already_stays_as_it_is(mod, employer, owner, bad, before):
    move_employer_with_listings(employer.pk, before, mod, "另一件事")
    desk = sign_in(Client(), mod)
    address = reverse("desk:listing_decide", args=[bad.pk])
    page = desk.post(address, {"action": "removed_fraud", "reason": "垫钱"}).content.decode()
    assert 'name="freeze"' not in page and "保持不变" in page
    post_fraud_confirmation(desk, bad)
    assert (get_stored_status(bad), get_stored_status(employer)) == ("removed_fraud", before)
    assert FraudCase.objects.get().freeze is None
    uphold_appeal(bad, owner)
    assert (get_stored_status(bad), get_stored_status(employer)) == ("published", before)


def test_a_repost_has_no_employer_to_freeze(mod, publish):
    repost = publish(by=None, listing_fields={"source_name": "某报"})
    desk = sign_in(Client(), mod)
    address = reverse("desk:listing_decide", args=[repost.pk])
    page = desk.post(address, {"action": "removed_fraud", "reason": "垫钱"}).content.decode()
    assert 'name="freeze"' not in page
    post_fraud_confirmation(desk, repost)
    assert get_stored_status(repost) == "removed_fraud"


def test_who_signed_up_for_the_others_is_told_once(mod, publish, bad):
    tea, two = publish(title="奶茶店员"), publish(title="周末传单")
    both, accepted, gone = make_person("both"), make_person("accepted"), make_person("gone")
    single = make_person("single", wants_mail=False)
    for listing, seeker in ((tea, both), (two, both), (tea, single), (two, gone), (two, accepted)):
        sign_up(listing, seeker)
    move_application(two.applications.get(seeker=gone).pk, "withdrawn", gone)
    two.applications.filter(seeker=accepted).update(status="accepted")
    desk = sign_in(Client(), mod)
    address = reverse("desk:listing_decide", args=[bad.pk])
    page = desk.post(address, {"action": "removed_fraud", "reason": "垫钱"}).content.decode()
    assert "另外 2 条公开的兼职" in page and "报了名的 3 人会收到通知" in page
    case = remove_listing_for_fraud(bad, mod)
    notices = {row.user: row for row in Notice.objects.filter(key__startswith="paused-")}
    assert set(notices) == {both, accepted, single} and case.paused == 3
    assert notices[both].title == "你报名的「奶茶店员」等 2 条兼职先停下了"
    assert notices[both].address == "/me/applications/"
    notice = notices[single]
    assert notice.title == "你报名的「奶茶店员」先停下了" and "别交任何钱" in notice.text
    assert notice.address == f"/me/applications/{tea.applications.get(seeker=single).pk}/"
    mailed = set(Mail.objects.filter(key__startswith="paused-").values_list("to", flat=True))
    assert mailed == {both.email, accepted.email}
    assert not notice.not_before, "a removal for fraud is final: nothing waits"


def test_an_upheld_appeal_gives_back_just_what_the_case_took(mod, employer, owner, publish, bad):
    live, paused, held, edited = (publish(title=f"第 {number} 条") for number in range(4))
    Listing.objects.filter(pk=paused.pk).update(status="paused")
    make_decision("listing", held.pk, "held", mod, "有人说要押金")
    since = timezone.now() - timedelta(days=3)
    held.events.filter(action="held").update(created_at=since)
    waiting_text(edited, title="改过的")
    handed_in = edited.revisions.get(status="waiting").created_at
    seekers = [make_person("waits"), make_person("left")]
    rows = [sign_up(live, seeker) for seeker in seekers]
    case = remove_listing_for_fraud(bad, mod)
    assert get_stored_status(employer) == "frozen" and not ListingSearch.objects.exists()
    assert [get_stored_status(row) for row in (live, paused, held, edited)] == [
        "held"
    ] * 4 and case.held == 3
    move_application(rows[1].pk, "withdrawn", seekers[1])
    uphold_appeal(bad, owner)
    assert (get_stored_status(bad), get_stored_status(employer)) == ("published", "verified")
    assert [get_stored_status(row) for row in (live, paused, held, edited)] == [
        "published", "paused", "held", "published",
    ]  # fmt: skip
    assert set(ListingSearch.objects.values_list("pk", flat=True)) == {bad.pk, live.pk, edited.pk}
    waiting = {row.pk: row.since for row in list_waiting_listings()}
    assert waiting == {held.pk: since, edited.pk: handed_in}, "as old as before"
    page = sign_in(Client(), mod).get("/admin/desk/listings/").content.decode()
    assert "有人说要押金" in page and "同一单位的另一条" not in page
    for seeker in seekers:
        (notice,) = Notice.objects.filter(user=seeker, key__endswith="-back")
        assert notice.title == "「第 0 条」恢复了" and "不是骗局" in notice.text
    outcome = Notice.objects.get(user=owner, key__startswith="appeal-")
    assert "单位一起解冻" in outcome.text
    assert "3 条兼职照原样恢复，其中 2 条现在公开。这条兼职现在的状态：已发布" in outcome.text
    public = Client().get(f"/employers/{employer.pk}/").content.decode()
    assert "涉诈" not in public and 'class="ok"' in public
    assert compare_published().differences == []


def test_what_was_decided_since_stands(mod, employer, owner, publish, bad):
    restored, removed, again, undone = (publish(title=f"第 {number} 条") for number in range(4))
    remove_listing_for_fraud(bad, mod)
    make_decision("listing", restored.pk, "restore", mod, "看过了")
    make_decision("listing", removed.pk, "removed", mod, "不实")
    make_decision("listing", again.pk, "restore", mod, "看过了")
    make_decision("listing", again.pk, "held", mod, "又有人说要押金")
    undo_decision(make_decision("listing", undone.pk, "restore", mod, "看过了").pk, mod)
    restore_employer_with_listings(employer.pk, mod, "看过了")
    move_employer_with_listings(employer.pk, "frozen", mod, "又有人投诉")
    uphold_appeal(bad, owner)
    rows = (bad, restored, removed, again, undone)
    expected = ["published", "published", "removed", "held", "published"]
    assert [get_stored_status(row) for row in rows] == expected
    assert get_stored_status(employer) == "frozen", "by what came after the case"
    outcome = Notice.objects.get(user=owner, key__startswith="appeal-")
    assert "1 条兼职照原样恢复，但现在都不公开。" in outcome.text
    assert "这条兼职现在的状态：单位被冻结，暂不公开。" in outcome.text


def test_a_freeze_that_was_lifted_and_came_back_by_an_undo_is_still_of_the_case(
    mod, employer, owner, bad
):
    remove_listing_for_fraud(bad, mod)
    undo_decision(make_decision("employer", employer.pk, "unfrozen", mod, "看错了").pk, mod)
    assert get_stored_status(employer) == "frozen"
    uphold_appeal(bad, owner)
    assert get_stored_status(employer) == "verified"


def test_while_another_case_stands_nothing_comes_back(mod, employer, owner, publish, bad):
    """Of two frauds the first froze and held; the second would have done so as well."""
    worse, other = publish(title="更坏的"), publish(title="别的")
    remove_listing_for_fraud(bad, mod)
    second = remove_listing_for_fraud(worse, mod)
    assert second.holds == [] and second.freeze is None
    uphold_appeal(bad, owner)
    assert (get_stored_status(other), get_stored_status(employer)) == ("held", "frozen")
    assert "因涉诈被冻结" in Client().get(f"/employers/{employer.pk}/").content.decode()
    uphold_appeal(worse, owner, "third")
    assert (get_stored_status(other), get_stored_status(employer)) == ("published", "verified")


def test_the_appeal_says_what_comes_back_and_warns_of_nothing_else(mod, owner, bad):
    remove_listing_for_fraud(bad, mod)
    appeal = create_appeal(bad, owner, "没有收过钱，是同行乱说。")
    page = sign_in(Client(), make_moderator_user("another")).get(
        f"/admin/desk/appeals/{appeal.pk}/"
    )
    assert "要等单位认证有效" not in page.content.decode()
    theirs = sign_in(Client(), owner)
    assert "申诉在等另一位审核员看" in theirs.get("/employer/").content.decode()
    assert "已经申诉，等审核员来看" in theirs.get(f"/employer/listings/{bad.pk}/").content.decode()
    decide_appeal(appeal.pk, "dismissed", make_moderator_user("third"), "有转账记录")
    assert "申诉看过了，维持下架" in theirs.get("/employer/").content.decode()


def test_removed_again_after_an_appeal_it_can_be_appealed_again(mod, owner, bad):
    remove_listing_for_fraud(bad, mod)
    uphold_appeal(bad, owner)
    remove_listing_for_fraud(bad, mod)
    page = sign_in(Client(), owner).get("/employer/").content.decode()
    assert "因涉诈下架：刷单返利。觉得判错了可以申诉" in page


def test_two_moderators_at_once_freeze_once(committed):
    publish = build_listing_publisher(tea_shop())
    first, second, third = publish(title="一"), publish(title="二"), publish(title="三")
    mods = [make_moderator_user("a"), make_moderator_user("b")]
    results = at_once(
        lambda: remove_listing_for_fraud(first, mods[0]),
        lambda: remove_listing_for_fraud(second, mods[1]),
    )
    assert [type(result).__name__ for result in results] == ["FraudCase", "FraudCase"]
    assert (
        get_stored_status(first) == get_stored_status(second) == "removed_fraud"
        and get_stored_status(third) == "held"
    )
    assert EmployerEvent.objects.filter(after="frozen").count() == 1
    cases = FraudCase.objects.all()
    assert sorted(case.freeze is None for case in cases) == [False, True]
    held = ListingEvent.objects.filter(pk__in=[pk for case in cases for pk in case.holds])
    assert held.filter(listing=third).count() == 1


def test_of_the_removed_one_the_employer_reads_nothing_anywhere(mod, owner, bad):
    seeker = make_person("seeker")
    row = sign_up(bad, seeker)
    type(row).objects.filter(pk=row.pk).update(status="done")
    remove_listing_for_fraud(bad, mod)
    desk = sign_in(Client(), owner)
    answer = desk.get(f"/employer/applications/{row.pk}/rating/")
    assert answer.url == f"/employer/listings/{bad.pk}/applications/"
    page = desk.get(answer.url)
    parts = {part["code"]: part["count"] for part in page.context["parts"]}
    assert parts == {"waiting": 0, "accepted": 0, "over": 1} and page.context["taken"] == 0
    assert "小龙" not in page.content.decode() and "13800000000" not in page.content.decode()


def test_of_the_removed_one_the_employer_hears_nothing_more(mod, owner, bad):
    seeker = make_person("seeker")
    row = sign_up(bad, seeker)
    remove_listing_for_fraud(bad, mod)
    heard = Notice.objects.filter(user=owner).count()
    move_application(row.pk, "withdrawn", seeker)
    assert Notice.objects.filter(user=owner).count() == heard


@pytest.mark.parametrize("count", [1, 4])
def test_page_and_desk_take_as_many_queries_for_several(
    employer, owner, count, django_assert_num_queries
):
    for number in range(count):
        fields = {"title": f"骗人 {number}", "fraud_type": "upfront_fee"}
        make_listing(employer=employer, status="removed_fraud", **fields)
    type(employer).objects.filter(pk=employer.pk).update(status="frozen")
    visitor, theirs = Client(), sign_in(Client(), owner)
    theirs.get("/employer/")
    # employer, checks, removals counted, the frauds, ratings counted, operator
    with django_assert_num_queries(6):
        visitor.get(f"/employers/{employer.pk}/")
    # session, user, employers of the user, warnings, listings, who comes today, a question of the moderators,
    # notices not read
    with django_assert_num_queries(8):
        theirs.get("/employer/")


@pytest.mark.parametrize("to", ["frozen", "banned"])
def test_while_it_is_frozen_or_banned_it_reads_no_contact_of_the_others(
    mod, employer, owner, publish, to
):
    listing = publish(title="奶茶店员")
    sign_up(listing, make_person("seeker"))
    desk = sign_in(Client(), owner)
    assert "138 0000 0000" in desk.get("/employer/applications/").content.decode()
    move_employer_with_listings(employer.pk, to, mod, "有人投诉")
    page = desk.get("/employer/applications/").content.decode()
    assert "138 0000 0000" not in page and "13800000000" not in page
    assert "联系方式先收起来了" in page
