"""Who signed up by phone hears by text message what became of sign-ups, listings and checks."""

import pytest
from django.utils import timezone

from accounts.employers.registration import correct_employer
from accounts.models import Employer
from accounts.verification.employer_checks import remind_recheck
from listings.applications.transitions import create_application, move_application
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.submission import submit_report
from sitekit.models import TextMessage
from tests.safety.desks import make_moderator_user, make_pending_listing
from tools.demo.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice_template")]
CORRECTED = "kind name licence_code region contact_name contact_phone intro".split()
PROFILE = {"name": "小龙", "phone": "+8613900139031", "slots": 0, "grown": True}


def make_phone_user(number):
    return make_user(phone=f"+86139001390{number}", phone_proved_at=timezone.now())


@pytest.fixture
def boss(employer):
    user = make_phone_user(21)
    employer.memberships.create(user=user, role="owner")
    return user


def read_texts(user):
    rows = TextMessage.objects.filter(to=user.phone).order_by("pk")
    return [row.words["title"] for row in rows]


@pytest.mark.parametrize(
    ("status", "title"), [("accepted", "录用了"), ("declined", "这次没有录用")]
)
def test_an_applicant_hears_the_result(publish, boss, status, title):
    seeker = make_phone_user(31)
    application = create_application(publish().pk, seeker, PROFILE)
    move_application(application.pk, status, boss, "时间对不上")
    assert [text.split("：")[0] for text in read_texts(seeker)] == [title]


def test_the_employer_hears_of_the_first_sign_up_of_the_day(publish, boss):
    for number, listing in enumerate((publish(), publish(title="茶叶装袋"))):
        create_application(listing.pk, make_phone_user(31 + number), PROFILE)
    (text,) = read_texts(boss)
    assert text.startswith("有人报名")


@pytest.mark.parametrize("action", ["rejected", "removed", "published"])
def test_the_employer_hears_of_a_refusal_and_a_removal(employer, publish, boss, action):
    listing = publish() if action == "removed" else make_pending_listing(employer, boss)
    mod = make_moderator_user()
    decision = make_decision("listing", listing.pk, action, mod, "正文里有微信号。")
    assert len(read_texts(boss)) == (action != "published")
    assert all(row.not_before for row in TextMessage.objects.all())
    undo_decision(decision.pk, mod)
    assert not read_texts(boss)


def test_the_employer_hears_that_reports_hold_its_listing(publish, boss):
    listing = publish()
    for mark in ("a", "b"):
        submit_report(listing=listing, reason="asked_fee", marks=[mark])
    (text,) = read_texts(boss)
    assert text.endswith("先停止展示了")


def test_the_employer_hears_how_its_check_went(employer, boss):
    make_decision("employer", employer.pk, "frozen", make_moderator_user(), "正在核实。")
    (text,) = read_texts(boss)
    assert text.endswith("已冻结，正在核实")


def test_the_employer_hears_that_a_check_ended_and_that_the_next_is_due(employer, boss):
    Employer.objects.filter(pk=employer.pk).update(recheck_due=timezone.localdate())
    remind_recheck()
    Employer.objects.filter(pk=employer.pk).update(status="lapsed")
    answers = {name: getattr(employer, name) for name in CORRECTED}
    correct_employer(employer.pk, boss, answers | {"name": "另一家茶叶店"})
    due, ended = read_texts(boss)
    assert "该复核了" in due and "要重新核对" in ended
