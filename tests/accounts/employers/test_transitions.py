"""How an employer changes its status: the moves, the clock, and what it is told."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.employers.phone_proof import confirm_contact_phone
from accounts.employers.transitions import (
    EmployerMoveRefused,
    change_employer_status,
    find_refused_renewal,
    restore_frozen_employer,
)
from accounts.models import CheckKind, Employer, EmployerCheck, EmployerStatus, Notice
from accounts.periodic_tasks import RECHECK_DAYS
from accounts.verification.employer_checks import (
    lapse_employer,
    list_employers_to_review,
    refuse_renewal,
    remind_recheck,
    take_up_renewal,
    verify_employer_papers,
)
from accounts.verification.submission import is_waiting
from listings.models import ListingSearch
from listings.publication.employer_status import (
    lapse_overdue_employers,
    verify_employer_with_listings,
)
from sitekit.maintenance.backfills import redo_backfill
from tests.at_once import at_once
from tests.people import make_person
from tests.seen_papers import CODE, build_finding, see_papers
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
S = EmployerStatus
# Written out once more, so that the table in code cannot change unseen.
NAMED = {
    ("unverified", "pending"),
    ("pending", "verified"),
    ("pending", "rejected"),
    ("verified", "lapsed"),
    *((before, "frozen") for before in S.values if before not in ("frozen", "banned")),
    ("lapsed", "pending"),
    ("rejected", "pending"),
    ("banned", "pending"),
    *((before, "banned") for before in S.values if before != "banned"),
}


def find_identity(employer, moderator, **more):
    """The licence, looked at and read."""
    see_papers(employer, moderator, CheckKind.LICENCE)
    return build_finding(employer, CheckKind.LICENCE) | more


@pytest.fixture
def moderator():
    return make_person("moderator", is_staff=True)


@pytest.mark.parametrize("before", S.values)
@pytest.mark.parametrize("after", S.values)
def test_only_named_moves_are_made(before, after):
    due = timezone.localdate() + timedelta(days=5)
    employer = make_employer(status=before, recheck_due=due)
    events = employer.events.count()
    if (before, after) in NAMED:
        event = change_employer_status(employer.pk, after, None, "因为")
        assert (event.before, event.after) == (before, after)
    else:
        with pytest.raises(EmployerMoveRefused):
            change_employer_status(employer.pk, after, None, "因为")
    employer.refresh_from_db()
    assert employer.status == (after if (before, after) in NAMED else before)
    assert employer.events.count() == events + ((before, after) in NAMED)


@pytest.mark.parametrize("before", ["unverified", "pending", "verified", "lapsed", "rejected"])
def test_what_was_frozen_goes_back_to_what_it_was(before, today):
    employer = make_employer(status=before, verified_days_ago=100)
    employer.refresh_from_db()
    clock = (employer.recheck_due, employer.submitted_at)
    change_employer_status(employer.pk, "frozen", None, "查一查")
    event = restore_frozen_employer(employer.pk, None, "查过了")
    assert (event.action, event.before, event.after) == ("unfrozen", "frozen", before)
    employer.refresh_from_db()
    assert employer.status == before
    assert (employer.recheck_due, employer.submitted_at) == clock
    with pytest.raises(EmployerMoveRefused, match="没有被冻结"):
        restore_frozen_employer(employer.pk, None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_moves_at_the_same_moment_make_one_unbroken_history(committed, seed):
    employer = make_employer(status="unverified", checks="")

    def run(rng):
        for _ in range(30):
            with suppress(EmployerMoveRefused):
                change_employer_status(employer.pk, rng.choice(S.values), None, "因为")

    generators = [random.Random(f"{seed} {n}") for n in range(4)]
    answers = at_once(*[lambda rng=rng: run(rng) for rng in generators])
    assert answers == [None] * 4
    steps = list(employer.events.order_by("pk").values_list("before", "after"))
    assert len(steps) > 3
    assert set(steps) <= NAMED
    assert [before for before, _ in steps] == ["unverified", *(after for _, after in steps[:-1])]
    employer.refresh_from_db()
    assert employer.status == steps[-1][1]


@pytest.mark.parametrize("to", ["rejected", "frozen", "banned"])
def test_what_hurts_needs_a_reason(to):
    employer = make_employer(status="pending" if to == "rejected" else "verified")
    with pytest.raises(EmployerMoveRefused, match="原因"):
        change_employer_status(employer.pk, to, None, "  ")


# Reviewers


def test_a_reviewer_verifies_with_what_was_checked(moderator, today):
    employer = make_employer(status="pending", checks="P", verified_days_ago=1, licence_code=CODE)
    identity = find_identity(employer, moderator)
    event = verify_employer_with_listings(employer.pk, [identity], moderator)
    employer.refresh_from_db()
    assert (employer.status, event.actor) == ("verified", moderator)
    assert employer.recheck_due == today + timedelta(days=179), (
        "the phone was proved the day before"
    )
    check = employer.checks.get(kind="licence")
    assert (check.reviewer, check.checked_on) == (moderator, today)
    assert check.expires_on == today + timedelta(days=180)


@pytest.mark.parametrize(
    ("kind", "there", "given", "message"),
    [
        ("individual_business", "P", None, "营业执照"),
        ("individual_business", "LP", None, "营业执照"),
        ("individual_business", "", {}, "手机"),
        ("person", "P", {}, "身份证"),
        ("individual_business", "P", {"method": " "}, "怎么查的"),
        ("individual_business", "P", {"kind": "nonsense"}, "怎么查的"),
        ("individual_business", "P", {"kind": "phone"}, "验证码"),
        ("individual_business", "P", {"expires_on": "yesterday"}, "早于今天"),
        ("individual_business", "P", {"read_name": "别的店"}, "名称或姓名和登记的不一样"),
        ("individual_business", "P", {"read_code": "91433101MA4L1A2B3C"}, "代码和登记的不一样"),
        ("individual_business", "P", {"read_code": ""}, "代码和登记的不一样"),
    ],
)
def test_nobody_is_verified_on_less(moderator, today, kind, there, given, message):
    employer = make_employer(
        kind=kind, status="pending", checks=there, verified_days_ago=1, licence_code=CODE
    )
    if given and "expires_on" in given:
        given = {"expires_on": today - timedelta(days=1)}
    findings = [] if given is None else [find_identity(employer, moderator, **given)]
    with pytest.raises(EmployerMoveRefused, match=message):
        verify_employer_papers(employer.pk, findings, moderator)
    employer.refresh_from_db()
    assert employer.status == "pending"
    assert employer.checks.count() == len(there), "nothing is noted then"


def test_a_phone_that_a_moderator_noted_is_not_proved(moderator):
    employer = make_employer(status="pending", checks="P", phone_proved_at=None, licence_code=CODE)
    identity = find_identity(employer, moderator)
    with pytest.raises(EmployerMoveRefused, match="手机"):
        verify_employer_papers(employer.pk, [identity], moderator)


def test_a_check_that_has_run_out_does_not_count(moderator, today):
    employer = make_employer(status="pending", checks="P", verified_days_ago=1, licence_code=CODE)
    employer.checks.update(expires_on=today - timedelta(days=1))
    identity = find_identity(employer, moderator)
    with pytest.raises(EmployerMoveRefused, match="手机"):
        verify_employer_papers(employer.pk, [identity], moderator)


@pytest.mark.parametrize(("days", "is_valid"), [(-1, False), (0, True), (1, True)])
def test_a_check_holds_through_its_last_day(today, days, is_valid):
    assert EmployerCheck(expires_on=today + timedelta(days=days)).is_valid is is_valid


def test_who_was_banned_meanwhile_is_not_verified(moderator):
    employer = make_employer(status="banned", licence_code=CODE)
    identity = find_identity(employer, moderator)
    with pytest.raises(EmployerMoveRefused, match="黑名单"):
        verify_employer_papers(employer.pk, [identity], moderator)
    assert employer.checks.filter(reviewer=moderator).count() == 0


def test_a_renewal_moves_the_day_and_not_the_status(moderator, today):
    employer = make_employer(verified_days_ago=170, submitted_at=timezone.now(), licence_code=CODE)
    assert list_employers_to_review().get() == employer
    identity = find_identity(employer, moderator)
    event = verify_employer_with_listings(employer.pk, [identity], moderator)
    employer.refresh_from_db()
    assert event.action == "recheck" and employer.status == "verified"
    assert employer.recheck_due == today + timedelta(days=10), "that of the phone"
    assert not list_employers_to_review().exists()


def test_the_recheck_is_due_when_the_first_needed_check_ends(moderator, today):
    shop = make_employer(status="pending", checks="P", verified_days_ago=20, licence_code=CODE)
    visit = build_finding(shop, CheckKind.SITE_VISIT) | {"expires_on": today + timedelta(days=3)}
    paper = find_identity(shop, moderator, expires_on=today + timedelta(days=60))
    see_papers(shop, moderator, CheckKind.SITE_VISIT)
    verify_employer_papers(shop.pk, [paper, visit], moderator)
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=60), "a visit is not needed"


def test_the_recheck_is_due_in_half_a_year_if_no_check_ends(moderator, today):
    shop = make_employer(status="pending", checks="P", verified_days_ago=20, licence_code=CODE)
    shop.checks.update(expires_on=None)
    verify_employer_papers(shop.pk, [find_identity(shop, moderator)], moderator)
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=180)


def test_a_renewal_does_not_outlive_the_phone_whose_proof_moves_the_day(moderator, today):
    owner = make_person("owner")
    shop = make_employer(
        verified_days_ago=155,
        submitted_at=timezone.now(),
        licence_code=CODE,
        member=owner,
        contact_phone="+8613800138111",
    )
    verify_employer_papers(shop.pk, [find_identity(shop, moderator)], moderator)
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=25)
    assert not list_employers_to_review().exists(), "what was handed in is decided"
    assert remind_recheck() == 1
    assert "联系手机，用验证码再验证一次就行" in Notice.objects.get(user=owner).text
    confirm_contact_phone(shop.pk, owner, shop.contact_phone)
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=180)


def make_verified_before(phone_left, **fields):
    """Verified three days ago for half a year, as it was before the first check counted."""
    shop = make_employer(verified_days_ago=3, **fields)
    until = timezone.localdate() + timedelta(days=phone_left)
    shop.checks.filter(kind=CheckKind.PHONE).update(expires_on=until)
    return shop


@pytest.mark.parametrize(("left", "due_in"), [(60, 60), (20, 20), (2, 7), (-9, 7)])
def test_the_day_of_one_verified_before_comes_to_the_first_check_that_ends(today, left, due_in):
    owner = make_person("owner")
    shop = make_verified_before(left, member=owner, contact_phone="+8613800138111")
    listing = make_listing(employer=shop)
    assert redo_backfill(RECHECK_DAYS) == 1
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=due_in) and not is_waiting(shop)
    row = ListingSearch.objects.get(pk=listing.pk)
    assert row.live_until <= shop.recheck_due, "lists follow"
    if due_in <= 30:
        remind_recheck()
        assert "联系手机，用验证码再验证一次就行" in Notice.objects.get(user=owner).text
    confirm_contact_phone(shop.pk, owner, shop.contact_phone)
    shop.refresh_from_db()
    assert shop.recheck_due == today + timedelta(days=177)


def test_no_other_day_comes_nearer_and_a_renewal_goes_on_waiting(today):
    near = make_employer(submitted_at=None, recheck_due=today + timedelta(days=4))
    without_end = make_employer(verified_days_ago=3)
    without_end.checks.update(expires_on=None)
    days = {shop.pk: shop.recheck_due for shop in (near, make_employer(), without_end)}
    handed_in = timezone.now() - timedelta(days=1)
    renewing = make_verified_before(15, recheck_due=today + timedelta(days=20))
    Employer.objects.filter(pk=renewing.pk).update(submitted_at=handed_in)
    redo_backfill(RECHECK_DAYS)
    assert list_employers_to_review().get() == renewing
    days[renewing.pk] = today + timedelta(days=15)
    assert dict(Employer.objects.values_list("pk", "recheck_due")) == days


def test_a_refusal_of_before_the_last_verification_is_over(moderator):
    shop = make_employer(verified_days_ago=160, submitted_at=timezone.now(), licence_code=CODE)
    refuse_renewal(shop.pk, moderator, "看不清")
    take_up_renewal(shop.pk, moderator, "再看")
    verify_employer_papers(shop.pk, [find_identity(shop, moderator)], moderator)
    shop.refresh_from_db()
    assert find_refused_renewal(shop) is None


def test_what_waits_is_in_order_and_nothing_else_waits():
    now = timezone.now()
    late = make_employer(status="pending", submitted_at=now)
    early = make_employer(status="pending", submitted_at=now - timedelta(days=2))
    make_employer(submitted_at=now - timedelta(days=160), verified_days_ago=159)
    for status in ("unverified", "lapsed", "rejected", "frozen", "banned"):
        make_employer(status=status, submitted_at=now)
    assert list(list_employers_to_review()) == [early, late]


# The clock


def test_lapse_is_by_the_clock(today):
    over = make_employer(recheck_due=today - timedelta(days=1))
    last_day = make_employer(recheck_due=today)
    frozen = make_employer(status="frozen", recheck_due=today - timedelta(days=1))
    assert lapse_overdue_employers() == 1
    assert lapse_overdue_employers() == 0
    for employer, status in ((over, "lapsed"), (last_day, "verified"), (frozen, "frozen")):
        employer.refresh_from_db()
        assert employer.status == status


def test_the_owners_hear_that_it_lapsed(today):
    owner = make_person("owner")
    employer = make_employer(recheck_due=today - timedelta(days=1), member=owner)
    employer.memberships.create(user=make_person("recruiter"), role="recruiter")
    lapse_overdue_employers()
    notice = Notice.objects.get()
    assert notice.user == owner and "资料到期了，兼职先不公开" in notice.title
    assert "提交复核；核对好了，兼职就恢复公开" in notice.text


def test_a_renewal_that_was_handed_in_goes_on_waiting_in_its_place(today, moderator):
    handed_in = timezone.now() - timedelta(days=2)
    employer = make_employer(
        recheck_due=today - timedelta(days=1), member=make_person("owner"), submitted_at=handed_in
    )
    make_employer(status="pending", submitted_at=timezone.now() - timedelta(days=1))
    assert lapse_overdue_employers() == 1
    assert list_employers_to_review()[0] == employer
    employer.refresh_from_db()
    assert (employer.status, employer.submitted_at) == ("pending", handed_in)
    steps = [(event.action, event.before, event.after) for event in employer.events.all()[:2]]
    assert steps == [("kept_waiting", "lapsed", "pending"), ("lapsed", "verified", "lapsed")]
    assert "复核已经提交，正在审核，不用再交" in Notice.objects.get().text
    change_employer_status(employer.pk, "rejected", moderator, "执照看不清")


def test_who_was_renewed_meanwhile_does_not_lapse(today):
    employer = make_employer(recheck_due=today + timedelta(days=180))
    assert lapse_employer(employer.pk) is None
    employer.refresh_from_db()
    assert employer.status == "verified"


@pytest.mark.parametrize(
    ("left", "notice_count"), [(31, 0), (30, 1), (20, 1), (7, 1), (1, 1), (0, 1)]
)
def test_owners_are_told_before_the_day(today, left, notice_count):
    owner = make_person("owner")
    employer = make_employer(recheck_due=today + timedelta(days=left), member=owner)
    employer.memberships.create(user=make_person("recruiter"), role="recruiter")
    for _ in range(2):
        remind_recheck()
    assert Notice.objects.count() == notice_count, "once, and the owner only"
    if notice_count:
        assert Notice.objects.get().user == owner


def test_each_step_is_told_once(today, monkeypatch):
    due = today + timedelta(days=100)
    make_employer(recheck_due=due, member=make_person("owner"))
    day_of = timezone.localdate
    for left in (31, 30, 29, 8, 7, 6, 2, 1, 0):
        now = due - timedelta(days=left)
        monkeypatch.setattr(
            timezone, "localdate", lambda at=None, now=now: day_of(at) if at else now
        )
        remind_recheck()
    keys = Notice.objects.order_by("pk").values_list("key", flat=True)
    assert [key.split("-")[5] for key in keys] == ["30", "7", "1"]


def test_who_asked_for_the_renewal_is_not_reminded(today):
    make_employer(
        recheck_due=today + timedelta(days=7), member=make_person("o"), submitted_at=timezone.now()
    )
    assert remind_recheck() == 0
