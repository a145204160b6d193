"""Who signed up is told of each hold, and how it ended."""

import pytest
from django.utils import timezone

from accounts.models import Notice
from listings.models import Application, Listing
from listings.publication.employer_status import move_employer_with_listings
from safety.aftercare.other_listings import count_consequences
from safety.aftercare.paused_sign_ups import notify_frozen
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.submission import submit_report
from sitekit.models import TextMessage
from tests.people import make_person
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import remove_listing_for_fraud, sign_up
from tests.seen_papers import CODE, build_finding, see_papers
from tools.demo.factories import make_user

pytestmark = pytest.mark.django_db
PAUSED = "你报名的「奶茶店员」先停下了"
REMOVED = "你报名的「奶茶店员」下架了"


@pytest.fixture
def listing(publish):
    return publish(title="奶茶店员")


@pytest.fixture
def seeker(listing):
    """Accepted for tomorrow."""
    seeker = make_person("seeker")
    sign_up(listing, seeker)
    Application.objects.filter(seeker=seeker).update(status="accepted")
    return seeker


def list_titles(person):
    return list(person.notices.order_by("pk").values_list("title", flat=True))


def test_a_hold_by_reports_is_told_at_once_and_its_end_once(listing, seeker, employer):
    left = make_person("left")
    sign_up(listing, left)
    Application.objects.filter(seeker=left).update(status="withdrawn")
    for mark in "abc":
        submit_report(listing=listing, reason="asked_fee", marks=[mark])
    notice = seeker.notices.get()
    assert (notice.title, notice.not_before) == (PAUSED, None)
    assert "先别去" in notice.text and "110" in notice.text and "另一条" not in notice.text
    make_decision("listing", listing.pk, "restore", make_moderator_user())
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」恢复了"]
    assert "另一条" not in seeker.notices.latest("pk").text
    assert not left.notices.exists()


def test_a_hold_by_a_moderator_is_told_once_it_can_no_longer_be_undone(listing, seeker):
    by = make_moderator_user()
    decision = make_decision("listing", listing.pk, "held", by, "有人说要押金")
    notice = seeker.notices.get()
    assert notice.title == PAUSED and notice.not_before > timezone.now()
    assert "押金" not in notice.text, "the reason is for the employer"
    undo_decision(decision.pk, by)
    assert not seeker.notices.exists()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    make_decision("listing", listing.pk, "removed", by, "写得不对")
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」下架了"]


