"""A check that a verified employer can do without runs out: its owners read what the pages show no more."""

from datetime import timedelta

import pytest

from accounts.models import CheckKind, EmployerCheck, Notice
from accounts.verification.employer_checks import notify_of_expired_checks
from sitekit.models import Mail, TextMessage
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_person("owner")


@pytest.fixture
def end_check(today):
    """Let the check of this kind end so many days ago."""

    def end(kind, days_ago=1, **fields):
        checks = EmployerCheck.objects.filter(kind=kind)
        checks.update(expires_on=today - timedelta(days=days_ago), **fields)

    return end


def list_titles(user):
    return [notice.title for notice in user.notices.order_by("pk")]


def test_the_owners_read_once_what_ran_out_and_that_nothing_is_to_be_done(owner, end_check):
    shop = make_employer("示例小店", checks="LPAS", member=owner)
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    end_check(CheckKind.SITE_VISIT)
    for _ in range(2):
        notify_of_expired_checks()
    notice = owner.notices.get()
    assert notice.title == "「示例小店」有一项核对到期了：实地"
    assert "兼职照常公开" in notice.text and "再到现场看过" in notice.text
    assert notice.address == f"/employer/papers/?employer={shop.pk}"
    assert Mail.objects.get().to == owner.email and not TextMessage.objects.exists()
    end_check(CheckKind.AUTHORISATION)
    notify_of_expired_checks()
    assert list_titles(owner)[1:] == ["「示例小店」有一项核对到期了：委托书"]
    assert "复核时交上有效的材料" in owner.notices.latest("pk").text
    assert not recruiter.notices.exists()


def test_what_the_verification_rests_on_is_told_by_another_notice(owner, end_check):
    make_employer(checks="LP", member=owner)
    make_employer(checks="LHP", kind="hr_agency", member=owner)
    for kind in (CheckKind.LICENCE, CheckKind.PHONE, CheckKind.HR_LICENCE):
        end_check(kind)
    assert notify_of_expired_checks() == 0


@pytest.mark.parametrize("days_ago", [-1, 0, 4])
def test_nothing_is_told_before_its_last_day_is_over_or_long_after(owner, end_check, days_ago):
    make_employer(checks="LPS", member=owner)
    end_check(CheckKind.SITE_VISIT, days_ago)
    assert notify_of_expired_checks() == 0


def test_nothing_is_told_of_a_check_that_was_made_again_or_declared_void(owner, end_check, today):
    again, void = (make_employer(checks="LPS", member=owner) for _ in range(2))
    end_check(CheckKind.SITE_VISIT)
    again.checks.create(kind=CheckKind.SITE_VISIT, method="又去看过", expires_on=None)
    void.checks.filter(kind=CheckKind.SITE_VISIT).update(ended_on=today)
    assert notify_of_expired_checks() == 0


@pytest.mark.parametrize("status", ["frozen", "lapsed", "banned"])
def test_nothing_is_told_of_an_employer_that_no_page_shows(owner, end_check, status):
    make_employer(checks="LPS", status=status, member=owner)
    end_check(CheckKind.SITE_VISIT)
    assert notify_of_expired_checks() == 0 and not Notice.objects.exists()
