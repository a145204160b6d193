"""Who presses a button whose row is gone hears so on the page that it stood on: it was pressed twice, or somebody
else was first."""

import pytest
from django.test import Client

from listings.employer_desk import own_listings
from listings.employer_desk.drafts import discard_draft
from listings.models import Listing
from listings.urls import OWN_LISTING_PAGES
from tests.databases import taken_back
from tools.faults.typed_posting import TYPED

pytestmark = pytest.mark.django_db

NOBODYS = "999999999"
# By route: whose button it is, and the page that its answer leads back to.
BUTTONS = {
    "employer/members/<int:pk>/role/": ("employer", "/employer/members/"),
    "employer/members/<int:pk>/remove/": ("employer", "/employer/members/"),
    "employer/invitations/<int:pk>/withdraw/": ("employer", "/employer/members/"),
    "employer/papers/<int:pk>/open/": ("employer", "/employer/papers/"),
    "employer/papers/<int:pk>/remove/": ("employer", "/employer/papers/"),
    "employer/api/<int:pk>/withdraw/": ("employer", "/employer/api/"),
    "accounts/sessions/<int:pk>/end/": ("seeker", "/accounts/sessions/"),
    "accounts/social/<int:pk>/leave/": ("seeker", "/accounts/social/"),
    "me/searches/<int:pk>/frequency/": ("seeker", "/me/searches/"),
    "me/searches/<int:pk>/renew/": ("seeker", "/me/searches/"),
    "me/searches/<int:pk>/stop/": ("seeker", "/me/searches/"),
    "me/alerts/<int:pk>/renew/": ("seeker", "/me/searches/"),
    "me/alerts/<int:pk>/stop/": ("seeker", "/me/searches/"),
}


@pytest.mark.parametrize("route", BUTTONS)
def test_a_button_whose_row_is_gone_leads_back_with_words(cast, route):
    clients, _values = cast
    role, back = BUTTONS[route]
    browser = Client()
    browser.cookies.update(clients[role].cookies)
    address = f"/{route.replace('<int:pk>', NOBODYS)}"
    with taken_back():
        answer = browser.post(address, {"role": "owner", "frequency": "daily"}, follow=True)
    assert [step for step, _status in answer.redirect_chain] == [back]
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", OWN_LISTING_PAGES, ids=lambda route: route.name)
def test_a_draft_that_a_colleague_deletes_meanwhile_is_no_fault(cast, monkeypatch, route, method):
    clients, values = cast
    get_own_employer = own_listings.get_own_employer

    def delete_meanwhile(request, employer_id):
        employer = get_own_employer(request, employer_id)
        discard_draft(values["post_draft"])
        return employer

    monkeypatch.setattr(own_listings, "get_own_employer", delete_meanwhile)
    tail = str(route.pattern).replace("<int:picture>", "1").replace("<int:shift>", "1")
    address = f"/employer/listings/{values['post_draft']}/{tail}"
    with taken_back():
        answer = getattr(clients["employer"], method)(
            address, TYPED | {"go": "submit", "edition": 0}
        )
        assert (
            not Listing.objects.filter(pk=values["post_draft"]).exists()
            or answer.status_code == 405
        )
    assert answer.status_code < 500
