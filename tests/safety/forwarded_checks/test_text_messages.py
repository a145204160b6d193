"""Text messages delivered as Alibaba Cloud's SmsUp does, answered through its SendSms."""

import json
from itertools import count

import pytest
from django.core import checks
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.sign_in.allauth_adapter import send_security_notice
from safety.forwarded_checks import answers
from sitekit.messages.outbox import deliver_due
from sitekit.models import TextMessage
from tests.sitekit.messages.provider import KEY, SECRET, Provider
from tools.demo.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
UP_KEY = bytes(range(32))
ADDRESS = f"/check/text-messages/{UP_KEY.hex()}/"
FRAUD = "在家做单，先垫付本金再返佣金，三单连做才能提现，一天五百元，佣金当场到账。"
_numbers = count(1234567890)


@pytest.fixture
def provider(settings):
    provider = Provider()
    options = {"host": provider.host, "scheme": "http", "key_id": KEY, "key_secret": SECRET}
    templates = {"code": "SMS_1", "check": "SMS_4", "notice": "SMS_5"}
    settings.TEXT_MESSENGER = {
        "SENDER": "sitekit.messages.text_messages.AliyunSender",
        "OPTIONS": options | {"sign": "湘西", "templates": templates},
    }
    settings.SMS_UP_KEY, settings.SITE_URL = UP_KEY, "https://jobs.example"
    yield provider
    provider.close()


def build_received_message(content=FRAUD, phone="13900139000", **fields):
    return {
        "phone_number": phone,
        "send_time": "2026-11-28 10:00:00",
        "content": content,
        "sign_name": "湘西",
        "dest_code": "1234",
        "sequence_id": next(_numbers),
    } | fields


def post_text_messages(client, *messages, address=ADDRESS):
    return client.post(address, json.dumps(messages), content_type="application/json")


@pytest.mark.parametrize("content", ["R", "ｒ", " td ", "退订。"])
def test_who_asks_for_no_more_gets_no_more_and_no_answer(client, provider, content):
    reader, other = (
        make_user(phone=f"+8613900139{end}", phone_proved_at=timezone.now())
        for end in ("000", "001")
    )
    assert post_text_messages(client, build_received_message(content)).json() == {
        "code": 0,
        "msg": "成功",
    }
    assert not TextMessage.objects.exists()
    for user in (reader, other):
        user.refresh_from_db()
        send_notice(user, f"k{user.pk}", "录用了", kind=NoticeKind.APPLICATION, text_message=True)
        send_security_notice(user, "换了密码")
    texts = TextMessage.objects.values_list("to", "kind")
    assert set(texts) == {
        (other.phone, "notice"),
        *((u.phone, "security") for u in (reader, other)),
    }


def test_each_message_is_answered_by_one(client, provider):
    response = post_text_messages(
        client,
        build_received_message(),
        build_received_message("周末在商场门口发传单，中午管一顿饭。", "13900139001"),
    )
    assert response.json() == {"code": 0, "msg": "成功"}
    assert deliver_due() == (2, 0)
    first, second = provider.asked
    assert (first["PhoneNumbers"], first["TemplateCode"]) == ("13900139000", "SMS_4")
    words = {"verdict": "很像骗局（刷单返利）", "code": "high/brushing_rebate"}
    assert json.loads(first["TemplateParam"]) == words
    assert json.loads(second["TemplateParam"]) == {"verdict": "看不出来", "code": "low"}
    assert client.get("/check/about/high/brushing_rebate/").status_code == 200


def test_once_sent_the_answer_is_erased(client, provider):
    post_text_messages(client, build_received_message())
    waiting = TextMessage.objects.get()
    assert waiting.text.startswith("很像骗局（刷单返利）。停下来") and waiting.not_after
    deliver_due()
    sent = TextMessage.objects.get()
    assert (sent.text, sent.words) == ("", {})


def test_a_message_that_is_delivered_again_is_answered_once(client, provider):
    message = build_received_message()
    for _delivery in range(3):
        assert post_text_messages(client, message).json()["code"] == 0
    deliver_due()
    assert post_text_messages(client, message).json()["code"] == 0
    deliver_due()
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "message",
    [
        build_received_message("TD"),
        build_received_message("谢谢"),
        build_received_message("   "),
        build_received_message("Ok see you tomorrow"),
        build_received_message(phone="12"),
        build_received_message("\ud800垫付"),
    ],
)
def test_what_needs_no_answer_gets_none(client, provider, message):
    assert post_text_messages(client, message).json()["code"] == 0
    assert not TextMessage.objects.exists()


def test_without_a_template_nothing_is_sent_and_the_operator_is_told(client, provider, settings):
    def warn():
        return [m.id for m in checks.run_checks(include_deployment_checks=True)]

    assert "safety.W002" not in warn()
    del settings.TEXT_MESSENGER["OPTIONS"]["templates"]["check"]
    assert "safety.W002" in warn()
    assert post_text_messages(client, build_received_message()).json()["code"] == 0
    settings.TEXT_MESSENGER = {"SENDER": "…", "OPTIONS": {}}
    assert post_text_messages(client, build_received_message()).json()["code"] == 0
    assert not TextMessage.objects.exists()
    settings.SMS_UP_KEY = None
    assert "safety.W002" not in warn()


@pytest.mark.parametrize("key", ["0" * 64, UP_KEY.hex()[:-1], "键", UP_KEY.hex().upper()])
def test_a_wrong_key_leads_nowhere(client, provider, key):
    assert (
        post_text_messages(
            client, build_received_message(), address=f"/check/text-messages/{key}/"
        ).status_code
        == 404
    )
    assert not TextMessage.objects.exists()


def test_without_a_key_there_is_nothing(client, provider, settings):
    settings.SMS_UP_KEY = None
    assert post_text_messages(client, build_received_message()).status_code == 404


@pytest.mark.parametrize(
    "body",
    ["", "[", "7", "[1]", "null", '{"a": 1}', '[{"content": "x"}]', "[" * 100_000, b"\xff\xfe["],
)
def test_what_cannot_be_read_is_refused_without_the_address_in_the_log(
    client, provider, caplog, body
):
    response = client.post(ADDRESS, body, content_type="application/json")
    assert response.json() == {"code": 1, "msg": "格式不对"}
    assert UP_KEY.hex() not in caplog.text


def test_too_much_is_refused_before_it_is_read(client, provider):
    assert post_text_messages(client, build_received_message("长" * 400_000)).json()["code"] == 1


def test_a_number_gets_so_many_answers_an_hour(client, provider, monkeypatch):
    monkeypatch.setattr(answers, "CHECKS", 2)
    post_text_messages(
        client,
        build_received_message(),
        build_received_message(),
        build_received_message(),
        build_received_message(phone="13900139001"),
    )
    assert TextMessage.objects.count() == 3
