"""Notices by text message: by default to people with a proved phone and no mail address, few a day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import PAID_NOTICES_A_DAY, send_notice, withdraw_notices
from sitekit.messages.text_message_channel import MAX_TITLE_CHARACTERS, TextMessageChannel
from sitekit.models import Mail, TextMessage
from tools.demo.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice_template")]
PHONE = "+8613900139011"
INBOX = "/me/inbox/"


def make_reader(**fields):
    return make_user(**{"phone": PHONE, "phone_proved_at": timezone.now()} | fields)


def send_text_notice(user, key="k", title="录用了：发传单", **how):
    send_notice(
        user,
        key,
        title,
        "联系方式在报名页上。",
        **{"kind": NoticeKind.APPLICATION, "text_message": True} | how,
    )


def test_the_title_is_sent_once():
    reader = make_reader()
    for _ in range(2):
        send_text_notice(reader)
    message = TextMessage.objects.get()
    assert (message.to, message.kind) == (PHONE, "notice")
    assert message.words["title"] == "录用了：发传单" and "录用了：发传单" in message.text
    assert reader.notices.count() == 1 and not Mail.objects.exists()


def test_of_a_long_title_the_beginning_and_the_end_stay():
    send_text_notice(make_reader(), title=f"「{'很长的名字' * 10}」没有通过审核")
    title = TextMessage.objects.get().words["title"]
    assert len(title) <= MAX_TITLE_CHARACTERS
    assert title.startswith("「很长的") and "…" in title and title.endswith("没有通过审核")


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        ({"email": "reader@example.com"}, {}),
        ({"phone_proved_at": None, "email": None}, {}),
        ({"wants_mail": False}, {}),
        ({}, {"text_message": False}),
    ],
    ids=["has mail", "not proved", "wants none", "not asked for"],
)
def test_nobody_else_gets_one_and_nothing_else_is_sent(fields, how):
    reader = make_reader(**fields)
    send_text_notice(reader, **how)
    assert reader.notices.exists() and not TextMessage.objects.exists()
    assert Mail.objects.exists() is bool(reader.email)


def test_a_warning_reaches_who_wants_none():
    send_text_notice(make_reader(wants_mail=False), kind=NoticeKind.SECURITY)
    assert TextMessage.objects.exists()


def test_without_a_template_nothing_is_sent_and_the_deploy_check_says_so(settings):
    assert not TextMessageChannel().check_settings()
    del settings.TEXT_MESSENGER["OPTIONS"]["templates"]["notice"]
    send_text_notice(make_reader())
    assert not TextMessage.objects.exists()
    assert [warning.id for warning in TextMessageChannel().check_settings()] == ["sitekit.W008"]


def test_one_person_gets_few_a_day_and_a_repetition_counts_once():
    reader, other = make_reader(), make_reader(phone="+8613900139012")
    for number in range(int(PAID_NOTICES_A_DAY) + 1):
        for _ in range(2):
            send_text_notice(reader, f"k{number}")
    assert TextMessage.objects.count() == int(PAID_NOTICES_A_DAY)
    assert reader.notices.count() == int(PAID_NOTICES_A_DAY) + 1
    send_text_notice(other, "other")
    assert TextMessage.objects.filter(to=other.phone).exists()


def test_one_that_waits_is_withdrawn():
    send_text_notice(make_reader(), wait=timedelta(minutes=1))
    assert TextMessage.objects.get().not_before
    withdraw_notices(["k"])
    assert not TextMessage.objects.exists()
