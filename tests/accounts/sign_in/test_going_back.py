"""Who asked for a code and went back is not locked out: the code is still good, and the page says how to go on. Who
presses twice breaks off the first answer, and with it the cookie of the new session: the second one goes on as well."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client

from accounts.models import User
from accounts.sign_in.one_time_codes import describe_wait
from tests.accounts.sign_in_pages import (
    AGREEMENT,
    PHONE,
    build_wrong_code,
    get_main_text,
    is_in,
    last_code,
    list_waiting_codes,
)
from tests.clock import advance_clock
from tests.people import make_person

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


# -- pressed twice without a script that holds the second press back


def read_fields(page):
    """Return the hidden field of the form of the code."""
    return dict(re.findall(r'name="(begun)" value="([^"]*)"', page.content.decode()))


def press_twice(client, **more):
    """Return a browser that never got the first answer to the page of the code, and the second answer."""
    fields = read_fields(client.get(CODE)) | {"code": last_code()} | more
    again = Client()
    again.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    client.post(CODE, fields)
    return again, again.post(CODE, fields)


def test_a_second_press_some_seconds_later_signs_in_too_and_leads_on(client):
    make_person("mother", phone=PHONE)
    client.post(LOGIN, {"contact": PHONE, "next": "/me/saved/"})
    again, answer = press_twice(client)
    assert answer.url == "/me/saved/"
    assert is_in(again)


def test_a_second_press_of_who_agreed_first_finds_the_account(client):
    client.post("/accounts/signup/", {"contact": PHONE, **AGREEMENT})
    again, answer = press_twice(client)
    assert answer.url == "/me/"
    assert is_in(again)
    assert User.objects.count() == 1


def test_a_second_press_of_who_has_no_account_leads_to_the_consent(client):
    client.post(LOGIN, {"contact": PHONE})
    again, answer = press_twice(client)
    assert answer.url == "/accounts/login/new/"
    assert again.post("/accounts/login/new/", AGREEMENT).url == "/me/"


def test_whoever_got_the_first_answer_is_led_on_by_the_second(client):
    make_person("mother", phone=PHONE)
    client.post(LOGIN, {"contact": PHONE, "next": "/me/saved/"})
    fields = read_fields(client.get(CODE)) | {"code": last_code()}
    client.post(CODE, fields)
    assert client.post(CODE, fields).url == "/me/saved/"


def test_the_code_page_alone_opens_nothing(client, monkeypatch):
    """Without the code, with a code of another page, and with the right one a while after."""
    make_person("mother", phone=PHONE)
    client.post(LOGIN, {"contact": PHONE})
    fields = read_fields(client.get(CODE))
    wrong = Client().post(CODE, fields | {"code": build_wrong_code(last_code())})
    assert "验证码不对" in get_main_text(wrong)
    assert Client().post(CODE, {"code": last_code()}).url == LOGIN
    spoiled = {"begun": fields["begun"][:-1]}
    assert Client().post(CODE, spoiled | {"code": last_code()}).url == LOGIN
    client.post(CODE, fields | {"code": last_code()})
    advance_clock(monkeypatch, timedelta(seconds=61))
    stranger = Client()
    assert stranger.post(CODE, fields | {"code": last_code()}).status_code == 200
    assert not is_in(stranger)


def test_what_was_proved_in_one_browser_is_not_proved_in_another(client):
    client.post(LOGIN, {"contact": PHONE})
    client.post(CODE, {"code": last_code()})
    fields = read_fields(client.get(CODE)) | {"code": build_wrong_code(last_code())}
    assert client.post(CODE, fields).url == "/accounts/login/new/"
    assert Client().post(CODE, fields).status_code == 200
