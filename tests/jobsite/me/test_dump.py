"""Whoever takes a dump of the database and has no key finds nobody's mailbox or phone in it, but for
the words that people write themselves."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.employers.invitations import invite_member
from accounts.models import User
from news.alert_subscriptions.subscriptions import ALERTS
from tests.accounts.sign_in_pages import (
    AGREEMENT,
    CODE,
    LOGIN,
    SIGNUP,
    last_code,
    post_code,
    post_contact,
)
from tests.conftest import tea_shop
from tests.jobsite import leaving
from tests.people import sign_in

pytestmark = pytest.mark.django_db
# As a draft what an employer types is kept, right or wrong.
WORDS = {"listings_listingdraft"}


@pytest.fixture
def seeker(publish, owner):
    """With applications, an invitation, a saved search, a subscription, reveals, a report, mails."""
    user = leaving.make_leaving_seeker(publish, owner)
    leaving.make_leaving_employer(user, tea_shop())
    return user


def test_of_somebody_who_used_everything_a_dump_tells_neither_mailbox_nor_phone(seeker, owner):
    invite_member(owner.employers.get().pk, owner, leaving.EMAIL, "recruiter")
    ALERTS.request(leaving.EMAIL.title(), region=None, fraud_type="task_fraud")
    tables = {
        *("accounts_user", "accounts_employer", "accounts_employerinvitation", "sitekit_mail"),
        *("listings_savedsearch", "listings_contactreveal", "listings_seekerprofile"),
        *("news_alertsubscription", "safety_report", "sitekit_textmessage"),
    }
    assert tables <= set(leaving.find_personal_traces()), "it stands there for whoever has the keys"
    assert set(leaving.find_contacts_in_dump()) == WORDS


@pytest.mark.parametrize("contact", [leaving.EMAIL, leaving.PHONE])
def test_nor_of_somebody_in_the_middle_of_signing_in_or_changing_a_contact(client, contact):
    post_contact(client, contact)
    assert "django_session" in leaving.find_personal_traces()
    assert leaving.find_contacts_in_dump() == {}
    inside = sign_in(Client(), User.objects.create_user("other@example.com"))
    kind = "email" if "@" in contact else "phone"
    assert inside.post(f"/accounts/{kind}/", {"contact": contact}).url.endswith("/code/")
    assert leaving.find_contacts_in_dump() == {}
    inside.post(f"/accounts/{kind}/code/", {"code": last_code()})
    assert User.objects.get(**{kind: contact}) and leaving.find_contacts_in_dump() == {}


@pytest.mark.parametrize("contact", [leaving.EMAIL, leaving.PHONE])
def test_nor_does_the_admins_log_of_who_gave_no_name(client, contact):
    sign_in(client, User.objects.create_superuser("boss@example.com"))
    kind = "email" if "@" in contact else "phone"
    assert client.post(reverse("admin:accounts_user_add"), {kind: contact}).status_code == 302
    assert LogEntry.objects.get().object_repr
    assert leaving.find_contacts_in_dump() == {}


def test_allauth_keeps_no_list_of_addresses(client):
    post_contact(client, leaving.EMAIL, SIGNUP, **AGREEMENT)
    post_code(client)
    post_contact(Client(), leaving.EMAIL, LOGIN)
    assert client.get(CODE).status_code == 302
    assert not EmailAddress.objects.exists()
