"""Lists and their numbers against a plain look at every listing, on filters by chance."""

import datetime
import random
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from listings.models import Listing
from listings.publication.transitions import move_listing
from listings.search import listing_search
from listings.search.search_request import parse_search_request
from tests.daily_tests import count_examples

pytestmark = pytest.mark.django_db
PLACES = ("jishou", "fenghuang", "yuelu", "hefei")
CATEGORIES = ("flyer", "tutor", "waiter", "copywriting")
CYCLES = ("daily", "weekly", "next_day")
FILTERS = {"category": CATEGORIES, "mode": ("online",), "settlement": CYCLES}


@pytest.fixture
def listings(publish, place):
    chance, now = random.Random(14), timezone.now()
    for number in range(40):
        listing = publish(
            at=now - datetime.timedelta(minutes=chance.randrange(300)),
            title=f"活 {number}",
            region_id=place(chance.choice(PLACES)).adcode,
            category=chance.choice(CATEGORIES),
            mode=chance.choice(("online", "onsite", "onsite")),
            settlement=chance.choice(CYCLES),
        )
        if chance.random() < 0.2:
            reason = {"fraud_type": "upfront_fee"}
            move_listing(listing.pk, "removed_fraud", None, "核查", **reason)
    return list(Listing.objects.select_related("region__parent__parent"))


def is_in(listing, scope):
    place = listing.region
    while place is not None and place != scope:
        place = place.parent
    return scope is None or place is not None


def list_slowly(listings, scope, filters):
    """Work on line has no place: it stands in the list of the nation, and in every place's by itself."""
    modes = filters.get("mode") or (["onsite"] if scope else ["onsite", "online"])
    asked = {name: values for name, values in filters.items() if name != "mode"}
    rows = [
        listing
        for listing in listings
        if listing.status == "published"
        and listing.mode in modes
        and (listing.mode == "online" or is_in(listing, scope))
        and all(getattr(listing, name) in values for name, values in asked.items())
    ]
    return [row.pk for row in sorted(rows, key=lambda row: (row.published_at, row.pk))[::-1]]


def list_pages(search):
    pks = []
    while True:
        rows, after = search.fetch_page()
        pks += [row.pk for row in rows]
        if not after:
            return pks
        search.after = after


def test_lists_order_and_number_are_those_of_a_plain_look(listings, place, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 7)
    chance = random.Random(seed := random.randrange(1000))
    scopes = [None, *map(place, ("hunan", "xiangxi", "hefei", "jishou"))]
    lengths = set()
    for _ in range(count_examples(200)):
        scope = chance.choice(scopes)
        filters = {
            name: chance.sample(values, chance.randint(1, len(values)))
            for name, values in FILTERS.items()
            if chance.random() < 0.5
        }
        asked = QueryDict(urlencode(filters, doseq=True))
        expected = list_slowly(listings, scope, filters)
        search = parse_search_request(asked, scope).search
        assert search.count_matches() == len(expected), (seed, scope, filters)
        assert list_pages(search) == expected, (seed, scope, filters)
        lengths.add(len(expected))
    assert len(lengths) > 5
