"""One tap, without signing in, ends one kind of messages on one channel."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import NoticeKind as K
from accounts.inbox.notices import send_notice
from accounts.inbox.preferences import SUBSCRIBED
from accounts.inbox.stop_links import build_stop_link, read_stop_code
from accounts.models import DigestLine
from sitekit.messages.text_message_channel import MAX_TITLE_CHARACTERS
from sitekit.models import Mail, TextMessage
from tests.answers import read_body
from tools.demo.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice_template")]


@pytest.fixture
def reader():
    return make_user("reader@example.com", phone="+8613900139011", phone_proved_at=timezone.now())


def get_link_path(link):
    return "/" + link.url.split("/", 3)[3]


def test_the_link_of_a_mail_asks_then_stops_its_kind_alone(client, reader):
    send_notice(reader, "a", "录用了", kind=K.APPLICATION)
    mail = Mail.objects.get()
    link = mail.headers["List-Unsubscribe"][1:-1]
    address = "/" + link.split("/", 3)[3]
    page = read_body(client.get(address))
    assert "不再收报名进展的邮件？" in page and "reader@example.com" not in page
    reader.refresh_from_db()
    assert reader.notice_choices == {}, "looking alone stops nothing: programs look at links"
    assert "已退订" in read_body(client.post(address))
    assert "已退订" in read_body(client.get(address))
    reader.refresh_from_db()
    for key, kind in (("b", K.APPLICATION), ("c", K.CASES)):
        send_notice(reader, key, "又一件事", kind=kind)
    assert set(Mail.objects.values_list("key", flat=True)) == {"a", "c"}
    assert reader.notices.count() == 3


def test_a_mail_program_stops_it_without_a_page(reader):
    program = Client(enforce_csrf_checks=True)
    address = get_link_path(build_stop_link(reader, "mails", (K.CASES,)))
    answer = program.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    reader.refresh_from_db()
    assert reader.notice_choices == {"cases": {"mails": False}}


def test_the_link_of_a_text_message_is_short_and_stops_text_messages(client, reader):
    reader.notice_choices = {"application": {"text_messages": True}}
    reader.save()
    send_notice(reader, "a", "录用了", kind=K.APPLICATION, text_message=True)
    message = TextMessage.objects.get()
    assert len(message.words["code"]) <= MAX_TITLE_CHARACTERS
    assert message.words["code"] in message.text
    assert "已退订" in read_body(client.post(f"/n/{message.words['code']}/"))
    reader.refresh_from_db()
    assert reader.notice_choices["application"] == {"text_messages": False}


def test_what_is_about_safety_cannot_be_stopped(client, reader):
    address = get_link_path(build_stop_link(reader, "text_messages", (K.SECURITY,)))
    page = read_body(client.post(address))
    assert "安全通知关不掉" in page and "退订</button>" not in page
    reader.refresh_from_db()
    assert reader.notice_choices == {}


def test_the_link_of_a_digest_lists_what_was_new_and_stops_both(client, reader):
    for title, texted in (("湘西周末兼职", True), ("还没发的", False)):
        DigestLine.objects.create(
            user=reader, kind=K.SEARCHES, title=title, count=3, address="/xiangxi/jobs/",
            texted_at=timezone.now() if texted else None,
        )  # fmt: skip
    address = get_link_path(build_stop_link(reader, "text_messages", SUBSCRIBED))
    page = read_body(client.get(address))
    assert "湘西周末兼职" in page and 'href="/xiangxi/jobs/"' in page and "还没发的" not in page
    other = get_link_path(build_stop_link(reader, "text_messages", (K.CASES,)))
    assert "湘西周末兼职" not in read_body(client.get(other))
    client.post(address)
    reader.refresh_from_db()
    assert reader.notice_choices == {
        "searches": {"text_messages": False},
        "alerts": {"text_messages": False},
    }


@pytest.mark.parametrize("change", ["x", "other user", "other kind", "empty"])
def test_a_link_that_was_not_made_here_does_nothing(client, reader, change):
    code = build_stop_link(reader, "mails", (K.CASES,)).code
    forged = {
        "x": f"{code[:-1]}x",
        "other user": f"mc{reader.pk + 1}{code[code.index('-') :]}",
        "other kind": f"ma{code[2:]}",
        "empty": "-",
    }[change]
    assert read_stop_code(code) and read_stop_code(forged) is None
    answer = client.post(f"/n/{forged}/")
    assert answer.status_code == 404 and "这个链接用不了" in read_body(answer)
    reader.refresh_from_db()
    assert reader.notice_choices == {}


def test_of_a_key_that_was_replaced_it_still_works(reader, settings):
    code = build_stop_link(reader, "mails", (K.CASES,)).code
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"
    assert read_stop_code(code)


def test_of_an_account_that_was_closed_nothing_is_told(client, reader):
    address = get_link_path(build_stop_link(reader, "mails", (K.CASES,)))
    type(reader).objects.filter(pk=reader.pk).update(
        email=None, phone=None, closed_at=timezone.now()
    )
    assert "已退订" in read_body(client.post(address))
