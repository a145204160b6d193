"""Warnings are mailed to those too who switched mails off; the mail says why it came."""

import pytest

from accounts.choices import NoticeKind
from accounts.inbox import notices as inbox
from sitekit.models import Mail
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet():
    return make_person("quiet", wants_mail=False)


def test_what_is_no_warning_is_not_mailed_to_them(quiet):
    inbox.send_notice(quiet, "usual", "报名有了结果", kind=NoticeKind.APPLICATION)
    assert quiet.notices.exists() and not Mail.objects.exists()


def test_a_warning_is(quiet):
    inbox.send_notice(quiet, "warning", "查实涉诈", kind=NoticeKind.SECURITY)
    mail = Mail.objects.get()
    assert (
        "关了邮件通知也会发" in mail.text and "按一下就关掉" not in mail.text and not mail.headers
    )


def test_the_usual_mail_says_how_to_stop_it():
    inbox.send_notice(make_person("reader"), "usual", "报名有了结果", kind=NoticeKind.APPLICATION)
    mail = Mail.objects.get()
    assert "按一下就关掉" in mail.text and mail.headers["List-Unsubscribe"][1:-1] in mail.text


def test_a_mail_may_lead_elsewhere_than_the_notice():
    reader = make_person("reader")
    inbox.send_notices(
        [inbox.NoticeMessage(reader, "k", "查实涉诈", address="/me/x/", mailed="/y/")],
        kind=NoticeKind.SECURITY,
    )
    assert reader.notices.get().address == "/me/x/" and "/y/" in Mail.objects.get().text


def test_of_many_each_is_told_once_and_closed_accounts_not_at_all():
    people = [make_person(f"p{n}") for n in range(3)]
    people[2].is_active = False
    for _ in range(2):
        messages = [inbox.NoticeMessage(user, f"k{user.pk}", "查实涉诈") for user in people]
        inbox.send_notices(messages, kind=NoticeKind.SECURITY)
    assert {mail.to for mail in Mail.objects.all()} == {p.email for p in people[:2]}
    assert Mail.objects.count() == 2
