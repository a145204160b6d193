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
ASKED = "换一个"


def list_forms(listing):
    """Address of each form that asks a guest's own contact, with its field, and whether that may be a phone."""
    return {
        f"{listing.get_absolute_url()}contact/": ("contact", True),
        SEARCH: ("email", False),
        ALERTS: ("email", False),
        LOGIN: ("contact", True),
        "/accounts/signup/": ("contact", True),
        "/accounts/login/password/": ("contact", True),
    }


@pytest.mark.parametrize(("typed", "shown"), [(EMAIL, EMAIL), (PHONE, SHOWN)])
def test_what_one_form_got_all_others_have(publish, typed, shown):
    forms = list_forms(publish(contact_phone="13900001111"))
    kinds = {address: takes_phone for address, (_field, takes_phone) in forms.items()}
    for first, (field, takes_phone) in forms.items():
        if typed == PHONE and not takes_phone:
            continue
        guest = Client()
        assert f'value="{shown}"' not in read_body(guest.get(first))
        guest.post(first, {field: typed})
        for other in {*kinds} - {first}:
            expected = "@" in typed or kinds[other]
            page = read_body(guest.get(other))
            assert (f'value="{shown}"' in page) == (ASKED in page) == expected, (first, other)


def test_it_ends_with_the_browser_and_cannot_be_read_there(client):
    client.post(SEARCH, {"email": EMAIL})
    cookie = client.cookies[COOKIE]
    assert cookie["max-age"] == "" and cookie["expires"] == "" and cookie["httponly"]
    assert "reader" not in cookie.value


def test_another_one_empties_the_field_and_keeps_what_else_was_typed(client):
    client.post(SEARCH, {"email": EMAIL})
    typed = {"email": EMAIL, "place": "湖南省 湘西州", "another_contact": "1"}
    page = read_body(client.post(ALERTS, typed))
    assert EMAIL not in page and ASKED not in page and "湖南省 湘西州" in page
    assert "field-errors" not in page and EMAIL not in read_body(client.get(SEARCH))


def test_a_report_begins_without_it(client, publish):
    """It goes out with one press: on a borrowed phone it would carry the owner's address."""
    client.post(SEARCH, {"email": EMAIL})
    page = read_body(client.get(reverse("safety:report_listing", args=[publish().pk])))
    assert EMAIL not in page and ASKED not in page


def test_what_is_no_contact_is_not_kept(client):
    client.post(SEARCH, {"email": "reader@"})
    assert COOKIE not in client.cookies


def test_enter_sends_the_form_and_does_not_empty_it(client):
    client.post(SEARCH, {"email": EMAIL})
    for address in (SEARCH, ALERTS, LOGIN):
        page = read_body(client.get(address))
        form = page[page.index('<form method="post" novalidate') :]
        assert form.index('type="submit"') < form.index(ASKED) - 100, address


def test_a_members_form_has_the_members_own(client):
    client.post(SEARCH, {"email": EMAIL})
    sign_in(client, make_person("member"))
    page = read_body(client.get(SEARCH))
    assert EMAIL not in page and "member@example.com" in page and ASKED not in page
    assert not client.cookies[COOKIE].value
