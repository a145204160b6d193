"""The cookie that tells scripts whether to ask what the reader has done."""

import pytest
from django.conf import settings
from django.test import Client

from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


def test_it_comes_and_goes_with_the_session():
    client = sign_in(Client(), make_person("seeker"))
    answer = client.post("/accounts/logout/")
    for name in (settings.SESSION_COOKIE_NAME, "session_hint"):
        assert answer.cookies[name].value == "" and answer.cookies[name]["max-age"] == 0, name


def test_it_is_set_as_the_session_is_and_can_be_read():
    client = Client()
    answer = client.post("/accounts/login/", {"contact": "reader@example.com"}, follow=False)
    session, hint = answer.cookies[settings.SESSION_COOKIE_NAME], answer.cookies["session_hint"]
    assert hint.value == "1" and session.value != "1"
    assert session["httponly"] and not hint["httponly"]
    assert [hint[name] for name in ("path", "samesite", "max-age")] == [
        session[name] for name in ("path", "samesite", "max-age")
    ]


def test_a_visitor_has_neither(publish):
    assert {*Client().get(publish().get_absolute_url()).cookies} == {"here"}
