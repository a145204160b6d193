"""What is forwarded reaches no table, log line, answer or address, whichever way it comes."""

import io
import json
import sys
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from safety.checker import text_check
from safety.checker.hidden_errors import CheckFailed
from safety.forwarded_checks import answers, forwarded_mail, wechat_views
from sitekit.messages.outbox import deliver_due
from tests.safety import wechat
from tests.safety.traces import TEXT, assert_kept_nowhere, read_all_tables, record_logs, traces_in
from tests.sitekit.messages.mail_server import run_mail_server
from tests.sitekit.messages.provider import KEY, SECRET, Provider
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image

pytestmark = pytest.mark.django_db(transaction=True)
UP_KEY = bytes(range(32))
QUEUES = ("sitekit_mail", "sitekit_textmessage", "procrastinate_jobs", "procrastinate_events")
LINES = ("鲸落石七招夜间配单员", "先垫付本金再返佣金", "加微信zqxjmk77", "电话13987654321")


@pytest.fixture
def logged(caplog):
    with record_logs(caplog) as lines:
        yield lines


def post_wechat_message(client, servers, **fields):
    """By a request in this thread, whose queries are logged."""
    address, body = servers.build_push("/check/wechat/", MsgId="1", **fields)
    return client.post(address, body, content_type="text/xml").content.decode()


def raise_reading_error(text, context=None):
    raise RuntimeError(f"cannot read {text}")


def test_no_message_of_wechat(client, servers, logged):
    before = read_all_tables()
    answer = wechat.read_answer(post_wechat_message(client, servers, MsgType="text", Content=TEXT))
    assert answer.startswith("很像骗局") and not traces_in(answer)
    lines = logged()
    assert any("sitekit_tally" in line for line in lines), "queries are seen"
    assert not [line for line in lines if "SQL" in line and wechat.OPENID in line]
    assert_kept_nowhere(before, lines)
    assert wechat.OPENID not in str(read_all_tables())


def test_no_picture_of_wechat(client, servers, logged):
    servers.media["m"] = encode_image(draw_lines(LINES))
    before = read_all_tables()
    answer = wechat.read_answer(post_wechat_message(client, servers, MsgType="image", MediaId="m"))
    assert answer.startswith("很像骗局") and not traces_in(answer + str(servers.asked))
    assert_kept_nowhere(before, logged())
    assert wechat.OPENID not in str(read_all_tables())


def test_no_text_message(client, settings, logged):
    provider = Provider()
    settings.SMS_UP_KEY = UP_KEY
    options = {"host": provider.host, "scheme": "http", "key_id": KEY, "key_secret": SECRET}
    settings.TEXT_MESSENGER = {
        "SENDER": "sitekit.messages.text_messages.AliyunSender",
        "OPTIONS": options | {"sign": "湘西", "templates": {"check": "SMS_4"}},
    }
    message = {"phone_number": "13900139000", "content": TEXT, "sequence_id": 7}
    before = read_all_tables()
    body = json.dumps([message])
    client.post(f"/check/text-messages/{UP_KEY.hex()}/", body, content_type="application/json")
    assert_kept_nowhere(before, logged(), QUEUES)
    deliver_due()
    assert len(provider.asked) == 1 and not traces_in(str(provider.asked))
    assert_kept_nowhere(before, logged(), QUEUES)
    assert "很像骗局" not in read_all_tables()["public.sitekit_textmessage"]
    provider.close()


def pipe_mail(monkeypatch):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "小龙 <xiaolong@example.cn>", TEXT[:40]
    mail.set_content(TEXT)
    mail.add_attachment(
        encode_image(draw_lines(LINES)), "image", "jpeg", filename=f"{TEXT[:20]}.jpg"
    )
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail.as_bytes())))
    call_command("check_mail")


def test_no_mail(settings, logged, monkeypatch):
    settings.CHECK_MAIL = "check@jobs.example"
    before = read_all_tables()
    with run_mail_server(settings) as server:
        pipe_mail(monkeypatch)
        assert_kept_nowhere(before, logged(), QUEUES)
        deliver_due()
    (answer,) = server.messages
    assert "很像骗局" in answer.get_content() and not traces_in(str(answer) + answer.get_content())
    assert_kept_nowhere(before, logged(), QUEUES)
    assert "很像骗局" not in read_all_tables()["public.sitekit_mail"]


def test_where_the_check_breaks_the_log_says_where_only(
    client, servers, settings, logged, monkeypatch
):
    monkeypatch.setattr(text_check, "screen_text", raise_reading_error)
    settings.CHECK_MAIL = "check@jobs.example"
    before = read_all_tables()
    answer = wechat.read_answer(post_wechat_message(client, servers, MsgType="text", Content=TEXT))
    assert answer == answers.CHECK_FAILED_MESSAGE
    pipe_mail(monkeypatch)
    lines = logged()
    assert sum("RuntimeError in raise_reading_error" in line for line in lines) == 2
    assert_kept_nowhere(before, lines, QUEUES)


def test_where_our_code_breaks_nothing_is_told(client, servers, settings, logged, monkeypatch):
    monkeypatch.setattr(wechat_views, "judge_forwarded", raise_reading_error)
    monkeypatch.setattr(
        forwarded_mail, "judge_forwarded", lambda text, *_more: raise_reading_error(text)
    )
    settings.CHECK_MAIL = "check@jobs.example"
    with pytest.raises(CheckFailed, match="RuntimeError in raise_reading_error") as caught:
        post_wechat_message(client, servers, MsgType="text", Content=TEXT)
    assert caught.value.__context__ is caught.value.__cause__ is None
    with pytest.raises(
        CommandError, match=r"waits: RuntimeError in raise_reading_error, line \d+$"
    ) as caught:
        pipe_mail(monkeypatch)
    assert caught.value.__context__ is caught.value.__cause__ is None
    assert not [line for line in logged() if traces_in(line)]


def test_a_thread_that_breaks_says_where_only(client, servers, logged, monkeypatch):
    def break_picture(text, pictures, seconds):
        raise RuntimeError(TEXT)

    monkeypatch.setattr(wechat_views, "judge_forwarded", break_picture)
    servers.media["m"] = encode_image(draw_lines(LINES))
    answer = wechat.read_answer(post_wechat_message(client, servers, MsgType="image", MediaId="m"))
    assert answer == answers.CHECK_FAILED_MESSAGE
    assert any("RuntimeError in" in line for line in logged())
    assert not [line for line in logged() if traces_in(line)]
    assert connections["default"].is_usable()
