"""Two hundred sign-ups for ten places, accepted by requests that come at the same time."""

from itertools import batched

import pytest

from accounts.models import Notice, User
from listings.models import (
    Application,
    ApplicationEvent,
    ContactReveal,
    ListingEvent,
    ListingSearch,
)
from sitekit.models import Mail
from tests.answers import read_body
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings.seeking import PROFILE, make_owner, sign_in_browser

# Daily fewer sign up, for as many places.
PLACES, REQUESTS = 10, 8


@pytest.fixture
def listing(committed):
    shop = tea_shop()
    return build_listing_publisher(shop)(headcount=PLACES, title="两百人抢十个位置")


@pytest.fixture(params=[40, pytest.param(200, marks=pytest.mark.full)])
def signed_up(request, listing):
    people = [User(email=f"s{n}@example.com", password="!") for n in range(request.param)]
    people = User.objects.bulk_create(people)
    return Application.objects.bulk_create(
        [Application(listing=listing, seeker=user, profile=PROFILE) for user in people]
    )


def accept_all(client, applications):
    def act():
        addresses = [f"/employer/applications/{row.pk}/move/" for row in applications]
        return {client.post(to, {"to": "accepted"}).status_code for to in addresses}

    return act


def test_exactly_ten_are_accepted_and_the_others_told(listing, signed_up):
    boss = make_owner(listing.employer)
    clients = [sign_in_browser(boss) for _ in range(REQUESTS)]
    shares = batched(signed_up, len(signed_up) // REQUESTS)
    answers = at_once(*[accept_all(*pair) for pair in zip(clients, shares, strict=True)])
    assert answers == [{302}] * REQUESTS

    accepted = Application.objects.filter(status="accepted")
    waiting = Application.objects.filter(status="applied")
    assert (accepted.count(), waiting.count()) == (PLACES, len(signed_up) - PLACES)
    assert ApplicationEvent.objects.filter(after="accepted").count() == PLACES

    listing.refresh_from_db()
    assert listing.status == "filled"
    assert ListingEvent.objects.filter(listing=listing, after="filled").count() == 1
    assert not ListingSearch.objects.filter(listing=listing).exists()

    notices = {
        title.split("：")[0]: set(Notice.objects.filter(title=title).values_list("user", flat=True))
        for title in Notice.objects.values_list("title", flat=True).distinct()
    }
    assert notices == {
        "录用了": set(accepted.values_list("seeker", flat=True)),
        "招满了": set(waiting.values_list("seeker", flat=True)),
    }
    assert Notice.objects.count() == Mail.objects.count() == len(signed_up)
    shown = set(ContactReveal.objects.values_list("user", flat=True))
    assert shown == notices["录用了"], "the contact stands on the pages of those who were accepted"

    page_text = read_body(clients[0].get(f"/employer/listings/{listing.pk}/applications/"))
    assert f"招 {PLACES} 人，已录用 {PLACES} 人" in page_text
