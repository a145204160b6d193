"""The same request twice at the same moment, as a program sends it that gave up waiting."""

import pytest
from django.test import Client

from accounts.models import Employer
from listings.employer_api.tokens import create_employer_token, withdraw_employer_token
from listings.models import ApiToken, Listing, Webhook
from listings.webhooks.endpoints import (
    remove_webhook_address,
    renew_webhook_secret,
    set_webhook_address,
)
from tests.at_once import at_once
from tests.listings.api_client import ApiClient, build_listing_fields
from tests.people import make_person
from tools.demo.factories import make_employer


@pytest.mark.usefixtures("committed")
def test_two_with_one_key_make_one_listing():
    api = ApiClient(Client(), make_employer(checks="LP"))

    def send():
        body = {"fields": build_listing_fields(), "submit": True, "no_fee": True}
        return api.post("listings", body, key="one")

    first, second = at_once(send, send)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"] and Listing.objects.count() == 1
    assert [("Idempotency-Replayed" in answer) for answer in (first, second)].count(True) == 1


@pytest.mark.django_db
def test_an_event_of_an_employer_that_was_frozen_meanwhile_says_that_it_is_frozen(employer):
    """Else the last event would say that it is verified."""
    owner = make_person("owner")
    create_employer_token(employer, owner, "排班系统", "write", 90)
    set_webhook_address(employer, owner, "https://example.com/hook")
    webhook = Webhook.objects.select_related("employer").get()
    token = ApiToken.objects.select_related("employer").get()
    Employer.objects.update(status="frozen")
    create_employer_token(employer, owner, "考勤系统", "write", 90)
    withdraw_employer_token(token, owner)
    set_webhook_address(employer, owner, "https://example.com/other")
    renew_webhook_secret(webhook, owner)
    remove_webhook_address(webhook, owner)
    events = employer.events.order_by("-pk").values_list("before", "after")
    assert [*events[:5]] == [("frozen", "frozen")] * 5
