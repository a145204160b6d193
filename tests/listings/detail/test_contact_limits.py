"""How many contacts a person, a network and a listing give away; who collects them is stopped."""

import pytest
from django.test import Client

from listings.detail import contact_reveals
from listings.models import ContactReveal
from listings.publication.transitions import move_listing
from sitekit.models import Mail, TextMessage
from tests.answers import read_body
from tests.listings.seeking import (
    make_proved_seeker,
    make_seeker_user,
    post_guest_contact,
    sign_in_browser,
)
from tests.safety.reporting import make_browser as visitor

pytestmark = pytest.mark.django_db
PHONE = "0743-5550178"


@pytest.fixture
def listing(publish):
    return publish(contact_phone=PHONE)


@pytest.fixture
def page(listing):
    return f"{listing.get_absolute_url()}contact/"


@pytest.fixture
def pages(publish, page):
    more = [publish(title=f"活{n}", contact_phone=PHONE).get_absolute_url() for n in range(2)]
    return [page, *(f"{address}contact/" for address in more)]


def is_in(response):
    return response.status_code == 200 and PHONE in read_body(response)


def test_one_network_with_invented_mailboxes_sees_no_contact(page, monkeypatch):
    """One network, invented mail addresses, nothing proved: 99 of 105 contacts were shown."""
    for number in range(12):
        client = Client(REMOTE_ADDR="203.0.113.5")
        client.post(page, {"contact": f"invented{number}@example.com"})
        assert not is_in(client.get(page)) and not is_in(client.post(page))
        assert not is_in(client.post(page, {"code": "000000"}))
    assert not ContactReveal.objects.exists()


def test_one_network_sees_few_whatever_mailboxes_it_has(page):
    most = int(contact_reveals.GUESTS_A_DAY_PER_NETWORK)
    answers = [
        post_guest_contact(Client(REMOTE_ADDR="203.0.113.5"), page, f"real{number}@example.com")
        for number in range(most + 2)
    ]
    assert [is_in(answer) for answer in answers] == [True] * most + [False] * 2
    assert answers[-1].status_code == 429 and "用手机号登录" in read_body(answers[-1])
    assert ContactReveal.objects.count() == most
    assert Mail.objects.count() == most, "no code is sent that would be of no use"
    assert is_in(post_guest_contact(visitor(), page, "elsewhere@example.com"))


def test_members_with_a_proved_phone_are_not_blocked_by_the_guests_of_their_dormitory(
    page, monkeypatch
):
    monkeypatch.setattr(contact_reveals, "GUESTS_A_DAY_PER_NETWORK", 1)
    monkeypatch.setattr(contact_reveals, "GUESTS_AN_HOUR_PER_LISTING", 1)
    assert is_in(post_guest_contact(Client(), page))
    assert post_guest_contact(Client(), page, "second@example.com").status_code == 429
    assert sign_in_browser(make_seeker_user("mail")).post(page).status_code == 429, (
        "a mailbox costs nothing"
    )
    assert is_in(sign_in_browser(make_proved_seeker()).post(page))


def test_members_of_one_network_have_a_limit_of_their_own(page, monkeypatch):
    monkeypatch.setattr(contact_reveals, "USERS_A_DAY_PER_NETWORK", 1)
    assert is_in(sign_in_browser(make_proved_seeker()).post(page))
    assert (
        sign_in_browser(make_proved_seeker("other", "+8619900000002")).post(page).status_code == 429
    )
    assert is_in(post_guest_contact(Client(), page))


def test_the_networks_of_one_range_are_limited_together(page, monkeypatch):
    monkeypatch.setattr(contact_reveals, "GUESTS_A_DAY_PER_RANGE", 2)
    answers = [
        post_guest_contact(Client(REMOTE_ADDR=address), page, f"{number}@example.com")
        for number, address in enumerate(
            ("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.114.3")
        )
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]


def test_a_listing_gives_its_contact_to_so_many_guests_an_hour(page, pages, monkeypatch):
    monkeypatch.setattr(contact_reveals, "GUESTS_AN_HOUR_PER_LISTING", 2)
    answers = [post_guest_contact(visitor(), page, f"{number}@example.com") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "过一会儿再来" in read_body(answers[2]) and PHONE not in read_body(answers[2])
    assert is_in(post_guest_contact(visitor(), pages[1], "3@example.com"))


def test_who_collects_contacts_is_stopped(page, pages, monkeypatch):
    monkeypatch.setattr(contact_reveals, "REVEALS_A_DAY", 2)
    client = sign_in_browser(make_proved_seeker())
    answers = [client.post(address) for address in pages]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "明天再来" in read_body(answers[2]) and PHONE not in read_body(answers[2])
    assert ContactReveal.objects.count() == 2
    assert is_in(client.post(page)), "what was shown already may be looked at again"


def test_one_mailbox_on_many_networks_is_one_person(pages, monkeypatch):
    monkeypatch.setattr(contact_reveals, "REVEALS_A_DAY", 1)
    assert is_in(post_guest_contact(visitor(), pages[0]))
    assert post_guest_contact(visitor(), pages[1]).status_code == 429


def test_a_listing_taken_down_while_the_code_was_on_its_way_is_not_shown(listing, page):
    client = Client()
    client.post(page, {"contact": "13800138000"})
    assert TextMessage.objects.count() == 1
    move_listing(listing.pk, "held", None, "核查")
    assert client.post(page, {"code": "123456"}).url == listing.get_absolute_url()
    assert not ContactReveal.objects.exists()
