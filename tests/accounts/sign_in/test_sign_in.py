"""Coming in by a code, and out again; and what people try at the door."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sitekit.models import TextMessage
from tests.accounts.sign_in_pages import (
    CODE,
    LOGIN,
    MOTHERS_PASSWORD,
    NEW,
    PASSWORD,
    SIGNUP,
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
ODD = [
    *("", " ", "x", "@", "a@b", "a@@b.com", "' OR 1=1 --@x.com", "<b>@x.com", "12345"),
    *("😀", "😀@x.com", "\u202e@x.com", "a\r\nBcc: b@x.com", "x" * 300 + "@x.com", "\0"),
    *("10000000000", "+", "+86", "null", "{{7*7}}"),
]


@pytest.mark.parametrize(
    "contact",
    ["13800138000", "+86 138 0013 8000", "１３８００１３８０００", "mother@example.com"],
)
def test_a_code_lets_in(client, mother, contact):
    assert post_contact(client, contact).url == CODE
    answer = post_code(client)
    assert (answer.status_code, answer.url) == (302, "/me/")
    assert int(client.session["_auth_user_id"]) == mother.pk


@pytest.mark.parametrize(
    "contact",
    ["MOTHER@Example.COM", " mother@example.com ", "ｍｏｔｈｅｒ＠ｅｘａｍｐｌｅ。ｃｏｍ"],
)
def test_an_address_is_known_in_any_writing(client, mother, contact):
    post_contact(client, contact)
    post_code(client)
    assert is_in(client)


def test_who_was_made_in_the_admin_and_has_no_password_comes_in_too(client):
    User.objects.create_user("staff@example.com")
    post_contact(client, "staff@example.com")
    post_code(client)
    assert is_in(client)


def test_signing_in_by_phone_proves_it(client, mother):
    post_contact(client, "13800138000")
    post_code(client)
    mother.refresh_from_db()
    assert mother.phone_proved_at


@pytest.mark.parametrize("contact", ODD)
def test_odd_words_are_asked_for_again_and_kept(client, contact):
    answer = post_contact(client, contact)
    assert answer.status_code == 200
    assert list_waiting_codes() == []
    assert 'class="errors"' in answer.content.decode()


@pytest.mark.parametrize("page", [LOGIN, SIGNUP, PASSWORD])
def test_an_empty_post_says_what_is_missing(client, page):
    answer = client.post(page)
    assert answer.status_code == 200
    assert "请填手机号或邮箱" in get_main_text(answer)


@pytest.mark.parametrize("given", [{}, {"code": ""}, {"action": "x"}, {"code": "\0"}])
def test_an_empty_post_of_the_code_is_no_accident(client, mother, given):
    post_contact(client, "13800138000")
    assert client.post(CODE, given).status_code == 200
    assert not is_in(client)
    post_code(client)
    assert is_in(client)


def test_known_and_unknown_are_answered_alike(mother):
    pages = []
    for contact in ("mother@example.com", "nobody@example.com"):
        client = Client()
        first = post_contact(client, contact)
        second = client.get(first.url)
        third = client.post(CODE, {"code": "12"})
        shown = [page.content.decode().replace(contact, "X") for page in (second, third)]
        pages.append([first.status_code, first.url, *map(without_token, shown)])
    assert pages[0] == pages[1]
    assert len(list_waiting_codes()) == 2


def without_token(page):
    return re.sub(r'name="(csrfmiddlewaretoken|begun)" value="[^"]*"', "", page)


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client, mother):
    answers = {
        get_main_text(client.post(PASSWORD, {"contact": contact, "password": "wrong"})).replace(
            contact, "X"
        )
        for contact in ("mother@example.com", "nobody@example.com")
    }
    assert len(answers) == 1
    assert "密码不对" in answers.pop()


def test_a_wrong_code_does_not_let_in(client, mother):
    post_contact(client, "13800138000")
    answer = post_code(client, build_wrong_code(last_code()))
    assert "验证码不对" in get_main_text(answer)
    assert not is_in(client)


def test_after_five_wrong_ones_the_right_one_is_of_no_use(client, mother):
    post_contact(client, "13800138000")
    for _ in range(5):
        answer = post_code(client, build_wrong_code(last_code()))
    assert "重新要一个" in get_main_text(answer)
    post_code(client)
    assert not is_in(client)


def test_a_code_is_no_good_in_another_browser(client, mother):
    post_contact(client, "13800138000")
    stranger = Client()
    answer = post_code(stranger)
    assert answer.url == LOGIN
    assert not is_in(stranger)


def test_a_stranger_who_asks_for_my_phone_voids_no_code_of_mine(client, mother, monkeypatch):
    post_contact(client, "13800138000")
    mine = last_code()
    advance_clock(monkeypatch, timedelta(minutes=2))
    stranger = Client()
    post_contact(stranger, "13800138000")
    for _ in range(6):
        post_code(stranger, "000000" if mine != "000000" else "111111")
    post_code(client, mine)
    assert is_in(client)


def test_a_code_lets_in_once(client, mother, monkeypatch):
    """A minute more in the browser that asked for it: `test_going_back` presses twice."""
    post_contact(client, "13800138000")
    code = last_code()
    kept = client.session.items()
    before = dict(kept)
    post_code(client)
    replay = Client()
    session = replay.session
    session.update({"entering": before["entering"]})
    session.save()
    advance_clock(monkeypatch, timedelta(seconds=61))
    post_code(replay, code)
    assert is_in(client)
    assert not is_in(replay)


def test_a_code_is_too_old_after_ten_minutes(client, mother, monkeypatch):
    post_contact(client, "13800138000")
    advance_clock(monkeypatch, timedelta(minutes=11))
    answer = post_code(client)
    assert "重新要一个" in get_main_text(answer)
    assert not is_in(client)


def test_another_code_can_be_had_after_a_minute(client, mother, monkeypatch):
    post_contact(client, "13800138000")
    answer = client.post(CODE, {"action": "again"})
    assert answer.status_code == 429
    assert "秒后可以重发" in get_main_text(answer)
    advance_clock(monkeypatch, timedelta(minutes=2))
    assert "又发了一个" in get_main_text(client.post(CODE, {"action": "again"}))
    assert len(list_waiting_codes()) == 2
    post_code(client)
    assert is_in(client)


def test_a_form_sent_twice_sends_one_code_and_either_answer_goes_on(mother):
    page = Client().get(LOGIN).context
    first, second = Client(), Client()
    for client in (first, second):  # the browser has no session yet at the second press
        assert post_contact(client, "13800138000", once=page["once"]).url == CODE
    assert len(list_waiting_codes()) == 1
    post_code(second)
    assert is_in(second)


@pytest.mark.parametrize("once", ["x", "", "0" * 15, "' OR 1=1", "\0", "０" * 16])
def test_a_spoiled_mark_of_the_form_is_replaced(client, mother, once):
    assert post_contact(client, "13800138000", once=once).url == CODE
    post_code(client)
    assert is_in(client)


def test_the_limit_of_one_phone_holds_for_every_browser_and_process(mother, monkeypatch):
    """Counted in the database: a second process knows nothing of a cache of the first."""
    asked = [post_contact(Client(), "13800138000").status_code for _ in range(3)]
    assert asked == [302, 429, 429]
    assert len(list_waiting_codes()) == 1


def test_a_network_that_asks_for_many_is_stopped():
    asked = {post_contact(Client(), f"138001380{n:02}").status_code for n in range(61)}
    assert asked == {302, 429}
    elsewhere = Client(REMOTE_ADDR="222.240.1.1")
    assert post_contact(elsewhere, "13900139000").status_code == 302


def test_the_pages_of_steps_lead_back_who_has_not_begun(client):
    for page in (CODE, NEW):
        assert client.get(page).url == LOGIN
        assert client.post(page, {"code": "123456", "agreed": "on"}).url == LOGIN
    assert User.objects.count() == 0


def test_each_sign_in_by_a_phone_proves_it_anew(client, mother):
    """So that an employer with the same phone needs no second code."""
    long_ago = timezone.now() - timedelta(days=40)
    User.objects.filter(pk=mother.pk).update(phone_proved_at=long_ago)
    post_contact(client, "13800138000")
    post_code(client)
    mother.refresh_from_db()
    assert mother.phone_proved_at > timezone.now() - timedelta(minutes=1)


def test_who_was_put_out_of_use_is_told_after_the_code(client, mother):
    User.objects.update(is_active=False)
    post_contact(client, "13800138000")
    answer = post_code(client)
    assert answer.url == "/accounts/inactive/"
    assert not is_in(client)
    assert "停用" in get_main_text(client.get(answer.url))


# -- where to, and out


@pytest.mark.parametrize("after", ["/xiangxi/jobs/", "/me/?x=1", "/employer/"])
def test_one_comes_back_to_where_one_was(client, mother, after):
    page = client.get(LOGIN, {"next": after})
    assert f'value="{after}"' in page.content.decode()
    post_contact(client, "13800138000", next=after)
    assert post_code(client).url == after


@pytest.mark.parametrize(
    "after",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "http:evil.example", "///evil.example", "evil", "\thttps://e.x/"),
        "/me/?" + "x" * 1000,  # it would be kept with the session
    ],
)
def test_no_link_leads_elsewhere_after_signing_in(client, mother, after):
    post_contact(client, "13800138000", page=f"{LOGIN}?next={after}", next=after)
    assert post_code(client).url == "/me/"
    client.logout()
    given = {"contact": "13800138000", "password": MOTHERS_PASSWORD, "next": after}
    assert client.post(PASSWORD, given).url == "/me/"
    assert client.get(LOGIN, {"next": after}).url == "/me/"
    assert client.post("/accounts/logout/", {"next": after}).url == "/"


def test_who_is_in_needs_no_door(client, mother):
    sign_in(client, mother)
    for page in (LOGIN, SIGNUP, PASSWORD):
        assert client.get(page, {"next": "/xiangxi/"}).url == "/xiangxi/"


def test_signing_out_is_a_post(client, mother):
    sign_in(client, mother)
    page = client.get("/accounts/logout/")
    assert page.status_code == 200
    assert is_in(client)
    assert client.post("/accounts/logout/").url == "/"
    assert not is_in(client)


def test_the_session_is_another_one_after_signing_in(client, mother):
    post_contact(client, "13800138000")
    before = client.session.session_key
    post_code(client)
    assert client.session.session_key != before


def test_a_form_from_another_site_is_refused(mother):
    client = Client(enforce_csrf_checks=True)
    for page in (LOGIN, SIGNUP, PASSWORD):
        assert post_contact(client, "13800138000", page=page).status_code == 403
    assert list_waiting_codes() == []


def test_pages_of_the_door_are_kept_by_nobody(client, mother):
    for page in (LOGIN, SIGNUP, PASSWORD):
        assert "no-store" in client.get(page)["Cache-Control"]


def test_nothing_personal_stands_in_an_address_or_a_log(client, mother, caplog):
    caplog.set_level("DEBUG")
    addresses = [
        post_contact(client, "13800138000").url,
        post_code(client, "000").request["QUERY_STRING"],
    ]
    post_contact(client, "mother@example.com")
    client.post(PASSWORD, {"contact": "mother@example.com", "password": "wrong"})
    written = " ".join(addresses) + caplog.text.replace("sitekit_", "")
    log_lines = [
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    ]
    assert "13800138000" not in " ".join(addresses)
    assert not [
        line
        for line in log_lines
        if "138001" in line or "mother" in line or MOTHERS_PASSWORD in line
    ]
    assert written


def test_codes_leave_through_the_outbox_only(client, mother):
    post_contact(client, "mother@example.com")
    assert mail.outbox == []
    assert TextMessage.objects.count() == 0
    assert [to for to, _ in list_waiting_codes()] == ["mother@example.com"]


def test_a_second_person_is_not_found_by_the_first_ones_phone(client, mother):
    make_person("other")
    post_contact(client, "13800138000")
    post_code(client)
    assert int(client.session["_auth_user_id"]) == mother.pk


def test_what_was_typed_by_who_does_not_come_back_is_kept_for_half_an_hour(client, mother):
    post_contact(client, "13800138000")
    row = Session.objects.get()
    assert "13800138000" in str(row.get_decoded())
    assert row.expire_date < timezone.now() + timedelta(minutes=31)
    post_code(client)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)


@pytest.mark.parametrize("typed", ["abc", "1380013", "小田"])
def test_what_is_neither_phone_nor_mailbox_is_told_what_both_look_like(client, typed):
    page = client.post(LOGIN, {"contact": typed}).content.decode()
    assert "写 11 位手机号，或完整的邮箱。" in page and "应该是 11 位数字" not in page
