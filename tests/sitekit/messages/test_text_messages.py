"""Text messages: to the console, into files, and to a provider that checks the signature."""

import json

import pytest

from sitekit.messages import text_messages
from sitekit.models import TextMessage
from tests.sitekit.messages.provider import KEY, SECRET, Provider

PHONE = "+8613800138000"


def build_code_message(**fields):
    words = {"to": PHONE, "kind": "code", "words": {"code": "012345"}, "text": "验证码 012345"}
    return TextMessage(key="k", **(words | fields))


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


def build_aliyun_sender(provider, secret=SECRET, **options):
    kept = {"host": provider.host, "key_id": KEY, "key_secret": secret, "sign": "湘西 兼职&*"}
    kept["templates"] = {"code": "SMS_1", "warning": "SMS_2"}
    return text_messages.AliyunSender(scheme="http", **(kept | options))


def test_the_provider_is_asked_with_a_right_signature(provider):
    build_aliyun_sender(provider).send(build_code_message())
    (asked,) = provider.asked
    assert asked["PhoneNumbers"] == "13800138000"
    assert asked["SignName"] == "湘西 兼职&*"
    assert asked["TemplateCode"] == "SMS_1"
    assert json.loads(asked["TemplateParam"]) == {"code": "012345"}


def test_a_wrong_secret_is_refused(provider):
    with pytest.raises(text_messages.TextMessageRefused) as caught:
        build_aliyun_sender(provider, secret="other").send(build_code_message())
    assert caught.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("words", [{"city": "湘西", "kind": "刷单 & 返利 +~*'()"}, {}])
def test_any_words_are_signed_rightly(provider, words):
    build_aliyun_sender(provider).send(build_code_message(kind="warning", words=words))
    assert json.loads(provider.asked[0]["TemplateParam"]) == words
    assert provider.asked[0]["TemplateCode"] == "SMS_2"


def test_a_number_from_abroad_keeps_its_country(provider):
    build_aliyun_sender(provider).send(build_code_message(to="+85251234567"))
    assert provider.asked[0]["PhoneNumbers"] == "85251234567"


def test_a_kind_without_a_template_is_refused_without_asking(provider):
    with pytest.raises(text_messages.TextMessageRefused, match="news"):
        build_aliyun_sender(provider).send(build_code_message(kind="news"))
    assert provider.asked == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b'{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}'),
        (200, b'{"Code":"isv.BUSINESS_LIMIT_CONTROL"}'),
        (400, b'{"Code":"InvalidAccessKeyId.NotFound"}'),
    ],
)
def test_what_the_provider_refuses_is_told_by_its_word(provider, status, answer):
    provider.status, provider.answer = status, answer
    with pytest.raises(text_messages.TextMessageRefused) as caught:
        build_aliyun_sender(provider).send(build_code_message())
    assert caught.value.code == json.loads(answer)["Code"]
    assert "138001" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        *((500, b"oops"), (503, b"{}"), (200, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}")),
        (500, b'{"Code":"SomethingNew"}'),
        (400, b'{"Code":"Throttling.User"}'),
        (200, b'{"Code":"isv.AMOUNT_NOT_ENOUGH"}'),
    ],
)
def test_trouble_that_passes_lets_the_message_wait(provider, status, answer):
    provider.status, provider.answer = status, answer
    with pytest.raises(OSError, match="aliyun"):
        build_aliyun_sender(provider).send(build_code_message())


def test_where_nobody_answers_the_message_waits(provider):
    provider.close()
    with pytest.raises(OSError):  # noqa: PT011 - the system's words
        build_aliyun_sender(provider).send(build_code_message())


def test_files_can_be_read_by_their_owner_only(tmp_path):
    sender = text_messages.FileSender(str(tmp_path / "sms"))
    sender.send(build_code_message())
    sender.send(build_code_message())
    files = sorted((tmp_path / "sms").iterdir())
    assert len(files) == 2
    assert files[0].read_text() == f"{PHONE}\n验证码 012345\n"
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_the_console_shows_it(capsys):
    text_messages.ConsoleSender().send(build_code_message())
    assert capsys.readouterr().out == f"SMS {PHONE}: 验证码 012345\n"


def test_the_sender_is_the_one_of_the_settings(settings, tmp_path):
    options = {"folder": str(tmp_path)}
    settings.TEXT_MESSENGER = {
        "SENDER": "sitekit.messages.text_messages.FileSender",
        "OPTIONS": options,
    }
    assert isinstance(text_messages.get_text_message_sender(), text_messages.FileSender)
