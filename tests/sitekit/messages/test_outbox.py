"""The outbox, sent to a real SMTP server on this machine."""

import logging
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sitekit.messages import outbox, text_messages
from sitekit.messages.channel_base import StopLink
from sitekit.messages.mail_channel import MailChannel
from sitekit.models import Mail, TextMessage
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.sitekit.messages.mail_server import run_mail_server, use_mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with run_mail_server(settings) as server:
        yield server


def enqueue_mail(key="k", to="a@b.cn", subject="湘西预警", text="先别交钱。\n", **fields):
    outbox.enqueue_messages([Mail(key=key, to=to, subject=subject, text=text, **fields)])


def test_a_mail_arrives_whole(server):
    enqueue_mail(headers={"List-Unsubscribe": "<http://127.0.0.1/x/>"})
    assert outbox.deliver_due() == (1, 0)
    (message,) = server.messages
    assert (message["To"], message["Subject"]) == ("a@b.cn", "湘西预警")
    assert message.get_content().splitlines() == ["先别交钱。"]
    assert message["List-Unsubscribe"] == "<http://127.0.0.1/x/>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert Mail.objects.get().sent_at


def test_it_is_sent_once(server):
    enqueue_mail()
    outbox.deliver_due()
    assert outbox.deliver_due() == (0, 0)
    assert len(server.messages) == 1


def test_one_key_is_one_mail(server):
    enqueue_mail("same", subject="一")
    enqueue_mail("same", subject="二")
    outbox.deliver_due()
    enqueue_mail("same", subject="三")
    outbox.deliver_due()
    assert [message["Subject"] for message in server.messages] == ["一"]


def test_sent_again_it_has_the_same_message_id(server):
    enqueue_mail("one")
    enqueue_mail("two")
    outbox.deliver_due()
    Mail.objects.update(sent_at=None)
    outbox.deliver_due()
    ids = [message["Message-ID"] for message in server.messages]
    assert ids[:2] == ids[2:] and len(set(ids)) == 2


def test_a_refused_one_does_not_stop_the_others_and_is_tried_again_ever_later(server, monkeypatch):
    server.refused = {"gone@b.cn"}
    enqueue_mail("a", "gone@b.cn")
    enqueue_mail("b")
    assert outbox.deliver_due() == (1, 1)
    waits = []
    while outbox.list_waiting_messages().exists():
        mail = Mail.objects.get(key="a")
        waits.append(mail.not_before - timezone.now())
        assert outbox.deliver_due() == (0, 0), "not before its time"
        advance_clock(monkeypatch, mail.not_before - timezone.now())
        outbox.deliver_due()
    assert Mail.objects.get(key="a").tries == outbox.MAX_SEND_TRIES
    assert sorted(waits) == waits and waits[-1] == timedelta(hours=12)
    assert outbox.deliver_due() == (0, 0)


def test_no_error_keeps_the_address(server, caplog):
    server.refused = {"gone@b.cn"}
    enqueue_mail(to="gone@b.cn")
    caplog.set_level(logging.DEBUG)
    outbox.deliver_due()
    assert Mail.objects.get().last_error == "SMTPRecipientsRefused 550"
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("sitekit")]
    assert "gone" not in " ".join(ours)


def test_an_unsendable_one_does_not_stop_the_others(server):
    enqueue_mail("a", subject="zwei\nZeilen")
    enqueue_mail("b")
    assert outbox.deliver_due() == (1, 1)


def test_the_title_of_a_notice_is_sent_as_one_line(server):
    stop = StopLink("s", "http://127.0.0.1/s/")
    title = "录用了：周末\n派单"
    mail = MailChannel().build_notice(
        key="k", to="a@b.cn", title=title, text="字", not_before=None, stop=stop
    )
    outbox.enqueue_messages([mail])
    assert outbox.deliver_due() == (1, 0)
    assert server.messages[0]["Subject"] == "录用了：周末 派单"


def test_after_the_server_hung_up_the_next_one_has_a_connection_of_its_own(server):
    enqueue_mail("a", subject="hang up")
    enqueue_mail("b")
    assert outbox.deliver_due() == (1, 1)
    assert Mail.objects.get(key="a").last_error == "SMTPDataError 421"


