"""WeChat and Weibo: offered where there are keys; a phone or mailbox proved the first time."""

import copy
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from accounts.models import Consent, User
from accounts.sign_in.allauth_adapter import SocialAdapter
from jobsite.env import ImproperlyConfigured, read_env_key_pair
from tests.accounts.sign_in_pages import (
    AGREEMENT,
    LOGIN,
    build_wrong_code,
    get_main_text,
    is_in,
    last_code,
    post_contact,
)
from tests.clock import advance_clock
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
START, BACK = "/accounts/weixin/login/", "/accounts/weixin/login/callback/"
SIGNUP, CODE = "/accounts/social/signup/", "/accounts/social/signup/code/"
WEIXIN = {
    "/sns/oauth2/access_token": {"access_token": "T", "openid": "o-1", "expires_in": 7200},
    "/sns/userinfo": {
        "openid": "o-1",
        "nickname": "小田".encode().decode("latin-1"),  # sent as text without a charset
        "sex": 2,
        "province": "湖南",
        "headimgurl": "https://thirdwx.qlogo.cn/x",
    },
}


class Answer:
    status_code, content = 200, b""

    def __init__(self, body):
        self.body = body

    def json(self):
        return copy.copy(self.body)

    def raise_for_status(self):
        pass


class Requests:
    """In place of the network: no test leaves this machine."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def request(self, method, url, **kwargs):
        self.asked.append(url)
        body = self.answers[urlsplit(url).path]
        if isinstance(body, Exception):
            raise body
        return Answer(body)

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)


@pytest.fixture
def keys(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {"APPS": [{"client_id": f"{name}-id", "secret": "s"}]} for name in ("weixin", "weibo")
    }


@pytest.fixture
def weixin(keys, monkeypatch):
    requests = Requests(dict(WEIXIN))
    monkeypatch.setattr(SocialAdapter, "get_requests_session", lambda _: requests)
    return requests


def return_from(client, start=START, back=BACK, **more):
    answer = client.post(start, more)
    state = parse_qs(urlsplit(answer.url).query)["state"][0]
    return client.get(back, {"code": "c", "state": state})


def test_the_page_of_the_code_sends_another_and_leads_back(client, weixin, monkeypatch):
    return_from(client)
    client.post(SIGNUP, {"contact": "13900139000", **AGREEMENT})
    page = client.get(CODE).content.decode()
    assert "再发一个" in page and f'href="{SIGNUP}"' in page
    first_code = last_code()
    advance_clock(monkeypatch, timedelta(minutes=2))
    assert "又发了一个" in get_main_text(client.post(CODE, {"action": "again"}))
    assert last_code() != first_code


def test_without_keys_there_are_no_buttons_and_no_addresses(client):
    assert "微信" not in get_main_text(client.get(LOGIN))
    for page in (START, "/accounts/weibo/login/"):
        assert client.post(page).status_code == 404
    assert client.get(BACK).status_code == 404


def test_with_keys_there_are_buttons(client, keys):
    page = get_main_text(client.get(LOGIN))
    assert "用微信登录" in page
    assert "用微博登录" in page


def test_the_button_leads_to_the_provider_and_is_a_post(client, keys):
    assert client.get(START).status_code == 405
    url = urlsplit(client.post(START, {"next": "/xiangxi/"}).url)
    assert url.netloc == "open.weixin.qq.com"
    asked = parse_qs(url.query)
    assert asked["appid"] == ["weixin-id"]
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    weibo = urlsplit(client.post("/accounts/weibo/login/").url)
    assert weibo.netloc == "api.weibo.com"


def test_the_first_time_a_phone_is_proved_and_consent_given(client, weixin):
    assert return_from(client, next="/xiangxi/").url == SIGNUP
    assert "头一次用微信登录" in get_main_text(client.get(SIGNUP))
    assert User.objects.count() == 0
    assert "要先看过并同意" in get_main_text(post_contact(client, "13800138000", SIGNUP))
    assert post_contact(client, "13800138000", SIGNUP, **AGREEMENT).url == CODE
    assert "验证码不对" in get_main_text(client.post(CODE, {"code": build_wrong_code(last_code())}))
    assert User.objects.count() == 0
    assert client.post(CODE, {"code": last_code()}).url == "/xiangxi/"
    user = User.objects.get()
    assert user.phone == "+8613800138000"
    assert Consent.objects.get().user == user
    assert is_in(client)


def finish_sign_up(client):
    return_from(client)
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    client.post(CODE, {"code": last_code()})


def test_of_what_the_provider_tells_only_the_name_is_kept(client, weixin):
    finish_sign_up(client)
    account = SocialAccount.objects.get()
    assert account.extra_data == {"nickname": "小田"}
    assert SocialToken.objects.count() == 0


def test_the_second_time_it_lets_in(client, weixin):
    finish_sign_up(client)
    again = Client()
    assert return_from(again, next="/xiangxi/").url == "/xiangxi/"
    assert is_in(again)
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().extra_data == {"nickname": "小田"}


def test_it_is_not_joined_to_an_account_by_the_phone_alone(client, weixin):
    """Who has the code of somebody's phone has not his second factor yet."""
    User.objects.create_user(phone="+8613800138000")
    return_from(client)
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    answer = client.post(CODE, {"code": last_code()})
    assert "已经有账号" in get_main_text(answer)
    assert SocialAccount.objects.count() == 0
    assert not is_in(client)


