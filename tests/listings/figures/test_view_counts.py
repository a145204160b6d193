"""People who see a listing are counted once a day, without a write for each and without storing who."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from listings.figures import view_counts
from listings.models import ListingViews
from listings.models.daily_counts import SKETCH_BITS
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50"


@pytest.fixture(autouse=True)
def counter(monkeypatch):
    made = view_counts.ViewCounter(clock=lambda: 0)
    monkeypatch.setattr(view_counts, "VIEW_COUNTER", made)
    return made


def visit_listing(listing, network="203.0.113.9", client=None, agent=PHONE):
    (client or Client()).get(
        listing.get_absolute_url(), headers={"user-agent": agent}, REMOTE_ADDR=network
    )


def count_viewers_by_day(listing):
    view_counts.VIEW_COUNTER.write()
    return dict(listing.views_by_day.values_list("day", "viewers"))


def test_a_person_counts_once_a_day_for_each_listing_whatever_process_answers(
    publish, today, monkeypatch
):
    bits = {}  # chosen by chance, two people share one now and then
    monkeypatch.setattr(
        view_counts, "_choose_bit", lambda who, day: bits.setdefault((who, day), len(bits))
    )
    listing, other = publish(title="一"), publish(title="二")
    for process in range(3):
        for network in range(20):
            visit_listing(listing, f"203.0.113.{network + process}")
        visit_listing(other)
        view_counts.VIEW_COUNTER.write()
    assert (count_viewers_by_day(listing), count_viewers_by_day(other)) == ({today: 22}, {today: 1})
    assert not view_counts.VIEW_COUNTER
    monkeypatch.setattr(timezone, "localdate", lambda *_args: today + datetime.timedelta(1))
    visit_listing(listing)
    assert count_viewers_by_day(listing) == {today: 22, today + datetime.timedelta(1): 1}


def test_programs_staff_and_the_employer_itself_are_not_counted(publish, owner, today):
    listing = publish()
    visit_listing(listing, agent="Mozilla/5.0 (compatible; Baiduspider-render/2.0)")
    for user in (owner, make_person("desk", is_staff=True)):
        visit_listing(listing, client=sign_in(Client(), user))
    assert count_viewers_by_day(listing) == {}
    seeker = make_person("seeker")
    for _ in range(2):
        visit_listing(listing, client=sign_in(Client(), seeker))
    assert count_viewers_by_day(listing) == {today: 1}


def test_a_page_that_is_not_public_is_not_counted(publish):
    listing = publish()
    listing.status = "withdrawn"
    listing.save()
    visit_listing(listing)
    assert count_viewers_by_day(listing) == {}


@pytest.mark.parametrize("people", [1, 40, 300, 3000])
def test_many_people_are_estimated_within_five_per_cent(publish, today, counter, people, settings):
    settings.SECRET_KEY = "the same bits in each run"
    listing = publish()
    for number in range(people):
        bit = view_counts._choose_bit(f"visitor {number}", datetime.date(2026, 1, 5))
        counter.note((listing.pk, today), 1 << bit)
    counted = count_viewers_by_day(listing)[today]
    assert abs(counted - people) <= max(people * 0.05, 1.5)


def test_after_the_day_only_the_number_is_left_and_nothing_is_added(publish, today, counter):
    listing, day = publish(), today - datetime.timedelta(2)
    counter.note((listing.pk, day), 0b111)
    assert count_viewers_by_day(listing) == {day: 3}
    visit_listing(listing)
    counter.write()
    assert view_counts.drop_old_sketches() == 1
    assert ListingViews.objects.filter(sketch__isnull=True).get().day == day
    counter.note((listing.pk, day), 0b1000)
    assert count_viewers_by_day(listing) == {day: 3, today: 1}


def test_a_full_sketch_and_a_listing_deleted_meanwhile_harm_nothing(publish, today, counter):
    listing = publish()
    counter.note((listing.pk, today), (1 << SKETCH_BITS) - 1)
    counter.note((listing.pk + 1_000_000, today), 1)
    assert count_viewers_by_day(listing)[today] > SKETCH_BITS
