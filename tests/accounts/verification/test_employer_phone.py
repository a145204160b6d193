"""An employer proves its phone by a code."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from sitekit.models import TextMessage
from tests.accounts.registration import PHONE, last_code, prove_phone
from tests.answers import read_body
from tests.clock import advance_clock
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


def test_a_wrong_code_proves_nothing(client, shop):
    client.post("/employer/phone/", {"phone": PHONE})
    wrong = "000000" if last_code() != "000000" else "111111"
    assert "验证码不对" in read_body(client.post("/employer/phone/", {"code": wrong}))
    shop.refresh_from_db()
    assert shop.phone_proved_at is None and not shop.checks.exists()


def test_the_code_of_one_number_does_not_prove_another(client, shop):
    client.post("/employer/phone/", {"phone": PHONE})
    code = last_code()
    client.post("/employer/phone/", {"phone": "13800000077"})
    assert "验证码不对" in read_body(client.post("/employer/phone/", {"code": code}))


def test_another_phone_ends_the_check_of_the_first(client, shop, today):
    prove_phone(client)
    prove_phone(client, "１３８００００００７７")
    shop.refresh_from_db()
    assert shop.contact_phone == "+8613800000077"
    assert [check.is_valid for check in shop.checks.order_by("pk")] == [False, True]


def test_a_phone_of_a_banned_employer_gets_no_code(client, shop):
    make_employer(status="banned", contact_phone="+8613800000077")
    page = client.post("/employer/phone/", {"phone": "13800000077"})
    assert "不能接受" in read_body(page)
    assert not TextMessage.objects.exists()


def test_pressed_twice_it_is_one_code_and_its_field(client, shop):
    for _ in range(2):
        page = client.post("/employer/phone/", {"phone": PHONE}, follow=True)
        assert 'name="code"' in read_body(page)
    assert TextMessage.objects.count() == 1
    another = read_body(client.get("/employer/phone/?again"))
    assert 'name="phone"' in another and "去填验证码" in another
    assert "手机验证好了" in read_body(
        client.post("/employer/phone/", {"code": last_code()}, follow=True)
    )


def test_a_second_press_on_the_code_says_that_it_is_proved(client, shop):
    client.post("/employer/phone/", {"phone": PHONE})
    typed = {"code": last_code()}
    for _ in range(2):
        assert client.post("/employer/phone/", typed).url == "/employer/papers/"
    assert "手机验证好了" in read_body(client.get("/employer/papers/"))
    assert shop.checks.count() == 1
    assert 'name="phone"' in read_body(client.get("/employer/phone/")), "another can be proved"


def test_the_code_is_sent_again_on_its_page_after_a_while(client, shop, monkeypatch):
    client.post("/employer/phone/", {"phone": PHONE})
    early = client.post("/employer/phone/", {"action": "again"})
    assert early.status_code == 429 and 'name="code"' in read_body(early)
    advance_clock(monkeypatch, timedelta(minutes=2))
    assert "又发了一个" in read_body(client.post("/employer/phone/", {"action": "again"}))
    assert TextMessage.objects.count() == 2


def test_another_employer_that_asks_for_the_phone_voids_no_code(client, shop, monkeypatch):
    client.post("/employer/phone/", {"phone": PHONE})
    code = last_code()
    stranger = sign_in(Client(), make_person("stranger"))
    make_employer("别家", member=User.objects.get(email="stranger@example.com"))
    advance_clock(monkeypatch, timedelta(minutes=2))
    stranger.post("/employer/phone/", {"phone": PHONE})
    assert TextMessage.objects.count() == 2
    for _ in range(6):
        stranger.post("/employer/phone/", {"code": "000000" if code != "000000" else "111111"})
    client.post("/employer/phone/", {"code": code})
    shop.refresh_from_db()
    assert shop.phone_proved_at


def test_the_code_asked_for_one_employer_is_none_for_another(client, shop, keeper):
    client.post("/employer/phone/", {"phone": PHONE})
    other = make_employer("第二家", member=keeper, contact_phone="+8613800000078")
    client.post("/employer/switch/", {"employer": other.pk})
    page = client.post("/employer/phone/", {"code": last_code(), "for_employer": other.pk})
    assert 'name="phone"' in read_body(page)
    other.refresh_from_db()
    assert other.contact_phone == "+8613800000078"
