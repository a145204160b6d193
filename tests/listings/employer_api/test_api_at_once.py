"""The same request twice at the same moment, as a program sends it that gave up waiting."""

import pytest
from django.test import Client

from listings.models import Listing
from tests.at_once import at_once
from tests.listings.api_client import ApiClient, build_listing_fields
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
