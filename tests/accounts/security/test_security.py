"""登录与安全: phone, mailbox, password, devices; and who is asked again."""

import time
from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.choices import CONTACT_LABELS
from accounts.models import Notice, User
from accounts.security.device_names import forget_ended_sessions, name_device
from accounts.sign_in.allauth_adapter import send_security_notice
from sitekit.models import Mail, TextMessage
from tests.accounts.sign_in_pages import (
    PASSWORD,
    build_wrong_code,
    get_main_text,
    is_in,
    last_code,
    list_waiting_codes,
    post_code,
    post_contact,
)
from tests.clock import advance_clock
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
AGAIN = "/accounts/reauthenticate/"
DELICATE = ["/accounts/phone/", "/accounts/email/", "/accounts/password/"]
SECRET = "yushui hen duo 27"


@pytest.fixture
def mother():
    return make_person("mother", phone="+8613800138000", phone_proved_at=timezone.now())


@pytest.fixture
def inside(client, mother):
    return sign_in(client, mother)


def grow_old(client):
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = time.time() - 11 * 60
    session.save()


def test_the_page_says_what_there_is(inside, mother):
    page = get_main_text(inside.get("/accounts/"))
    for part in ("手机号13800138000", "邮箱mother@example.com", "没设", "没开", "退出登录"):
        assert part in page


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", "１３９ 0013 9000", "+8613900139000"),
        ("email", "New@Example.COM", "new@example.com"),
    ],
)
def test_another_phone_or_mailbox_holds_after_its_code(inside, mother, kind, typed, kept):
    assert inside.post(f"/accounts/{kind}/", {"contact": typed}).url == f"/accounts/{kind}/code/"
    mother.refresh_from_db()
    assert getattr(mother, kind) != kept
    assert "验证码不对" in get_main_text(
        inside.post(f"/accounts/{kind}/code/", {"code": build_wrong_code(last_code())})
    )
    assert inside.post(f"/accounts/{kind}/code/", {"code": last_code()}).url == "/accounts/"
    mother.refresh_from_db()
    assert getattr(mother, kind) == kept
    assert kind == "email" or mother.phone_proved_at


def test_the_old_mailbox_hears_of_the_new_one(inside, mother):
    inside.post("/accounts/email/", {"contact": "new@example.com"})
    inside.post("/accounts/email/code/", {"code": last_code()})
    mail = Mail.objects.exclude(is_secret=True).get()
    assert mail.to == "mother@example.com"
    assert Notice.objects.get(user=mother).title == "邮箱换了"


@pytest.mark.parametrize(("kind", "new"), [("email", "new@example.com"), ("phone", "13900139000")])
def test_the_old_contacts_hear_of_a_change_even_with_mail_off(inside, mother, kind, new):
    inside.post("/me/inbox/mail/", {"on": ""})
    inside.post(f"/accounts/{kind}/", {"contact": new})
    inside.post(f"/accounts/{kind}/code/", {"code": last_code()})
    messages = TextMessage.objects.get(kind="security"), Mail.objects.get(is_secret=False)
    assert [row.to for row in messages] == ["+8613800138000", "mother@example.com"]
    assert all(f"{CONTACT_LABELS[kind]}换了" in row.text for row in messages)
    assert "账号安全的提醒，关了" in messages[1].text


def test_who_has_a_phone_only_is_told_by_text_message_ten_times_a_day(client):
    user = User.objects.create_user(phone="+8613800138000")
    for _ in range(11):
        send_security_notice(user, "密码换了")
    assert TextMessage.objects.filter(to=user.phone, kind="security").count() == 10


def test_a_change_of_contact_ends_the_other_sessions(two):
    this, phone = two
    this.post("/accounts/email/", {"contact": "new@example.com"})
    assert is_in(phone)
    this.post("/accounts/email/code/", {"code": last_code()})
    assert this.get("/me/").status_code == 200
    assert phone.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("kind", "contact"), [("phone", "13900139000"), ("email", "other@example.com")]
)
def test_what_another_account_has_is_told_to_who_proved_it_only(inside, mother, kind, contact):
    taken = make_person("other", phone="+8613900139000")
    answer = inside.post(f"/accounts/{kind}/", {"contact": contact})
    assert answer.url == f"/accounts/{kind}/code/"
    answer = inside.post(f"/accounts/{kind}/code/", {"code": last_code()})
    assert "已经有账号在用" in get_main_text(answer)
    assert Notice.objects.count() == 0
    taken.refresh_from_db()
    mother.refresh_from_db()
    assert getattr(mother, kind) != getattr(taken, kind)


@pytest.mark.parametrize(("kind", "new"), [("phone", "13900139000"), ("email", "new@example.com")])
def test_the_page_of_the_code_sends_another_and_leads_back(inside, monkeypatch, kind, new):
    inside.post(f"/accounts/{kind}/", {"contact": new})
    code_page, first_code = f"/accounts/{kind}/code/", last_code()
    page = get_main_text(inside.get(code_page))
    for part in ("再发一个", f"换一个{CONTACT_LABELS[kind]}", "登录与安全"):
        assert part in page
    assert inside.post(code_page, {"action": "again"}).status_code == 429  # within the minute
    advance_clock(monkeypatch, timedelta(minutes=2))
    assert "又发了一个" in get_main_text(inside.post(code_page, {"action": "again"}))
    assert last_code() != first_code
    assert inside.post(code_page, {"code": last_code()}).url == "/accounts/"


