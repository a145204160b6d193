"""People: what they are known by, and how the staff sign in."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.models import User
from tests.at_once import has_to_wait
from tests.people import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "yushui hen duo 27"
PHONE = "+8613800000001"


@pytest.fixture
def boss():
    return User.objects.create_superuser("boss@example.com", PASSWORD, phone=PHONE)


def sign_in(login, password=PASSWORD):
    """The sign-in page; gives whether it let them in."""
    client = Client()
    answer = client.post("/accounts/login/password/", {"contact": login, "password": password})
    assert answer.status_code in {200, 302}
    return "_auth_user_id" in client.session


def test_a_person_needs_an_address_or_a_phone():
    with pytest.raises(IntegrityError, match="user_has_email_or_phone"), transaction.atomic():
        User.objects.create_user(password=PASSWORD)
    with pytest.raises(IntegrityError, match="user_has_email_or_phone"), transaction.atomic():
        User.objects.create_user(email="", phone="", password=PASSWORD)
    with pytest.raises(ValidationError, match="至少填一个"):
        User(password="x").full_clean()


def test_the_database_too_knows_an_address_in_any_case():
    User.objects.create(email="some@example.com")
    with pytest.raises(IntegrityError):
        User.objects.create(email="Some@Example.com")


def test_either_is_enough_and_several_may_lack_the_same():
    for number in (1, 2):
        User.objects.create_user(email=f"a{number}@example.com")
        User.objects.create_user(phone=f"+861380000010{number}")
    assert User.objects.filter(phone=None).count() == 2
    assert User.objects.filter(email=None).count() == 2


@pytest.mark.parametrize("field", [{"email": "boss@example.com"}, {"phone": PHONE}])
def test_nobody_shares_an_address_or_a_phone(boss, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(**field)


def test_an_address_in_capitals_is_the_same_address(boss):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("BOSS@Example.COM")
    with pytest.raises(ValidationError):
        User(email="Boss@EXAMPLE.com", password="x").full_clean()


@pytest.mark.parametrize("phone", ["13800000001", "+86 138", "+0123456789", "+861", "+" + "1" * 16])
def test_a_phone_is_international_or_refused(phone):
    with pytest.raises(ValidationError) as caught:
        User(phone=phone, password="x").full_clean()
    assert "phone" in caught.value.message_dict


@pytest.mark.parametrize(
    "login",
    ["boss@example.com", "BOSS@Example.com", " boss@example.com ", PHONE, PHONE[3:]],
)
def test_staff_sign_in_by_address_or_phone(boss, login):
    assert sign_in(login)


@pytest.mark.parametrize(
    "login",
    [
        *("", "boss", "nobody@example.com", "13900000009", "+8513800000001"),
        *("' OR 1=1 --", "\0", "x" * 5000, "boss@example.com\0"),
    ],
)
def test_a_wrong_name_does_not_let_in(boss, login):
    assert not sign_in(login)


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD + "\0", "x" * 5000])
def test_a_wrong_password_does_not_let_in(boss, password):
    assert not sign_in("boss@example.com", password)


def test_who_was_put_out_of_use_does_not_get_in(boss):
    boss.is_active = False
    boss.save()
    assert not sign_in("boss@example.com")
    assert authenticate(username="boss@example.com", password=PASSWORD) is None


def test_a_person_without_a_password_does_not_get_in():
    User.objects.create_user("staff@example.com", is_staff=True)
    assert not sign_in("staff@example.com", "")
    assert not sign_in("staff@example.com", "None")


def test_the_password_of_an_unknown_name_takes_work_too(boss, monkeypatch):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda _, raw: hashed.append(raw))
    sign_in("nobody@example.com")
    assert hashed == [PASSWORD]


def test_the_first_admin_is_made_at_the_command_line(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="Root@Example.com", verbosity=0)
    admin_user = User.objects.get()
    assert (admin_user.email, admin_user.is_staff, admin_user.is_superuser) == (
        "root@example.com",
        True,
        True,
    )
    assert sign_in("root@example.com")
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, email="root@example.com", verbosity=0)


def test_a_person_is_shown_by_name_else_by_what_only_they_recognise():
    assert str(User(name="小田", email="a@example.com")) == "小田"
    assert str(User(email="a@example.com", phone=PHONE)) == "a***@example.com"
    assert str(User(phone=PHONE)) == "138 **** 0001"


def test_what_names_an_account_is_written_while_it_is_locked(committed):
    """Closing an account locks it and then waits for listings; who has these notifies the account."""
    user = make_person("leaving")
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        assert not has_to_wait(
            lambda: send_notice(user, "1", "录用了", kind=NoticeKind.APPLICATION)
        )
        assert has_to_wait(lambda: User.objects.filter(pk=user.pk).update(name="小龙"))
