"""Messages to a WeChat service account, pushed by WeChat's stand-in over HTTP."""

import threading
import time
from itertools import count
from urllib.parse import urlencode

import pytest

from safety.forwarded_checks import answers, wechat_views
from sitekit.web import rate_limits
from sitekit.workflow.periods import DAY
from tests.safety import wechat
from tests.sitekit.ocr.drawn_text import LINES, draw_lines, encode_image

pytestmark = pytest.mark.django_db(transaction=True)
FRAUD = "在家做单，先垫付本金再返佣金，三单连做才能提现，一天五百元，佣金当场到账。"
FRAUD_LINES = ("在家做单每天五百元", "先垫付本金再返佣金", "三单连做才能提现")
VERDICT = "很像骗局（刷单返利）。停下来，一块钱也别垫。\nhttps://jobs.example/check/about/high/brushing_rebate/"
LOW = "https://jobs.example/check/about/low/"
_numbers = count(23012345678901)


@pytest.fixture
def address(live_server):
    return f"{live_server.url}/check/wechat/"


@pytest.fixture
def strictness(monkeypatch, patience):
    monkeypatch.setattr(wechat_views, "ANSWER_AGE", 4.5)


def build_wechat_text(content=FRAUD):
    return {"MsgType": "text", "Content": content, "MsgId": str(next(_numbers))}


def build_wechat_image(servers, picture):
    number = str(next(_numbers))
    servers.media[f"media-{number}"] = picture
    address = {"PicUrl": "http://mmbiz.example/0", "MediaId": f"media-{number}"}
    return {"MsgType": "image", "MsgId": number} | address


def wait_for_late_answer(servers):
    until = time.monotonic() + wechat.LONG
    while not servers.sent:
        assert time.monotonic() < until, "in time"
        time.sleep(0.05)
    (sent,) = servers.sent
    assert (sent["touser"], sent["msgtype"]) == (wechat.OPENID, "text")
    return sent["text"]["content"]


# -- confirming the address


def test_the_address_is_confirmed_by_its_echo(servers, address):
    assert servers.verify(address) == (200, "5838479218127813673")
    status, _body = servers.verify(address, signature="0" * 40)
    assert status == 403
    status, _body = servers.verify(
        address, timestamp="1409735669", signature=wechat.build_signature("1409735669", "n1")
    )
    assert status == 403, "an old one"


def test_an_encrypted_echo_is_decrypted(servers, address):
    sealed, now = wechat.encrypt_message("1616140317555161061"), str(int(time.time()))
    signature = wechat.build_signature(now, "n1", sealed)
    asked = {"echostr": sealed, "timestamp": now, "msg_signature": signature}
    assert servers.verify(address, **asked) == (200, "1616140317555161061")
    assert servers.verify(address, **(asked | {"msg_signature": "0" * 40}))[0] == 403


def test_without_keys_there_is_nothing(client, settings):
    settings.WECHAT = None
    assert client.get("/check/wechat/").status_code == 404
    assert client.post("/check/wechat/").status_code == 404


# -- answers


def test_a_text_is_answered_at_once(servers, address):
    assert servers.push(address, **build_wechat_text()) == VERDICT
    assert servers.asked == [], "no other request is needed"
    assert servers.push(
        address, **build_wechat_text("周末在商场门口发传单，中午管一顿饭。")
    ).endswith(LOW)
    assert "字太少" in servers.push(address, **build_wechat_text("在吗"))
    foreign = servers.push(address, **build_wechat_text("Part time job, 300 a day"))
    assert foreign.startswith(
        "这里只看得懂中文。别的文字我们看不懂，不敢乱说：请翻成中文再查一次。"
    )
    assert "放一张截图" in servers.push(address, **build_wechat_text("  "))


def test_a_screenshot_is_answered(servers, address):
    assert (
        servers.push(address, **build_wechat_image(servers, encode_image(draw_lines(FRAUD_LINES))))
        == VERDICT
    )
    assert servers.push(
        address, **build_wechat_image(servers, encode_image(draw_lines(LINES)))
    ).endswith(LOW)
    assert len(servers.tokens) == 1, "the access token is kept"


def test_what_is_read_too_late_is_sent_afterwards(servers, address, monkeypatch):
    """Reading takes longer than this on any machine."""
    monkeypatch.setattr(wechat_views, "ANSWER_SECONDS", 0.1)
    message = build_wechat_image(servers, encode_image(draw_lines(FRAUD_LINES)))
    assert servers.push(address, **message) == wechat_views.PICTURE_BEING_READ_MESSAGE
    assert servers.push(address, **message) == "", "pushed again meanwhile"
    assert wait_for_late_answer(servers) == VERDICT
    assert servers.push(address, **message) == ""


