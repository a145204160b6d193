"""The button of a new password pressed twice, also while the first press is at work."""

import pytest

from accounts.models import Notice, User
from accounts.sign_in import forms
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/password/"
SECRET = {"password": "yushui hen duo 27"}


@pytest.fixture
def mother(client):
    user = make_person("mother")
    sign_in(client, user)
    return user


def list_titles():
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


@pytest.mark.usefixtures("mother")
def test_a_second_press_is_answered_alike_and_told_once(client):
    assert [client.post(PAGE, SECRET).url for _ in range(2)] == ["/accounts/"] * 2
    assert list_titles() == ["密码换了"]
    client.post(PAGE, {"password": "yushui hen duo 28"})
    assert list_titles() == ["密码换了"] * 2, "another one is another change"


def test_of_two_presses_at_once_the_second_knows_of_the_first(client, mother, monkeypatch):
    validate = forms.validate_password

    def validate_after_the_other_press(*args, **kwargs):
        other = User.objects.get(pk=mother.pk)
        other.set_password(SECRET["password"])
        other.save(update_fields=["password"])
        return validate(*args, **kwargs)

    monkeypatch.setattr(forms, "validate_password", validate_after_the_other_press)
    assert client.post(PAGE, SECRET).url == "/accounts/"
    assert list_titles() == []
    assert client.get("/accounts/").status_code == 200, "still signed in"
