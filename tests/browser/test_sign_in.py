"""At the door with a phone in the hand: a code without script, a passkey, the staff's two steps."""

import time

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from accounts.models import User
from sitekit.kept_pages.middleware import KeptPagesMiddleware
from tests.accounts.sign_in_pages import CODE, last_code, list_waiting_codes
from tests.daily_tests import mark_each
from tests.people import get_totp_code, sign_in_browser_page

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def press_button(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def get_heading(page):
    return page.locator("h1").inner_text()


@pytest.mark.parametrize(
    "script", mark_each(2, [True, False]), ids=["with script", "without script"]
)
def test_mother_signs_up_by_phone_and_comes_back(open_page, script):
    page = open_page(**PHONE, java_script_enabled=script)
    # given she presses too early
    page.goto("/accounts/signup/?next=/accounts/")
    press_button(page, "发验证码")
    assert page.locator(".errors").count() == 2
    # when she writes her number as she is used to, and agrees
    page.locator("[name=contact]").fill("138 0013 8000")
    page.locator("[name=agreed]").check()
    press_button(page, "发验证码")
    assert "138 0013 8000" in page.locator("main").inner_text()
    # then the digits of the message let her in, once they are right
    page.locator("[name=code]").fill("12")
    press_button(page, "确定")
    assert "验证码不对" in page.locator(".errors").inner_text()
    page.locator("[name=code]").fill(last_code())
    press_button(page, "确定")
    assert get_heading(page) == "登录与安全"
    assert User.objects.get().phone == "+8613800138000"
    # and out again
    press_button(page, "退出登录")
    page.goto("/accounts/")
    assert get_heading(page) == "登录"


def test_pressing_twice_while_the_answer_is_slow_signs_in(open_page, monkeypatch):
    """The second press would break off the answer that has the new session."""
    answer = KeptPagesMiddleware.__call__

    def answer_late(self, request):
        response = answer(self, request)
        if request.method == "POST" and request.path == CODE:
            time.sleep(0.5)
        return response

    monkeypatch.setattr(KeptPagesMiddleware, "__call__", answer_late)
    User.objects.create_user(phone="+8613800138000")
    page = open_page(**PHONE)
    page.goto("/accounts/login/?next=/accounts/")
    page.locator("[name=contact]").fill("13800138000")
    press_button(page, "发验证码")
    page.locator("[name=code]").fill(last_code())
    button = page.get_by_role("button", name="确定", exact=True)
    button.evaluate("(button) => { button.click(); setTimeout(() => button.click(), 250); }")
    expect(page.locator("h1")).to_have_text("登录与安全")


def test_pressing_twice_sends_one_code(open_page):
    page = open_page(**PHONE)
    page.goto("/accounts/login/")
    page.locator("[name=contact]").fill("13800138000")
    page.get_by_role("button", name="发验证码", exact=True).dblclick()
    page.wait_for_url("**/accounts/login/code/")
    assert len(list_waiting_codes()) == 1
    page.locator("[name=code]").fill(last_code())
    press_button(page, "确定")
    assert get_heading(page) == "欢迎，第一次来"


@pytest.fixture
def authenticator(open_page):
    """A page whose browser has a passkey device that always says yes."""
    page = open_page(**PHONE)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    options["automaticPresenceSimulation"] = True
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def test_a_passkey_is_added_and_lets_in(authenticator):
    page = authenticator
    page.goto("/accounts/signup/?next=/accounts/2fa/webauthn/add/")
    page.locator("[name=contact]").fill("mother@example.com")
    page.locator("[name=agreed]").check()
    press_button(page, "发验证码")
    page.locator("[name=code]").fill(last_code())
    press_button(page, "确定")
    assert get_heading(page) == "添加通行密钥"
    page.locator("[name=name]").fill("我的手机")
    press_button(page, "添加")
    assert get_heading(page) == "通行密钥"
    assert "我的手机" in page.locator("main").inner_text()
    page.goto("/accounts/")
    press_button(page, "退出登录")
    # the finger alone is enough, and leads to where she wanted
    page.goto("/accounts/login/?next=/accounts/sessions/")
    press_button(page, "用指纹或面容登录（通行密钥）")
    assert get_heading(page) == "登录过的设备"


def test_a_passkey_is_the_second_step_of_staff(authenticator, live_server):
    boss = User.objects.create_superuser("boss@example.com", "long-enough-for-tests")
    page = sign_in_browser_page(authenticator, boss, live_server)
    page.goto("/accounts/2fa/webauthn/add/")
    press_button(page, "添加")
    assert get_heading(page) == "备用码"
    Authenticator.objects.filter(type="totp").delete()
    page.context.clear_cookies()
    page.goto("/accounts/login/password/?next=/admin/")
    page.locator("[name=contact]").fill("boss@example.com")
    page.locator("[name=password]").fill("long-enough-for-tests")
    press_button(page, "登录")
    assert get_heading(page) == "第二步验证"
    press_button(page, "用通行密钥")
    assert page.url.endswith("/admin/")


@pytest.mark.full
def test_a_browser_without_one_says_so(open_page):
    page = open_page(**PHONE)
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    page.get_by_role("button", name="用指纹或面容登录（通行密钥）").click()
    expect(page.locator("[data-passkey-form]")).to_contain_text("用不了通行密钥")


def test_the_library_of_passkeys_is_loaded_for_who_presses_the_button(open_page):
    page = open_page(**PHONE)
    page.goto("/accounts/login/")
    assert page.evaluate("() => typeof window.webauthnJSON") == "undefined"
    page.route("**/webauthn-json*.js", lambda route: route.abort())
    passkey_button = page.get_by_role("button", name="用指纹或面容登录（通行密钥）")
    passkey_button.click()
    expect(page.locator("[data-passkey-form]")).to_contain_text("没有下载下来")
    page.unroute_all()
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    passkey_button.click()
    expect(page.locator("[data-passkey-form]")).to_contain_text("用不了通行密钥")


@pytest.mark.full
def test_without_script_no_passkey_is_offered(open_page):
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto("/accounts/login/")
    assert not page.get_by_role("button", name="用指纹或面容登录（通行密钥）").is_visible()


def test_staff_set_the_second_step_up_on_the_way_to_the_admin(open_page):
    User.objects.create_superuser("boss@example.com", "long-enough-for-tests")
    page = open_page(java_script_enabled=False)
    page.goto("/admin/")
    with page.expect_navigation():
        page.get_by_role("link", name="用密码登录").click()
    page.locator("[name=contact]").fill("boss@example.com")
    page.locator("[name=password]").fill("long-enough-for-tests")
    press_button(page, "登录")
    assert get_heading(page) == "打开两步验证"
    assert page.locator("main img").evaluate("image => image.naturalWidth") > 0
    secret = page.locator("code").inner_text()
    code = get_totp_code(secret)
    page.locator("[name=code]").fill(code)
    press_button(page, "打开")
    assert get_heading(page) == "备用码"
    with page.expect_navigation():
        page.get_by_role("link", name="存好了，进后台").click()
    assert page.url.endswith("/admin/")
    assert Authenticator.objects.count() == 2


@pytest.mark.full
@pytest.mark.parametrize("address", ["login", "signup", "login/password"])
def test_the_pages_fit_a_phone_and_a_finger(open_page, address):
    page = open_page(**PHONE)
    page.goto(f"/accounts/{address}/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll("main button, main a.btn, main input, main .opt")]
          .filter(e => e.checkVisibility() && e.type !== "checkbox" && e.offsetHeight < 44)
          .map(e => e.textContent || e.name)"""
    )
    assert small == []
