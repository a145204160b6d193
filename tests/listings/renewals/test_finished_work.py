"""A listing whose last day of work is over ends like one that expired, and its employer is told once."""

import datetime

import pytest

from accounts.models import Notice
from listings.models import Listing, ListingEvent, ListingSearch
from listings.renewals.finished_work import end_finished_listings
from listings.webhooks.events import enqueue_ended_listings
from tests.listings.webhooks.hooked import make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(publish, today):
    """As it was stored before a last day after the end of the work was refused."""
    listing = publish(title="展会引导")
    Listing.objects.filter(pk=listing.pk).update(
        start_date=None,
        end_date=today - datetime.timedelta(5),
        valid_through=today + datetime.timedelta(20),
    )
    listing.refresh_from_db()
    return listing


def test_it_ends_as_if_its_last_day_were_past(client, finished, owner, today):
    assert Listing.objects.live().filter(pk=finished.pk).exists()
    assert [end_finished_listings(), end_finished_listings()] == [1, 0]
    finished.refresh_from_db()
    assert finished.is_past_last_day and finished.status == "published"
    assert not Listing.objects.live().exists()
    assert ListingSearch.objects.get().live_until < today
    assert "这份兼职已经过了有效期" in client.get(finished.get_absolute_url()).content.decode()
    notice = Notice.objects.get(user=owner, title="工作日期过了，不再公开：展会引导")
    assert notice.address == f"/employer/listings/{finished.pk}/"
    event = ListingEvent.objects.filter(listing=finished).latest("pk")
    assert (event.action, event.before, event.after) == ("end_work", "published", "published")


def test_a_program_of_the_employer_is_told_as_well(finished, employer, owner):
    make_webhook(employer, owner)
    end_finished_listings()
    assert enqueue_ended_listings() == 1


def test_a_repost_ends_too_and_one_that_is_paused(finished, publish):
    fields = {"end_date": finished.end_date, "valid_through": finished.valid_through}
    repost = publish(by=None, listing_fields={"source_name": "街坊报"})
    Listing.objects.filter(pk=repost.pk).update(**fields)
    Listing.objects.filter(pk=finished.pk).update(status="paused")
    assert end_finished_listings() == 2
    assert not Listing.objects.live().exists()


def test_of_a_repost_nobody_is_told(finished):
    Listing.objects.filter(pk=finished.pk).update(employer=None, source_name="街坊报")
    assert end_finished_listings() == 1
    assert not Notice.objects.filter(title__startswith="工作日期过了").exists()


@pytest.mark.parametrize("days", [0, 3, None])
def test_work_that_goes_on_stays_open(finished, today, days):
    end = None if days is None else today + datetime.timedelta(days)
    Listing.objects.update(end_date=end)
    assert end_finished_listings() == 0
    assert Listing.objects.live().exists()
