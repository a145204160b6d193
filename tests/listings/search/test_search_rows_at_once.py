"""Of two who change a listing and its employer at once, the second writes the search row of what both changed."""

import threading
import time

import pytest
from django.db import transaction

from listings.models import Listing, ListingCard, ListingSearch
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import publish_listing
from listings.search.search_index import refresh_employer, refresh_search_rows
from tests.at_once import at_once, has_to_wait
from tests.listings.posting import submit_edited_text

pytestmark = pytest.mark.django_db


def test_an_edit_that_is_made_just_now_is_not_undone_by_its_employer(
    committed, publish, employer, owner
):
    listing, edited = publish(title="周末端盘子"), threading.Event()

    def edit():
        with transaction.atomic():
            submit_edited_text(listing, owner, title="周末洗盘子")
            edited.set()
            time.sleep(0.5)  # the other reads meanwhile

    def change_employer():
        edited.wait(timeout=30)
        refresh_employer(employer)

    assert at_once(edit, change_employer) == [None, None]
    assert "周末洗盘子" in ListingCard.objects.get().html


def test_a_freeze_waits_for_who_publishes_a_listing_just_now(committed, publish, employer):
    """Who publishes it has read that the employer is in good standing."""
    listing = publish()
    Listing.objects.update(status="paused")
    refresh_search_rows([listing.pk])
    with transaction.atomic():
        publish_listing(listing.pk, None)
        assert ListingSearch.objects.exists()
        assert has_to_wait(
            lambda: move_employer_with_listings(employer.pk, "frozen", None, "核实投诉")
        )


def test_a_frozen_employer_has_no_row_whoever_was_first(committed, publish, employer):
    listing = publish()
    Listing.objects.update(status="paused")
    answers = at_once(
        lambda: publish_listing(listing.pk, None),
        lambda: move_employer_with_listings(employer.pk, "frozen", None, "核实投诉"),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Listing.objects.get().status == "published" and not ListingSearch.objects.exists()
