"""Coming in by a password; guesses end soon, and stop nobody on a known device."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.sign_in import views
from tests.accounts.sign_in_pages import MOTHERS_PASSWORD, PASSWORD, is_in, post_code, post_contact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("contact", ["13800138000", "MOTHER@example.com", "+8613800138000"])
def test_a_password_lets_in(client, mother, contact):
    answer = client.post(PASSWORD, {"contact": contact, "password": MOTHERS_PASSWORD})
    assert answer.url == "/me/"
    assert is_in(client)


@pytest.mark.parametrize(
    "password", ["", "x", MOTHERS_PASSWORD.upper(), "\0", "密" * 300, "' OR 1=1 --"]
)
def test_another_password_does_not(client, mother, password):
    answer = client.post(PASSWORD, {"contact": "13800138000", "password": password})
    assert answer.status_code == 200
    assert not is_in(client)


def test_who_has_no_password_does_not_come_in_by_one(client):
    User.objects.create_user("none@example.com")
    for guess in ("", "!", "None"):
        client.post(PASSWORD, {"contact": "none@example.com", "password": guess})
    assert not is_in(client)


def test_guessing_a_password_ends_soon_even_from_everywhere(mother):
    for number in range(50):
        client = Client(REMOTE_ADDR=f"222.240.1.{number}")
        answer = client.post(PASSWORD, {"contact": "13800138000", "password": "guess"})
        assert answer.status_code == 200
    client = Client(REMOTE_ADDR="222.240.1.99")
    answer = client.post(PASSWORD, {"contact": "13800138000", "password": MOTHERS_PASSWORD})
    assert answer.status_code == 429
    assert not is_in(client)
    # by code she still comes in
    post_contact(client, "13800138000")
    post_code(client)
    assert is_in(client)


def guess_from(networks):
    for number in range(networks):
        client = Client(REMOTE_ADDR=f"222.240.1.{number}")
        client.post(PASSWORD, {"contact": "13800138000", "password": "guess"})


def test_guesses_elsewhere_do_not_stop_a_known_device_or_network(mother):
    right = {"contact": "13800138000", "password": MOTHERS_PASSWORD}
    phone, computer = Client(REMOTE_ADDR="59.50.1.1"), Client(REMOTE_ADDR="59.50.1.2")
    for device in (phone, computer):
        assert device.post(PASSWORD, right).url == "/me/"
        device.get("/me/")
    computer.post("/accounts/logout/")
    guess_from(60)
    stranger = Client(REMOTE_ADDR="1.2.3.4")
    for cookie in ("", f"{mother.pk}:forged:forged", f"{mother.pk}"):
        stranger.cookies["device"] = cookie
        assert stranger.post(PASSWORD, right).status_code == 429
    assert Client(REMOTE_ADDR="59.50.1.1").post(PASSWORD, right).url == "/me/", "her network"
    computer.defaults["REMOTE_ADDR"] = "1.2.3.4"
    assert computer.post(PASSWORD, right).url == "/me/", "her browser"


def test_ten_guesses_from_ten_networks_stop_nobody(mother):
    guess_from(10)
    answer = Client(REMOTE_ADDR="1.2.3.4").post(
        PASSWORD, {"contact": "13800138000", "password": MOTHERS_PASSWORD}
    )
    assert answer.url == "/me/"


def test_a_known_device_is_no_way_round_the_limit(client, mother):
    client.post(PASSWORD, {"contact": "13800138000", "password": MOTHERS_PASSWORD})
    client.post("/accounts/logout/")
    for _ in range(10):
        client.post(PASSWORD, {"contact": "13800138000", "password": "guess"})
    answer = client.post(PASSWORD, {"contact": "13800138000", "password": MOTHERS_PASSWORD})
    assert answer.status_code == 429


def test_guessing_over_many_names_from_one_place_ends_too(mother):
    for number in range(50):
        Client().post(PASSWORD, {"contact": f"a{number}@example.com", "password": "guess"})
    answer = Client().post(PASSWORD, {"contact": "13800138000", "password": MOTHERS_PASSWORD})
    assert answer.status_code == 429


def test_right_passwords_stop_nobody_on_a_busy_network(mother):
    right = {"contact": "13800138000", "password": MOTHERS_PASSWORD}
    for _ in range(12):
        assert Client().post(PASSWORD, right).url == "/me/"


def test_the_right_password_of_one_account_takes_back_no_guess_at_another(mother, monkeypatch):
    monkeypatch.setattr(views, "PASSWORDS_FROM_ONE", ((6, timedelta(hours=1)),))
    User.objects.create_user("guesser@example.com", password=MOTHERS_PASSWORD)
    own_form = {"contact": "guesser@example.com", "password": MOTHERS_PASSWORD}
    for number in range(6):
        guess = {"contact": f"a{number}@example.com", "password": "guess"}
        assert Client().post(PASSWORD, guess).status_code == 200
        Client().post(PASSWORD, own_form)
    assert Client().post(PASSWORD, own_form).status_code == 429, "the guesses of the network stay"


def test_right_passwords_without_end_count_again(mother, monkeypatch):
    monkeypatch.setattr(views, "RIGHT_PASSWORDS_OF_ONE", ((2, timedelta(hours=1)),))
    right = {"contact": "13800138000", "password": MOTHERS_PASSWORD}
    codes = [Client().post(PASSWORD, right).status_code for _ in range(13)]
    assert codes == [302] * 12 + [429]
