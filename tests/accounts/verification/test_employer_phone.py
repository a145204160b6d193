"""An employer proves its phone by a code."""

import pytest

from sitekit.models import TextMessage
from tests.accounts.registration import PHONE, last_code, prove_phone
from tests.answers import read_body
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