@pytest.mark.parametrize("kind", ["phone", "email"])
@pytest.mark.parametrize("contact", ["", "x", "\0", "😀", "' OR 1=1", "0743-8222222", "a@b"])
def test_odd_words_are_asked_for_again(inside, kind, contact):
    answer = inside.post(f"/accounts/{kind}/", {"contact": contact})
    assert answer.status_code == 200
    assert list_waiting_codes() == []


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_a_code_page_without_a_beginning_leads_back(inside, kind):
    assert inside.get(f"/accounts/{kind}/code/").url == f"/accounts/{kind}/"
    assert inside.post(f"/accounts/{kind}/code/", {"code": "1"}).url == f"/accounts/{kind}/"


def test_the_code_of_one_kind_is_not_for_the_other(inside, mother):
    inside.post("/accounts/phone/", {"contact": "13900139000"})
    answer = inside.post("/accounts/email/code/", {"code": last_code()})
    assert answer.url == "/accounts/email/"


def test_pressed_twice_it_is_one_code(inside):
    for _ in range(2):
        answer = inside.post("/accounts/phone/", {"contact": "13900139000"})
        assert answer.url == "/accounts/phone/code/"
    assert len(list_waiting_codes()) == 1


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_a_second_press_on_the_code_says_that_it_is_changed(inside, mother, kind):
    contact = {"phone": "13900139000", "email": "new@example.com"}[kind]
    inside.post(f"/accounts/{kind}/", {"contact": contact})
    code_page, typed = f"/accounts/{kind}/code/", {"code": last_code()}
    for _ in range(2):
        assert inside.post(code_page, typed).url == "/accounts/"
    assert "换好了" in get_main_text(inside.get("/accounts/"))
    assert Notice.objects.filter(user=mother).count() == 1
    assert inside.get(code_page).url == f"/accounts/{kind}/", "another change begins there"


def test_a_second_press_on_the_code_that_is_asked_again_leads_on(inside):
    grow_old(inside)
    inside.post(AGAIN, {"action": "send"})
    typed = {"code": last_code(), "next": "/accounts/password/"}
    for _ in range(2):
        assert inside.post(AGAIN, typed).url == "/accounts/password/"


# -- asked again


@pytest.mark.parametrize("page", DELICATE)
def test_what_is_delicate_asks_again_after_a_while(inside, page):
    assert inside.get(page).status_code == 200
    grow_old(inside)
    for answer in (inside.get(page), inside.post(page, {"password": SECRET})):
        assert answer.url == f"{AGAIN}?next={page.replace('/', '%2F')}"
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("page", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_adding_a_factor_asks_again_too(inside, page):
    grow_old(inside)
    assert inside.get(page).url.startswith(AGAIN)


def test_a_code_is_enough_to_go_on(inside):
    grow_old(inside)
    page = f"{AGAIN}?next=/accounts/password/"
    assert "138****8000" in get_main_text(inside.get(page))
    assert "验证码发到了" in get_main_text(inside.post(page, {"action": "send"}))
    assert "验证码不对" in get_main_text(inside.post(page, {"code": build_wrong_code(last_code())}))
    answer = inside.post(page, {"code": last_code(), "next": "/accounts/password/"})
    assert answer.url == "/accounts/password/"
    assert inside.get("/accounts/password/").status_code == 200


def test_a_phone_that_nobody_proved_gets_neither_code_nor_warning(inside, mother):
    """Staff may have typed a wrong digit of it."""
    User.objects.filter(pk=mother.pk).update(phone_proved_at=None)
    grow_old(inside)
    assert "mother@example.com" in get_main_text(inside.get(AGAIN))
    inside.post(AGAIN, {"action": "send"})
    assert Mail.objects.get(is_secret=True).to == mother.email
    mother.refresh_from_db()
    send_security_notice(mother, "密码换了")
    assert not TextMessage.objects.exists()


def test_a_password_is_enough_to_go_on(inside, mother):
    mother.set_password(SECRET)
    mother.save()
    sign_in(inside, mother)
    grow_old(inside)
    given = {"action": "password", "next": "/accounts/phone/"}
    assert "密码不对" in get_main_text(inside.post(AGAIN, given | {"password": "x"}))
    assert inside.post(AGAIN, given | {"password": SECRET}).url == "/accounts/phone/"


def test_guessing_the_password_there_ends_too(inside, mother):
    mother.set_password(SECRET)
    mother.save()
    sign_in(inside, mother)
    for _ in range(10):
        inside.post(AGAIN, {"action": "password", "password": "x"})
    answer = inside.post(AGAIN, {"action": "password", "password": SECRET})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    "given", [{}, {"action": "x"}, {"action": "password"}, {"code": ""}, {"code": "\0"}]
)
def test_an_empty_answer_is_no_accident(inside, given):
    grow_old(inside)
    assert inside.post(AGAIN, given).status_code == 200