def test_mails_wait_for_a_server_that_is_away(settings, caplog):
    use_mail_server(settings, 1)
    enqueue_mail()
    assert outbox.deliver_due() == (0, 0)
    assert Mail.objects.get().tries == 0
    assert "mails wait: nobody answers there" in caplog.text
    assert "a@b.cn" not in caplog.text


def test_the_limit_and_the_wish_to_stop_are_heard(server):
    for number in range(3):
        enqueue_mail(str(number))
    assert outbox.deliver_due(limit=2) == (2, 0)
    assert outbox.deliver_due(stopped=lambda: True) == (0, 0)


def test_only_what_was_not_sent_can_be_taken_back(server):
    enqueue_mail("a")
    outbox.deliver_due()
    enqueue_mail("b")
    assert outbox.withdraw_messages(key__in=["a", "b"]) == 1
    assert list(Mail.objects.values_list("key", flat=True)) == ["a"]


def test_mails_can_be_files_that_people_read(settings, tmp_path):
    folder = tmp_path / "信"
    settings.MAILERS = {
        "default": {
            "BACKEND": "sitekit.messages.mail_backends.FileBackend",
            "OPTIONS": {"folder": str(folder)},
        }
    }
    enqueue_mail("a", text="先别交钱。\n" + "长" * 200)
    enqueue_mail("b")
    outbox.deliver_due()
    files = sorted(folder.iterdir())
    assert len(files) == 2
    text = files[0].read_text()
    assert "Subject: 湘西预警" in text and "先别交钱。" in text and "长" * 200 in text
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message.get_content().startswith("先别交钱。\n长")


# -- several at once


@pytest.fixture
def another_process():
    """It is sending mails at this moment."""
    other = connection.copy()
    other.connect()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MailChannel.lock])
        yield cursor
        # The end of the connection would release it too, but maybe only after the next test has begun.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()


def test_two_never_send_mails_at_once(server, another_process, phone):
    enqueue_mail()
    enqueue_text_message()
    assert outbox.deliver_due() == (1, 0), "text messages have a lock of their own"
    assert (len(phone.sent), server.messages) == (1, [])
    another_process.execute("SELECT pg_advisory_unlock_all()")
    assert outbox.deliver_due() == (1, 0)


def test_what_is_put_while_the_last_look_was_taken_is_not_left(server, monkeypatch):
    enqueue_mail("first")
    real = outbox._deliver_one

    def look(postman):
        went = real(postman)
        if (
            postman.model is Mail
            and went is None
            and not Mail.objects.filter(key="second").exists()
        ):
            enqueue_mail("second")  # by somebody who finds the sender busy, and goes
        return went

    monkeypatch.setattr(outbox, "_deliver_one", look)
    assert outbox.deliver_due() == (2, 0)


@pytest.mark.usefixtures("committed", "server")
def test_a_mail_that_another_process_changes_is_not_asked_for_again_and_again():
    looks = []

    def is_late():
        looks.append(1)
        return len(looks) > 20

    enqueue_mail()
    with transaction.atomic():
        Mail.objects.select_for_update().get()
        (counts,) = at_once(lambda: outbox.deliver_due(stopped=is_late))
    assert counts == (0, 0) and len(looks) < 20


# -- what is urgent, and what is secret


def test_a_code_goes_before_everything_else(server):
    for number in range(3):
        enqueue_mail(f"news {number}", not_before=timezone.now() - timedelta(hours=1))
    enqueue_mail("code", subject="验证码", is_secret=True)
    outbox.deliver_due(limit=1)
    assert [message["Subject"] for message in server.messages] == ["验证码"]


def test_what_leaves_at_once_goes_before_what_waited_for_the_morning(server):
    for hours in (1, 2):
        not_before = timezone.now() - timedelta(hours=hours)
        enqueue_mail(f"{hours}", subject=f"等了 {hours} 小时", not_before=not_before)
    enqueue_mail("warning", subject="手机号换了")
    outbox.deliver_due()
    subjects = [message["Subject"] for message in server.messages]
    assert subjects == ["手机号换了", "等了 2 小时", "等了 1 小时"]


