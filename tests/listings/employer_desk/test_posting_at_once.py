"""Two things at the same moment: one of them comes first, and nothing is said or done twice."""

import pytest
from django.test import Client

from listings.employer_desk.drafts import save_draft
from listings.models import Listing, ListingDraft, ListingRevision, ListingSearch
from listings.publication import submission as posting
from listings.publication.employer_status import move_employer_with_listings
from tests.at_once import at_once
from tests.conftest import build_listing_fields, tea_shop
from tests.listings.posting import TYPED, make_filled_draft, sign_in_member
from tools.demo.factories import make_employer


@pytest.fixture
def shop(committed):
    return tea_shop()


def test_two_submits_make_one(shop):
    client = Client()
    _client, author = sign_in_member(client, shop)
    pk = make_filled_draft(client)
    edition = ListingDraft.objects.get().edition

    def press():
        return posting.submit_draft(
            pk, edition, build_listing_fields(), author, signed_no_fee=True
        ).outcome

    results = at_once(press, press)
    assert sorted(map(str, results)) == ["publish", posting.SUBMITTED_TWICE_MESSAGE]
    assert ListingRevision.objects.count() == 1


def test_a_ban_and_a_publication_leave_nothing_in_public(shop):
    _client, author = sign_in_member(Client(), shop)
    listing = posting.create_listing_with_draft(shop, author)
    results = at_once(
        lambda: posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True),
        lambda: move_employer_with_listings(shop.pk, "banned", None, "查实"),
    )
    assert isinstance(results[0], (posting.gate.PublicationVerdict, posting.SubmissionRefused))
    shop.refresh_from_db()
    assert shop.status == "banned"
    assert not Listing.objects.live().exists()
    assert not ListingSearch.objects.exists()


def test_the_last_place_of_the_quota_is_taken_once(shop):
    phone_only = make_employer(checks="P")
    _client, author = sign_in_member(Client(), phone_only)
    listings = [posting.create_listing_with_draft(phone_only, author) for _ in range(4)]

    def work(listing):
        text = build_listing_fields(address=f"商业街 {listing.pk} 号")
        return lambda: posting.submit_text(listing, text, author, signed_no_fee=True).outcome

    results = at_once(*map(work, listings))
    assert results.count("queue") == 2 == Listing.objects.filter(status="pending").count()
    assert sum(isinstance(r, posting.SubmissionRefused) for r in results) == 2


def test_of_two_tabs_that_save_one_is_told(shop):
    client = Client()
    sign_in_member(client, shop)
    pk = make_filled_draft(client)
    draft = ListingDraft.objects.get(listing=pk)

    def save(title):
        data = {"title": [title], "address": [TYPED["address"]]}
        return lambda: save_draft(draft, data, draft.edition)[1]

    results = at_once(save("甲"), save("乙"))
    assert sorted(type(result).__name__ for result in results) == ["DraftChangedElsewhere", "int"]
    assert ListingDraft.objects.get(listing=pk).edition == draft.edition + 1