def test_no_link_leads_elsewhere_from_there(inside):
    inside.post(AGAIN, {"action": "send"})
    answer = inside.post(AGAIN, {"code": last_code(), "next": "https://evil.example/"})
    assert answer.url == "/accounts/"


# -- password


def test_a_password_is_set_and_puts_the_other_devices_out(inside, mother):
    elsewhere = Client()
    post_contact(elsewhere, "13800138000")
    post_code(elsewhere)
    assert inside.post("/accounts/password/", {"password": SECRET}).url == "/accounts/"
    assert inside.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    new = Client()
    new.post(PASSWORD, {"contact": "13800138000", "password": SECRET})
    assert is_in(new)
    assert "密码换了" in set(Notice.objects.values_list("title", flat=True))


def test_who_has_a_password_is_asked_for_another(inside):
    page = get_main_text(inside.get("/accounts/password/"))
    assert "设密码" in page and "不设也行" in page
    inside.post("/accounts/password/", {"password": SECRET})
    page = get_main_text(inside.get("/accounts/password/"))
    assert "换密码" in page and "不设也行" not in page and "设密码" not in page


def test_staff_are_not_told_that_no_password_is_needed(inside):
    User.objects.update(is_staff=True)
    page = get_main_text(inside.get("/accounts/password/"))
    assert "设密码" in page and "不设也行" not in page and "验证码" not in page


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "请填新密码"),
        ("short", "8"),
        ("12345678901", "数字"),
        ("password", "常见"),
        ("Xiangxi-2026", "地名"),
        ("2026湘西州..", "地名"),
        ("jianzhi888", "地名"),
        ("mother88", "相似"),
        ("a13800138000", "相似"),
        ("密" * 257, "256"),
        ("\0\0\0\0\0\0\0\0\0", "看不见"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(inside, mother, password, why):
    answer = inside.post("/accounts/password/", {"password": password})
    assert answer.status_code == 200
    assert why in get_main_text(answer)
    mother.refresh_from_db()
    assert not mother.has_usable_password()


# -- devices


PHONE_AGENT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"


@pytest.fixture
def two(mother, monkeypatch):
    clients = [Client(), Client(HTTP_USER_AGENT=PHONE_AGENT, REMOTE_ADDR="222.240.1.1")]
    for minutes, client in enumerate(clients):
        advance_clock(monkeypatch, timedelta(minutes=2 * minutes))
        post_contact(client, "13800138000")
        post_code(client)
    return clients


def test_devices_are_listed_by_name(two):
    page = get_main_text(two[0].get("/accounts/sessions/"))
    assert "微信（安卓手机）" in page
    assert "222.240.1.1" in page and "就是这台" in page


def test_the_others_are_signed_out(two):
    this, phone = two
    assert this.post("/accounts/sessions/end/").url == "/accounts/sessions/"
    assert this.get("/accounts/").status_code == 200
    assert phone.get("/accounts/").status_code == 302


def test_one_is_signed_out_and_never_a_stranger_s(two, mother):
    this, phone = two
    row = UserSession.objects.get(session_key=phone.session.session_key)
    stranger = sign_in(Client(), make_person("stranger"))
    button = f"/accounts/sessions/{row.pk}/end/"
    assert stranger.post(button).url == "/accounts/sessions/"
    assert phone.get("/accounts/").status_code == 200
    assert "已经退出过了" not in get_main_text(this.post(button, follow=True))
    assert phone.get("/accounts/").status_code == 302
    assert "已经退出过了" in get_main_text(this.post(button, follow=True))


def test_this_one_is_not_ended_by_mistake(two):
    this = two[0]
    row = UserSession.objects.get(session_key=this.session.session_key)
    this.post(f"/accounts/sessions/{row.pk}/end/")
    assert this.get("/accounts/").status_code == 200


def test_signing_out_forgets_the_device(two):
    two[1].post("/accounts/logout/")
    assert UserSession.objects.count() == 1


def test_what_has_ended_by_itself_is_forgotten(two):
    Session.objects.filter(session_key=two[1].session.session_key).delete()
    forget_ended_sessions()
    assert UserSession.objects.get().session_key == two[0].session.session_key


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE_AGENT, "微信（安卓手机）"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1",
            "Safari（苹果手机）",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130", "Edge（Windows 电脑）"),
        ("", "浏览器"),
        ("<script>😀\u202e", "浏览器"),
    ],
)
def test_a_device_has_a_name_people_know(agent, name):
    assert name_device(agent) == name


@pytest.mark.parametrize(
    "page", ["/accounts/sessions/end/", "/accounts/sessions/1/end/", "/accounts/social/1/leave/"]
)
def test_what_changes_something_is_a_post(inside, page):
    assert inside.get(page).status_code == 405
