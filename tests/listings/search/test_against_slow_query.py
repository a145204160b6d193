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
from listings.search.facets import count_facets
from listings.search.search_request import parse_search_request
from listings.vocabulary.work_slots import decode_slots, encode_slots
from tests.daily_tests import count_examples

pytestmark = pytest.mark.django_db
PLACES = ("jishou", "fenghuang", "yuelu", "hefei")
CATEGORIES = ("flyer", "tutor", "waiter", "copywriting")
CYCLES = ("daily", "weekly", "next_day")
DUTIES = ("教英语", "做销售", "英语销售都做", "理货")
SLOTS = (["1n"], ["6m", "7m"], ["2a"], [])
# What is typed, and whether a listing is left out by it.
LEFT_OUT = {
    "不要英语": lambda row: "英语" in row.duties,
    "除了家教": lambda row: row.category == "tutor",
    "-销售 不要服务员": lambda row: "销售" in row.duties or row.category == "waiter",
    "不要日结": lambda row: row.settlement == "daily",
    "不上夜班": lambda row: "1n" in decode_slots(row.slots),
    "除了周末都可以": lambda row: "6m" in decode_slots(row.slots),
    "不要线上": lambda row: row.mode == "online",
    "不要吉首": lambda row: row.mode != "online" and row.region.slug == "jishou",
}
FILTERS = {"category": CATEGORIES, "mode": ("online",), "settlement": CYCLES}


@pytest.fixture
def listings(publish, place):
    chance, now = random.Random(14), timezone.now()
    for number in range(40):
        listing = publish(
            at=now - datetime.timedelta(minutes=chance.randrange(300)),
            title=f"活 {number}",
            duties=f"店里帮忙，{chance.choice(DUTIES)}。",
            slots=encode_slots(chance.choice(SLOTS)),
            term="long_term",  # one of its labels is 周末
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


def list_slowly(listings, scope, filters, text=""):
    """Work on line has no place: it stands in the list of the nation, and in every place's by itself."""
    modes = filters.get("mode") or (["onsite"] if scope else ["onsite", "online"])
    asked = {name: values for name, values in filters.items() if name != "mode"}
    rows = [
        listing
        for listing in listings
        if listing.status == "published"
        and listing.mode in modes
        and (listing.mode == "online" or is_in(listing, scope))
        and not (text and LEFT_OUT[text](listing))
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
        text = chance.choice(["", *LEFT_OUT])
        asked = QueryDict(urlencode(filters | ({"q": text} if text else {}), doseq=True))
        expected = list_slowly(listings, scope, filters, text)
        search_request = parse_search_request(asked, scope)
        search, case = search_request.search, (seed, scope, filters, text)
        assert search.count_matches() == len(expected), case
        counts = count_facets(search, search_request.conditions)
        assert counts["total"][""] == len(expected), case
        assert list_pages(search) == expected, case
        lengths.add(len(expected))
    assert len(lengths) > 5