def test_a_text_that_is_judged_too_late_is_answered_afterwards(servers, address, strictness):
    """WeChat pushed it first ten seconds ago, and waits for this answer no longer."""
    assert servers.push(address, age=10, **build_wechat_text()) == ""
    assert wait_for_late_answer(servers) == VERDICT


def test_a_repeated_message_is_answered_once(servers, address):
    message = build_wechat_text()
    request = servers.build_push(address, **message)
    replies = [wechat.read_answer(wechat.send_http_request(*request)[1]) for _try in range(3)]
    assert replies == [VERDICT, "", ""]
    event = servers.build_push(address, MsgType="event", Event="subscribe")
    assert [bool(wechat.read_answer(wechat.send_http_request(*event)[1])) for _try in range(2)] == [
        True,
        False,
    ]


def test_a_message_repeated_after_the_limits_began_anew_is_answered_once(
    servers, address, monkeypatch
):
    message = build_wechat_text()
    assert servers.push(address, **message) == VERDICT
    begun = rate_limits.PERIODS_BEGIN - DAY.total_seconds()
    monkeypatch.setattr(rate_limits, "PERIODS_BEGIN", begun)
    assert servers.push(address, **message) == ""


def test_a_message_whose_process_ended_is_answered_when_it_comes_again(
    servers, address, monkeypatch
):
    def end(*_given):
        raise SystemExit

    message = build_wechat_text()
    with monkeypatch.context() as patch:
        patch.setattr(wechat_views, "judge_forwarded", end)
        assert wechat.send_http_request(*servers.build_push(address, **message))[0] == 500
    assert servers.push(address, **message) == VERDICT
    assert servers.push(address, **message) == ""


@pytest.mark.parametrize(
    ("fields", "reply"),
    [
        ({"MsgType": "voice", "MediaId": "m", "MsgId": "71"}, wechat_views.NOT_READABLE),
        ({"MsgType": "link", "Url": "http://x.example", "MsgId": "72"}, wechat_views.NOT_READABLE),
        ({"MsgType": "no such type", "MsgId": "73"}, wechat_views.NOT_READABLE),
        ({"MsgType": "event", "Event": "subscribe"}, wechat_views.SEND_TEXT_MESSAGE),
        ({"MsgType": "event", "Event": "unsubscribe"}, ""),
        ({"MsgType": "event", "Event": "LOCATION"}, ""),
    ],
)
def test_other_messages_get_a_hint(servers, address, fields, reply):
    assert servers.push(address, **fields) == reply


# -- WeChat's interface


def test_an_access_token_that_is_no_longer_valid_is_fetched_anew_once(servers, address, strictness):
    servers.push(address, age=10, **build_wechat_text())
    wait_for_late_answer(servers)
    servers.end_tokens()
    servers.sent.clear()
    servers.push(address, age=10, **build_wechat_text())
    assert wait_for_late_answer(servers) == VERDICT
    assert servers.asked.count("/cgi-bin/stable_token") == 2


def test_an_access_token_that_is_never_valid_is_not_fetched_for_ever(servers, address):
    servers.refusal = 40001
    reply = servers.push(address, **build_wechat_image(servers, b"x"))
    assert reply == wechat_views.NOT_FETCHED
    assert servers.asked.count("/cgi-bin/media/get") == 2


def test_a_picture_that_cannot_be_had_is_asked_for_again(servers, address):
    message = {"MsgType": "image", "MediaId": "unknown", "MsgId": str(next(_numbers))}
    assert servers.push(address, **message) == wechat_views.NOT_FETCHED
    servers.close()
    message["MsgId"] = str(next(_numbers))
    assert servers.push(address, **message) == wechat_views.NOT_FETCHED


def test_what_is_no_picture_is_told(servers, address):
    reply = servers.push(address, **build_wechat_image(servers, b"only words"))
    assert "这不是能用的图片" in reply


# -- what is refused


def post_refused_message(servers, address, body, query=None):
    status, answer = wechat.send_http_request(f"{address}?{urlencode(query or {})}", body)
    assert answer == "" or status == 404
    return status