def test_a_hold_that_an_appeal_ends_is_told(listing, seeker, owner):
    make_decision("listing", listing.pk, "held", make_moderator_user(), "有人说要押金")
    appeal = create_appeal(listing, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」恢复了"]


@pytest.mark.parametrize("status", ["published", "filled"])
def test_a_removal_without_a_hold_is_told_and_its_end_by_an_appeal_too(
    listing, seeker, owner, status
):
    left, by = make_person("left"), make_moderator_user()
    sign_up(listing, left)
    Application.objects.filter(seeker=left).update(status="declined")
    Listing.objects.filter(pk=listing.pk).update(status=status)
    decision = make_decision("listing", listing.pk, "removed", by, "写得不对")
    notice = seeker.notices.get()
    assert notice.title == REMOVED and notice.not_before > timezone.now()
    assert "别去" in notice.text and "110" in notice.text and "之前" not in notice.text
    undo_decision(decision.pk, by)
    assert not seeker.notices.exists()
    make_decision("listing", listing.pk, "removed", by, "写得不对")
    appeal = create_appeal(listing, owner, "写得对。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker) == [REMOVED, "「奶茶店员」恢复了"]
    assert "不符合发布规则" in seeker.notices.latest("pk").text
    assert not left.notices.exists()


def test_who_was_told_of_a_removal_is_not_told_that_it_is_stopped(listing, seeker, employer):
    by = make_moderator_user()
    make_decision("listing", listing.pk, "removed", by, "写得不对")
    make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == [REMOVED]


@pytest.mark.parametrize("status", ["paused", "filled"])
def test_a_hold_of_what_was_full_or_paused_ends_for_who_was_told(listing, seeker, status):
    Listing.objects.filter(pk=listing.pk).update(status=status)
    by = make_moderator_user()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    make_decision("listing", listing.pk, "restore", by)
    listing.refresh_from_db()
    assert listing.status == status
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」恢复了"]


def test_a_freeze_and_its_end_are_told(listing, seeker, employer):
    by = make_moderator_user()
    decision = make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    notice = seeker.notices.get()
    assert notice.title == PAUSED and notice.not_before > timezone.now()
    assert "先别去" in notice.text and "押金" not in notice.text
    undo_decision(decision.pk, by)
    assert not seeker.notices.exists()
    make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    decision = make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」：单位核查完了"]
    undo_decision(decision.pk, by)
    assert list_titles(seeker) == [PAUSED]


def test_a_freeze_that_an_appeal_ends_is_told(listing, seeker, employer, owner):
    make_decision("employer", employer.pk, "frozen", make_moderator_user(), "有人说要押金")
    appeal = create_appeal(employer, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker) == [PAUSED, "「奶茶店员」：单位核查完了"]


def test_who_signed_up_for_what_was_withdrawn_is_told_of_a_ban(listing, seeker, employer):
    Listing.objects.filter(pk=listing.pk).update(status="withdrawn")
    by = make_moderator_user()
    make_decision("employer", employer.pk, "banned", by, "骗押金", confirmed=True)
    assert list_titles(seeker) == ["你报名的「奶茶店员」别去了"]


def test_who_signed_up_for_what_was_withdrawn_is_told_of_a_fraud_elsewhere_and_of_its_end(
    listing, seeker, publish, owner
):
    bad, other, both = publish(title="坏的"), publish(title="传单"), make_person("both")
    sign_up(listing, both)
    sign_up(other, both)
    Listing.objects.filter(pk=listing.pk).update(status="withdrawn")
    assert count_consequences(bad) == (1, 2)
    assert remove_listing_for_fraud(bad).paused == 2
    assert seeker.notices.get().title == "你报名的「奶茶店员」先别去"
    assert "先别去" in seeker.notices.get().text
    assert both.notices.get().title == "你报名的「传单」先停下了"
    appeal = create_appeal(bad, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker)[1:] == ["「奶茶店员」：那条不是骗局"]
    assert list_titles(both)[1:] == ["「传单」恢复了"]
    assert Listing.objects.get(pk=listing.pk).status == "withdrawn"


STILL_FROZEN = "「奶茶店员」还不公开：单位还被冻结着，正在核查"


def test_what_is_restored_under_a_freeze_is_told_as_such_and_the_end_of_the_freeze_too(
    listing, seeker, publish, employer
):
    """Of a freeze by a fraud only who signed up is told, of the hold."""
    remove_listing_for_fraud(publish(title="坏的"))
    by = make_moderator_user()
    decision = make_decision("listing", listing.pk, "restore", by)
    assert list_titles(seeker) == [PAUSED, STILL_FROZEN]
    assert "恢复了" not in seeker.notices.latest("pk").text
    undo_decision(decision.pk, by)
    assert list_titles(seeker) == [PAUSED]
    make_decision("listing", listing.pk, "restore", by)
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == [PAUSED, STILL_FROZEN, "「奶茶店员」：单位核查完了"]


def test_who_knows_of_the_freeze_is_not_told_of_what_changes_nothing(listing, seeker, employer):
    by = make_moderator_user()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    titles = list_titles(seeker)
    make_decision("listing", listing.pk, "restore", by)
    assert list_titles(seeker) == titles
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker)[2:] == ["「奶茶店员」：单位核查完了"]


def test_what_an_appeal_releases_under_another_freeze_is_not_called_back(
    listing, seeker, publish, employer, owner
):
    bad, by = publish(title="坏的"), make_moderator_user()
    remove_listing_for_fraud(bad)
    make_decision("employer", employer.pk, "unfrozen", by)
    make_decision("employer", employer.pk, "frozen", by, "另外有人说要押金")
    Notice.objects.exclude(title=PAUSED, key__startswith="paused").delete()
    appeal = create_appeal(bad, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker) == [PAUSED, STILL_FROZEN]


def test_what_was_restored_before_the_appeal_that_ends_the_freeze_is_told_of_that(
    listing, seeker, publish, owner
):
    bad = publish(title="坏的")
    remove_listing_for_fraud(bad)
    make_decision("listing", listing.pk, "restore", make_moderator_user())
    appeal = create_appeal(bad, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    assert list_titles(seeker) == [PAUSED, STILL_FROZEN, "「奶茶店员」：单位核查完了"]


@pytest.mark.parametrize("status", ["held", "removed"])
def test_the_end_of_a_freeze_calls_nobody_to_what_is_still_stopped(
    listing, seeker, publish, employer, status
):
    other, both, by = publish(title="传单"), make_person("both"), make_moderator_user()
    sign_up(listing, both)
    sign_up(other, both)
    make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    make_decision("listing", listing.pk, status, by, "写得不对")
    titles = list_titles(seeker)
    assert titles == [PAUSED, REMOVED if status == "removed" else PAUSED]
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == titles
    assert list_titles(both)[-1] == "「传单」：单位核查完了"


def test_a_removal_that_ended_a_hold_is_not_told_again_with_the_end_of_a_freeze(
    listing, seeker, employer
):
    by = make_moderator_user()
    make_decision("employer", employer.pk, "frozen", by, "有人说要押金")
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    make_decision("listing", listing.pk, "removed", by, "写得不对")
    titles = list_titles(seeker)
    assert titles[-1] == "「奶茶店员」下架了"
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == titles


NOT_PASSED = "「奶茶店员」还不公开：单位资料没有通过核对"


@pytest.fixture
def reject(employer):
    def reject(by):
        type(employer).objects.filter(pk=employer.pk).update(status="pending")
        make_decision("employer", employer.pk, "rejected", by, "执照看不清")

    return reject


@pytest.fixture
def verify(employer):
    by = make_moderator_user("reads-papers")
    type(employer).objects.filter(pk=employer.pk).update(licence_code=CODE)
    employer.refresh_from_db()
    see_papers(employer, by, "licence")

    def verify():
        type(employer).objects.filter(pk=employer.pk).update(status="pending")
        finding = build_finding(employer, "licence")
        return make_decision("employer", employer.pk, "verified", by, checks=[finding]), by

    return verify


@pytest.fixture
def freeze_rejected(employer, reject):
    def freeze_rejected(by):
        reject(by)
        move_employer_with_listings(employer.pk, "frozen", by, "有人说要押金")
        notify_frozen(employer.events.latest("pk"))

    return freeze_rejected


def test_the_end_of_a_freeze_says_that_the_employer_has_not_passed(
    listing, seeker, employer, freeze_rejected, verify
):
    by = make_moderator_user()
    freeze_rejected(by)
    make_decision("employer", employer.pk, "unfrozen", by)
    assert list_titles(seeker) == [PAUSED, NOT_PASSED]
    verify()
    assert list_titles(seeker) == [PAUSED, NOT_PASSED, "「奶茶店员」：单位资料核对好了"]


def test_a_removal_under_a_freeze_is_told_once_though_the_employer_passes_later(
    listing, seeker, employer, freeze_rejected, verify
):
    by = make_moderator_user()
    freeze_rejected(by)
    make_decision("listing", listing.pk, "removed", by, "写得不对")
    make_decision("employer", employer.pk, "unfrozen", by)
    verify()
    assert list_titles(seeker) == [PAUSED, REMOVED]


def test_who_heard_that_the_employer_had_not_passed_hears_once_that_it_has(
    listing, seeker, reject, verify
):
    by = make_moderator_user()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    reject(by)
    make_decision("listing", listing.pk, "restore", by)
    assert list_titles(seeker) == [PAUSED, NOT_PASSED]
    reject(by)
    decision, reader = verify()
    passed = [PAUSED, NOT_PASSED, "「奶茶店员」：单位资料核对好了"]
    assert list_titles(seeker) == passed
    undo_decision(decision.pk, reader)
    assert list_titles(seeker) == [PAUSED, NOT_PASSED]
    verify()
    assert list_titles(seeker) == passed
    verify()
    assert list_titles(seeker) == passed


def test_who_was_told_that_a_banned_employer_is_looked_at_anew_hears_that_it_passed(
    listing, seeker, employer, owner, verify
):
    by = make_moderator_user()
    make_decision("employer", employer.pk, "banned", by, "骗押金", confirmed=True)
    appeal = create_appeal(employer, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "没问题")
    verify()
    assert list_titles(seeker)[1:] == [
        "「奶茶店员」：单位的申诉成立",
        "「奶茶店员」：单位资料核对好了",
    ]


@pytest.mark.parametrize(
    ("status", "words"), [("frozen", "等单位解冻以后才公开"), ("banned", "不会公开")]
)
def test_the_employer_reads_that_what_is_restored_is_not_seen(
    listing, employer, owner, status, words
):
    by = make_moderator_user()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    type(employer).objects.filter(pk=employer.pk).update(status=status)
    make_decision("listing", listing.pk, "restore", by)
    assert words in list_titles(owner)[-1]


@pytest.mark.usefixtures("notice_template")
def test_who_was_accepted_and_has_only_a_phone_hears_of_each_by_text_message(listing, employer):
    accepted, waiting = [
        make_user(phone=f"+861390013901{n}", phone_proved_at=timezone.now()) for n in (1, 2)
    ]
    for seeker in (accepted, waiting):
        sign_up(listing, seeker)
    Application.objects.filter(seeker=accepted).update(status="accepted")
    by, texts = make_moderator_user(), TextMessage.objects.filter(kind="notice")
    decision = make_decision("listing", listing.pk, "held", by, "有人说要押金")
    assert [text.to for text in texts.all()] == [accepted.phone]
    assert list_titles(waiting) == list_titles(accepted) == [PAUSED]
    undo_decision(decision.pk, by)
    assert not texts.all().exists()
    make_decision("listing", listing.pk, "held", by, "有人说要押金")
    make_decision("listing", listing.pk, "restore", by)
    assert [text.to for text in texts.all()] == [accepted.phone] * 2
