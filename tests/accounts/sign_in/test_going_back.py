"""Who asked for a code and went back is not locked out: the code is still good, and the page says how to go on."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client

from accounts.sign_in.one_time_codes import describe_wait
from tests.accounts.sign_in_pages import (
    PHONE,
    get_main_text,
    last_code,
    list_waiting_codes,
)
from tests.clock import advance_clock

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/accounts/login/", "/accounts/login/code/"


def test_asking_again_within_the_minute_leads_to_the_code_that_was_sent(client, monkeypatch):
    client.post(LOGIN, {"contact": PHONE})
    code = last_code()
    back = get_main_text(client.get(LOGIN))
    assert "已经收到？去填验证码" in back
    again = client.post(LOGIN, {"contact": PHONE, "once": "0123456789abcdef"})
    assert (again.status_code, again.url) == (302, CODE)
    assert len(list_waiting_codes()) == 1
    assert client.post(CODE, {"code": code}).url == "/accounts/login/new/"


def test_the_page_says_when_another_can_be_sent_and_then_sends_it(client, monkeypatch):
    client.post(LOGIN, {"contact": PHONE})
    page = client.get(CODE).content.decode()
    wait = int(re.search(r'data-wait="(\d+)"', page)[1])
    assert 0 < wait <= 60 and f"{wait} 秒后可重发。" in page
    early = client.post(CODE, {"action": "again"})
    assert early.status_code == 429
    assert re.search(r"刚发过，\d+秒后可以重发。", get_main_text(early))
    advance_clock(monkeypatch, timedelta(seconds=wait))
    assert "data-wait=" not in client.get(CODE).content.decode()
    assert client.post(CODE, {"action": "again"}).status_code == 200
    assert len(list_waiting_codes()) == 2


def test_on_another_browser_the_seconds_are_said_too(client):
    client.post(LOGIN, {"contact": PHONE})
    other = Client().post(LOGIN, {"contact": PHONE})
    assert other.status_code == 429
    assert re.search(r"刚发过，\d+秒后可以重发。", get_main_text(other))
    assert "已经收到" not in get_main_text(other)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [(1, "1 秒后"), (60, "60 秒后"), (61, "2 分钟后"), (80_000, "23 小时后")],
)
def test_a_wait_is_said_in_the_unit_that_one_would_use(seconds, message):
    assert message in describe_wait(seconds)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("{listing}apply/", "登录后接着报名"),
        ("/employer/register/", "登录后接着登记单位"),
        ("/team/join/", "登录后接着接受邀请"),
        ("/employers/post/?go=on", "登录后接着提交兼职"),
    ],
)
def test_the_page_says_what_the_login_is_for(client, publish, address, words):
    query = urlencode({"next": address.format(listing=publish().get_absolute_url())})
    for page in (LOGIN, "/accounts/login/password/", "/accounts/signup/"):
        assert words in get_main_text(client.get(f"{page}?{query}")), page
    assert words in get_main_text(client.post(LOGIN, {"contact": "abc", **dict(parse_qsl(query))}))


@pytest.mark.parametrize("address", ["", "/me/", "/nothing/like/it/", "//example.com/", "/\0"])
def test_where_no_page_has_words_for_it_nothing_is_said(client, address):
    assert "登录后接着" not in get_main_text(client.get(LOGIN, {"next": address}))