def test_a_secret_is_forgotten_once_it_was_sent(server):
    enqueue_mail(text="123456", is_secret=True)
    outbox.deliver_due()
    assert server.messages[0].get_content().strip() == "123456"
    assert Mail.objects.get().text == ""


def test_a_secret_that_could_not_be_sent_goes_when_it_is_of_no_use(server, phone, monkeypatch):
    soon = timezone.now() + timedelta(minutes=10)
    enqueue_mail(text="123456", is_secret=True, not_after=soon)
    enqueue_text_message(is_secret=True, not_after=soon)
    outbox.forget_message_secrets()
    assert Mail.objects.get().text and TextMessage.objects.get().words
    advance_clock(monkeypatch, timedelta(minutes=11))
    assert outbox.deliver_due() == (0, 0), "too late"
    outbox.forget_message_secrets()
    row = TextMessage.objects.get()
    assert (Mail.objects.get().text, row.text, row.words) == ("", "", {})


# -- text messages


class Phone:
    """A provider that notes what it is given, is away, or refuses."""

    def __init__(self):
        self.sent, self.trouble = [], None

    def send(self, message):
        if self.trouble:
            raise self.trouble
        self.sent.append((message.to, message.kind, dict(message.words), message.text))


@pytest.fixture
def phone(monkeypatch):
    provider = Phone()
    monkeypatch.setattr(text_messages, "get_text_message_sender", lambda: provider)
    return provider


def enqueue_text_message(key="t", **fields):
    words = {"to": "+8613800138000", "kind": "code", "words": {"code": "123456"}, "text": "验证码"}
    outbox.enqueue_messages([TextMessage(key=key, **words | fields)])


def test_a_text_message_arrives_whole_and_once(phone):
    enqueue_text_message()
    enqueue_text_message()
    assert outbox.deliver_due() == (1, 0)
    assert outbox.deliver_due() == (0, 0)
    assert phone.sent == [("+8613800138000", "code", {"code": "123456"}, "验证码")]


def test_the_code_of_a_text_message_is_forgotten_once_it_was_sent(phone):
    enqueue_text_message(is_secret=True)
    outbox.deliver_due()
    row = TextMessage.objects.get()
    assert (row.text, row.words) == ("", {}) and row.sent_at
    assert phone.sent[0][2] == {"code": "123456"}


def test_a_text_message_waits_for_a_provider_that_is_away(phone, caplog):
    phone.trouble = OSError("+8613800138000")
    enqueue_text_message()
    assert outbox.deliver_due() == (0, 0)
    assert TextMessage.objects.get().tries == 0
    assert "text messages wait: nobody answers there (OSError)" in caplog.text
    assert "13800138000" not in caplog.text
    phone.trouble = None
    assert outbox.deliver_due() == (1, 0)


def test_one_that_the_provider_refuses_is_tried_again_later(phone, monkeypatch):
    phone.trouble = text_messages.TextMessageRefused("isv.BUSINESS_LIMIT_CONTROL")
    enqueue_text_message("a")
    assert outbox.deliver_due() == (0, 1)
    row = TextMessage.objects.get()
    assert (row.tries, row.last_error) == (1, "TextMessageRefused isv.BUSINESS_LIMIT_CONTROL")
    phone.trouble = None
    assert outbox.deliver_due() == (0, 0), "not before its time"
    advance_clock(monkeypatch, timedelta(minutes=2))
    assert outbox.deliver_due() == (1, 0)


def test_mails_leave_though_no_text_message_does(server, phone):
    phone.trouble = OSError()
    enqueue_text_message()
    enqueue_mail()
    assert outbox.deliver_due() == (1, 0)


def test_both_kinds_can_be_put_together(server, phone):
    outbox.enqueue_messages(
        [
            Mail(key="m", to="a@b.cn", subject="信", text="字"),
            TextMessage(key="t", to="+8613800138000", kind="code", text="字"),
        ]
    )
    assert outbox.deliver_due() == (2, 0)
