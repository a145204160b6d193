"""Messages that were given up are shown without what they say, and are put back by one press."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from sitekit.messages.outbox import MAX_SEND_TRIES, list_due_messages
from sitekit.models import Mail, TextMessage
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
STATE = "/admin/state/"


def make_mail(key, **fields):
    values = {"to": "someone@example.com", "subject": "「示例小店」请你去", "text": "私下的话"}
    return Mail.objects.create(key=key, **values | fields)


def test_a_given_up_message_is_sent_again_and_who_asked_is_kept(admin_client, admin_user, client):
    given_up = make_mail("gone", tries=MAX_SEND_TRIES, last_error="550 no such mailbox")
    waiting = TextMessage.objects.create(
        key="later", to="+8613900139000", kind="notice", text="…", tries=2,
        not_before=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    blank = make_mail("code", tries=MAX_SEND_TRIES, is_secret=True, text="")
    make_mail("fine")
    page = admin_client.get(STATE).content.decode()
    part = page[page.index("没寄出去的邮件和短信") :].partition("</section>")[0]
    assert "s***@example.com" in part and "550 no such mailbox" in part and "不再试了" in part
    assert "139 **** 9000" in part and part.count("<li>") == 3
    assert "示例小店" not in part and "私下的话" not in part, "what it says is nobody's business"
    assert "已经过时" in part and f"/mails/{blank.pk}/retry/" not in part
    assert admin_client.post(f"{STATE}messages/mails/{given_up.pk}/retry/").url == STATE
    given_up.refresh_from_db()
    assert given_up.tries == 0 and given_up in list_due_messages(Mail)
    assert admin_client.post(f"{STATE}messages/text_messages/{waiting.pk}/retry/").url == STATE
    assert waiting in list_due_messages(TextMessage)
    page = admin_client.get(STATE).content.decode()
    assert f"重试了 邮件 {given_up.pk}" in page and f"重试了 短信 {waiting.pk}" in page
    assert LogEntry.objects.filter(user=admin_user).count() == 2
    for address, message in (
        (f"mails/{given_up.pk}", "已经寄出"),
        (f"mails/{blank.pk}", "已经过时"),
    ):
        refused = admin_client.post(f"{STATE}messages/{address}/retry/", follow=True)
        assert message in refused.content.decode()
    assert LogEntry.objects.count() == 2
    sign_in(client, make_moderator_user())
    assert client.post(f"{STATE}messages/mails/{blank.pk}/retry/").status_code == 403


def test_the_number_of_queries_does_not_grow(admin_client, django_assert_max_num_queries):
    for number in range(5):
        make_mail(f"gone {number}", tries=MAX_SEND_TRIES)
    admin_client.get(STATE)
    with django_assert_max_num_queries(40) as few:
        admin_client.get(STATE)
    for number in range(5, 15):
        make_mail(f"gone {number}", tries=MAX_SEND_TRIES)
    with django_assert_max_num_queries(len(few)):
        admin_client.get(STATE)