def test_joined_by_who_is_in_and_left_again(client, weixin):
    user = make_person("mother")
    sign_in(client, user)
    page = "/accounts/social/"
    assert "绑定微信" in get_main_text(client.get(page))
    assert return_from(client, process="connect").url == page
    account = SocialAccount.objects.get()
    assert account.user == user
    assert "小田" in get_main_text(client.get(page))
    stranger = sign_in(Client(), make_person("stranger"))
    assert "已经解绑过了" in get_main_text(
        stranger.post(f"/accounts/social/{account.pk}/leave/", follow=True)
    )
    assert SocialAccount.objects.count() == 1
    client.post(f"/accounts/social/{account.pk}/leave/")
    assert SocialAccount.objects.count() == 0


def test_what_is_joined_to_another_is_not_taken(client, weixin):
    finish_sign_up(client)
    other_client = sign_in(Client(), make_person("other"))
    return_from(other_client, process="connect")
    assert SocialAccount.objects.get().user.phone == "+8613800138000"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/sns/oauth2/access_token", {"errcode": 40029, "errmsg": "invalid code"}),
        ("/sns/oauth2/access_token", []),
        ("/sns/userinfo", {"errcode": 40003}),
        ("/sns/userinfo", []),
        ("/sns/userinfo", ValueError("no JSON")),
    ],
)
def test_whatever_the_provider_answers_it_is_no_accident(client, weixin, path, answer):
    weixin.answers[path] = answer
    page = return_from(client)
    assert page.status_code == 401
    assert "没有登录成功" in get_main_text(page)
    assert not is_in(client)


@pytest.mark.parametrize(
    "query", [{}, {"code": "c"}, {"code": "c", "state": "forged"}, {"error": "x"}, {"state": "\0"}]
)
def test_a_forged_return_lets_nobody_in(client, weixin, query):
    page = client.get(BACK, query)
    assert page.status_code in {302, 401}
    assert not is_in(client)
    assert weixin.asked == []


def test_a_return_in_another_browser_lets_nobody_in(client, weixin):
    answer = client.post(START)
    state = parse_qs(urlsplit(answer.url).query)["state"][0]
    stranger = Client()
    assert stranger.get(BACK, {"code": "c", "state": state}).status_code == 401


def test_who_has_a_second_factor_is_asked_for_it_here_too(client, weixin):
    finish_sign_up(client)
    user = User.objects.get()
    user.is_staff = True
    user.save()
    sign_in(Client(), user)
    again = Client()
    assert return_from(again).url == "/accounts/2fa/authenticate/"
    assert not is_in(again)


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example"])
def test_no_link_leads_elsewhere_afterwards(client, weixin, after):
    finish_sign_up(client)
    assert return_from(Client(), next=after).url == "/me/"


def test_pages_of_steps_lead_back_who_has_not_begun(client, keys):
    for page in (SIGNUP, CODE):
        assert client.get(page).url == LOGIN
        assert client.post(page, {"code": "1", "contact": "x"}).url == LOGIN


def test_keys_come_in_pairs(monkeypatch):
    monkeypatch.setenv("WEIXIN_KEY", "a")
    with pytest.raises(ImproperlyConfigured, match="WEIXIN"):
        read_env_key_pair("WEIXIN")
    monkeypatch.setenv("WEIXIN_SECRET", "b")
    assert read_env_key_pair("WEIXIN") == ("a", "b")
    assert read_env_key_pair("WEIBO") is None
