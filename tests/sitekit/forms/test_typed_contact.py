"""A guest types a mailbox or phone once in a session, whatever the form."""

import pytest
from django.test import Client
from django.urls import reverse

from sitekit.forms.typed_contact import COOKIE
from tests.answers import read_body
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
EMAIL, PHONE, SHOWN = "reader@example.com", "13900139000", "139 0013 9000"
SEARCH, ALERTS, LOGIN = "/searches/new/", "/alerts/subscribe/", "/accounts/login/"
PASSWORD = "/accounts/login/password/"
ASKED = "换一个"


def list_forms(listing):
    """Address of each form that has the contact proved before anything is done with it."""
    return [f"{listing.get_absolute_url()}contact/", LOGIN, "/accounts/signup/", PASSWORD]


def list_unproved_forms(listing):
    """Address of each form that writes to a mailbox which nobody has proved."""
    return [reverse("safety:report_listing", args=[listing.pk]), SEARCH, ALERTS]


@pytest.mark.parametrize(("typed", "shown"), [(EMAIL, EMAIL), (PHONE, SHOWN)])
def test_what_one_form_got_all_others_have(publish, typed, shown):
    forms = list_forms(publish(contact_phone="13900001111"))
    for first in forms:
        guest = Client()
        assert f'value="{shown}"' not in read_body(guest.get(first))
        guest.post(first, {"contact": typed})
        for other in {*forms} - {first}:
            page = read_body(guest.get(other))
            assert f'value="{shown}"' in page and ASKED in page, (first, other)


def test_a_form_that_proves_nothing_never_has_it(publish):
    listing = publish(contact_phone="13900001111")
    for first in list_forms(listing):
        guest = Client()
        guest.post(first, {"contact": EMAIL})
        for other in list_unproved_forms(listing):
            page = read_body(guest.get(other))
            assert EMAIL not in page and ASKED not in page, (first, other)


def test_what_such_a_form_got_is_kept_for_no_other(publish):
    listing = publish(contact_phone="13900001111")
    for first in list_unproved_forms(listing):
        guest = Client()
        guest.post(first, {"email": EMAIL})
        assert COOKIE not in guest.cookies, first
        for other in [*list_forms(listing), *list_unproved_forms(listing)]:
            assert EMAIL not in read_body(guest.get(other)), (first, other)


def test_it_ends_with_the_browser_and_cannot_be_read_there(client):
    client.post(LOGIN, {"contact": EMAIL})
    cookie = client.cookies[COOKIE]
    assert cookie["max-age"] == "" and cookie["expires"] == "" and cookie["httponly"]
    assert "reader" not in cookie.value


def test_another_one_empties_the_field_and_keeps_what_else_was_typed(client):
    client.post(PASSWORD, {"contact": EMAIL})
    typed = {"contact": EMAIL, "next": "/me/saved/", "another_contact": "1"}
    page = read_body(client.post(PASSWORD, typed))
    assert EMAIL not in page and ASKED not in page and 'value="/me/saved/"' in page
    assert "field-errors" not in page and EMAIL not in read_body(client.get(LOGIN))


def test_what_is_no_contact_is_not_kept(client):
    client.post(LOGIN, {"contact": "reader@"})
    assert COOKIE not in client.cookies


def test_enter_sends_the_form_and_does_not_empty_it(client):
    client.post(PASSWORD, {"contact": EMAIL})
    for address in (LOGIN, PASSWORD):
        page = read_body(client.get(address))
        form = page[page.index('<form method="post" novalidate') :]
        assert form.index('type="submit"') < form.index(ASKED) - 100, address


def test_a_members_form_has_the_members_own(client):
    client.post(LOGIN, {"contact": EMAIL})
    sign_in(client, make_person("member"))
    page = read_body(client.get(SEARCH))
    assert EMAIL not in page and "member@example.com" in page and ASKED not in page
