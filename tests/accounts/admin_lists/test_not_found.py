"""A list that does not know contacts says where to look for them."""

import pytest
from django.urls import reverse

from tests.accounts.staff.test_roles import make_colleague
from tests.people import sign_in

pytestmark = pytest.mark.django_db
PHONE = "199 0081 2455"


@pytest.mark.parametrize("name", ["accounts_employer", "listings_listing"])
def test_who_finds_nothing_is_led_to_the_journal(client, publish, name):
    listing = publish()
    address = reverse(f"admin:{name}_changelist")
    sign_in(client, make_colleague("senior", "senior"))
    page = client.get(address, {"q": PHONE}).content.decode()
    assert "在查人查事里找" in page and f'value="{PHONE}"' in page.split("not-found")[1]
    asked = client.post(reverse("journal:search"), {"q": PHONE})
    assert asked.status_code == 422 and PHONE in asked.content.decode()
    for query in ({}, {"q": str(listing.pk)}, {"q": str(listing.employer_id)}):
        shown = client.get(address, query)
        if shown.context["cl"].result_count:
            assert "not-found" not in shown.content.decode()
    sign_in(client, make_colleague("moderator", "moderator"))
    page = client.get(address, {"q": PHONE}).content.decode()
    assert (
        "请组长或客服查" in page and "journal" not in page.split("not-found")[1].split("</div>")[0]
    )
