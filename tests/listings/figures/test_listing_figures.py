"""What an employer reads of a listing: in all, by day, and how long it took to fill."""

import datetime
import re

import pytest
from django.utils import timezone

from listings.applications.transitions import create_application, move_application
from listings.figures.listing_figures import load_daily_figures, measure_days_to_fill
from listings.models import ContactReveal, ListingViews, SavedListing
from listings.publication.transitions import move_listing
from tests.listings.posting import sign_in_member
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(publish, owner, today):
    """Seen by 30 and 12, saved by one, its contact seen by two of whom one came on both days, and two
    sign-ups for two places, accepted, one done."""
    before = timezone.now() - datetime.timedelta(days=1)
    listing = publish(headcount=2, at=timezone.now() - datetime.timedelta(days=3))
    ListingViews.objects.create(listing=listing, day=today, viewers=30)
    ListingViews.objects.create(listing=listing, day=today - datetime.timedelta(1), viewers=12)
    seekers = [make_person("peng"), make_person("xiang")]
    SavedListing.objects.create(listing=listing, user=seekers[0])
    for user, at in ((0, before), (0, before), (0, timezone.now()), (1, timezone.now())):
        ContactReveal.objects.create(listing=listing, user=seekers[user], created_at=at)
    for seeker in seekers:
        application = create_application(listing.pk, seeker, {"name": "小彭", "slots": 0})
        move_application(application.pk, "accepted", owner)
    move_application(application.pk, "done", owner)
    return listing


def test_figures_in_all_stand_in_the_row_and_by_day_on_their_page(client, busy, employer, today):
    sign_in_member(client, employer)
    in_all = {"看到": "42", "收藏": "1", "看电话": "3", "报名": "2", "录用": "2", "做完": "1"}
    pair = re.compile(r"<dt>(.*?)</dt><dd>(.*?)</dd>")
    for page in ("/employer/", f"/employer/listings/{busy.pk}/figures/"):
        assert dict(pair.findall(client.get(page).content.decode())) == in_all, page
    days = [(row.day, row.values) for row in load_daily_figures(busy)]
    assert days == [
        (today, [30, 1, 2, 2, 2, 1]),
        (today - datetime.timedelta(1), [12, 0, 1, 0, 0, 0]),
        (today - datetime.timedelta(2), [0] * 6),
        (today - datetime.timedelta(3), [0] * 6),
    ]


def test_a_chart_of_one_day_has_bars_for_two_weeks(client, publish, employer):
    sign_in_member(client, employer)
    html = client.get(f"/employer/listings/{publish().pk}/figures/").content.decode()
    charts = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert [chart.count("<rect") for chart in charts] == [14, 14]


def test_time_to_fill_ends_with_the_last_place_or_the_mark(publish, busy, owner):
    assert measure_days_to_fill(busy) == 3
    listing = publish(at=timezone.now() - datetime.timedelta(days=5))
    assert measure_days_to_fill(listing) is None
    move_listing(listing.pk, "filled", owner)
    assert measure_days_to_fill(listing) == 5


def test_the_page_of_another_employer_is_not_found(client, busy):
    sign_in_member(client, make_employer("另一家店"))
    assert client.get(f"/employer/listings/{busy.pk}/figures/").status_code == 404


def test_many_listings_and_days_take_as_many_queries(
    client, employer, busy, publish, django_assert_num_queries
):
    sign_in_member(client, employer)
    for number in range(3):
        listing = publish(title=f"活 {number}")
        ListingViews.objects.create(listing=listing, day=timezone.localdate(), viewers=3)
    client.get("/employer/")
    with django_assert_num_queries(10, exact=False) as asked:
        client.get("/employer/")
    assert len(asked) <= 10
    with django_assert_num_queries(13, exact=False) as asked:
        client.get(f"/employer/listings/{busy.pk}/figures/")
    assert len(asked) <= 13
