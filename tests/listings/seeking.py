"""Seekers, the shop's people, and what both do; shared by the tests of seekers' pages."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from listings.applications.transitions import create_application
from sitekit.models import Mail, TextMessage
from tests.people import sign_in
from tools.demo.factories import make_user

PROFILE = {"name": "小龙", "phone": "+8619900000001", "wechat": "xiaolong_01", "slots": 0}
FORM = {
    "name": "小龙",
    "phone": "199 0000 0001",
    "wechat": "xiaolong_01",
    "region": "吉首",
    "birth_year": "2001",
    "education": "college",
    "about": "做过派发。",
    "slots": ["6a", "7a"],
    "message": "周末都能来。",
    "old_enough": "on",
    "handover": "on",
}
RATING = {"as_described": "yes", "on_time": "yes", "again": "yes"}
# What a seeker reads of a listing whose employer has this status.
WORDS_OF_STOPPED_EMPLOYERS = [
    ("banned", "单位已列入黑名单"),
    ("rejected", "单位资料没有通过核对"),
    ("frozen", "兼职正在核查"),
]


@pytest.fixture
def user():
    return make_seeker_user()


@pytest.fixture
def client(user):
    """Of a seeker who is signed in."""
    return sign_in_browser(user)


def make_seeker_user(name="seeker", **fields):
    return make_user(f"{name}@example.com", name=name, **fields)


def make_proved_seeker(name="seeker", phone="+8619900000001"):
    return make_seeker_user(name, phone=phone, phone_proved_at=timezone.now())


def make_owner(employer, name="boss"):
    user = make_user(f"{name}@example.com", name=name)
    employer.memberships.create(user=user, role="owner")
    return user


def sign_in_browser(user):
    return sign_in(Client(), user)


def read_code(contact):
    """The newest code that was sent there."""
    sent = Mail if "@" in contact else TextMessage
    return re.search(r"\d{6}", sent.objects.filter(to=contact).latest("pk").text)[0]


def post_guest_contact(client, page, contact="reader@example.com", **more):
    """See a contact as a guest: with a code sent to `contact`, unless something was proved before."""
    if (proof := client.cookies.get("contact_proof")) and proof.value:
        return client.post(page, more)
    answer = client.post(page, {"contact": contact, **more})
    if answer.status_code != 302 or answer.url != page:
        return answer
    return client.post(page, {"code": read_code(contact), **more})


def sign_up(listing, user, **profile):
    return create_application(listing.pk, user, PROFILE | profile, "")


def list_notice_titles(user):
    """The titles in somebody's inbox, oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", flat=True))