def build_encrypted_request(xml):
    sealed = wechat.encrypt_message(xml)
    return wechat.sign_query(sealed), wechat.write_xml(Encrypt=sealed).encode()


def test_a_wrong_signature_is_refused(servers, address):
    url, body = servers.build_push(address, **build_wechat_text())
    for name in ("?signature=", "&msg_signature="):
        assert name in url
        assert wechat.send_http_request(url.replace(name, f"{name}0"), body)[0] == 403
    assert wechat.send_http_request(address, body)[0] == 403
    other = servers.build_push(address, **build_wechat_text())[1]
    assert wechat.send_http_request(url, other)[0] == 403, "the signature of another message"
    assert (
        wechat.send_http_request(
            *servers.build_push(address, app_id="wxother", **build_wechat_text())
        )[0]
        == 403
    )
    assert wechat.read_answer(wechat.send_http_request(url, body)[1]) == VERDICT


def test_an_old_message_is_refused(servers, address):
    assert (
        wechat.send_http_request(*servers.build_push(address, age=400, **build_wechat_text()))[0]
        == 403
    )
    assert (
        wechat.send_http_request(*servers.build_push(address, age=-400, **build_wechat_text()))[0]
        == 403
    )


def test_what_is_not_encrypted_is_refused(servers, address):
    people = {"ToUserName": wechat.ACCOUNT, "FromUserName": wechat.OPENID}
    plain = wechat.write_xml(**people, CreateTime="1", **build_wechat_text()).encode()
    assert post_refused_message(servers, address, plain, wechat.sign_query("")) == 403
    query = wechat.sign_query("not base64")
    assert (
        post_refused_message(
            servers, address, wechat.write_xml(Encrypt="not base64").encode(), query
        )
        == 403
    )


BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
LEAK = '<!DOCTYPE xml [<!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("definition", [BOMB, LEAK])
def test_entities_are_refused_outside_and_inside(servers, address, definition):
    people = {"ToUserName": wechat.ACCOUNT, "FromUserName": wechat.OPENID}
    now = str(int(time.time()))
    xml = wechat.write_xml(**people, **build_wechat_text(), CreateTime=now)
    query, body = build_encrypted_request(
        definition + xml.replace("<xml>", "<xml><More>&c;</More>")
    )
    assert post_refused_message(servers, address, body, query) == 403
    query, body = build_encrypted_request(xml)
    assert post_refused_message(servers, address, definition.encode() + body, query) == 403
    assert (
        wechat.read_answer(wechat.send_http_request(f"{address}?{urlencode(query)}", body)[1])
        == VERDICT
    )


@pytest.mark.parametrize("xml", ["<xml>", "", "<xml></xml>", "<a>" * 5000])
def test_broken_xml_is_refused_outside_and_inside(servers, address, xml):
    assert post_refused_message(servers, address, xml.encode(), wechat.sign_query("")) == 403
    query, body = build_encrypted_request(xml)
    assert post_refused_message(servers, address, body, query) == 403


def test_too_much_is_refused_before_it_is_parsed(servers, address):
    url, body = servers.build_push(address, **build_wechat_text("长" * 30_000))
    assert wechat.send_http_request(url, body)[0] == 403


# -- limits


def test_a_sender_may_send_so_much_and_all_together_so_much(servers, address, monkeypatch):
    monkeypatch.setattr(answers, "CHECKS", 2)
    monkeypatch.setattr(answers, "PICTURE_CHECKS", 0)
    too_many_pictures = servers.push(address, **build_wechat_image(servers, b"x"))
    assert too_many_pictures == answers.PICTURES_TOO_OFTEN and "文字" in too_many_pictures
    replies = [servers.push(address, **build_wechat_text()) for _message in range(2)]
    assert replies == [VERDICT, answers.TOO_OFTEN]
    monkeypatch.setattr(answers, "ALL_CHECKS", 3)
    answers.count_forwarded_check("wechat", "another")  # what was refused does not count for all
    with pytest.raises(answers.CheckRefused, match=answers.TOO_OFTEN):
        answers.count_forwarded_check("wechat", "a third")
    answers.count_forwarded_check("mail", "a third")  # each channel has its own


def test_of_many_pictures_at_once_some_are_not_read(servers, address, monkeypatch):
    monkeypatch.setattr(wechat_views, "_picture_slots", threading.BoundedSemaphore(1))
    wechat_views._picture_slots.acquire()
    assert servers.push(address, **build_wechat_image(servers, b"x")) == wechat_views.READER_BUSY
