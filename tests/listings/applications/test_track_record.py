"""What a listing tells of sign-ups, of how soon its employer answers, and of work that was done."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from listings.applications.card_records import refresh_card_records
from listings.applications.ratings import create_rating
from listings.applications.track_record import (
    TrackRecord,
    describe_record,
    describe_reply_time,
    read_track_record,
)
from listings.applications.transitions import create_application, move_application
from listings.models import Application, ApplicationEvent, ListingCard, Rating
from sitekit.models import Operator
from tests.answers import read_body
from tests.conftest import make_employer
from tests.listings.seeking import PROFILE, make_owner, make_seeker_user

pytestmark = pytest.mark.django_db
NOTHING = TrackRecord(0, 0, 0, None, 0, 0)
HOUR = timedelta(hours=1)


def make_application(listing, name, waited=None):
    application = create_application(listing.pk, make_seeker_user(name), PROFILE | {"grown": True})
    if waited is not None:
        at = timezone.now() - waited
        Application.objects.filter(pk=application.pk).update(applied_at=at)
    return application


def test_nothing_is_told_where_there_is_nothing(client, publish):
    listing = publish()
    assert read_track_record(listing) == NOTHING
    page_text = read_body(client.get(listing.get_absolute_url()))
    assert "招 4 人<" in page_text
    for word in ("已报", "内回复", "做完", "人评", "<!--"):
        assert word not in page_text


def test_sign_ups_replies_and_work_are_counted_once_each(
    client, publish, employer, django_assert_num_queries
):
    boss, listing, other = make_owner(employer), publish(headcount=9), publish(title="另一份")
    done = make_application(listing, "first", 2 * HOUR)
    for move in ("accepted", "done"):
        move_application(done.pk, move, boss)
    for name, waited in (("second", 3 * HOUR), ("third", 9 * HOUR)):
        move_application(make_application(other, name, waited).pk, "declined", boss, "时间不合适")
    make_application(listing, "fourth")
    gone = make_application(listing, "fifth")
    move_application(gone.pk, "withdrawn", gone.seeker)
    answers = {"as_described": True, "on_time": True, "again": True}
    create_rating(done.pk, Rating.By.SEEKER, done.seeker, answers)
    create_rating(done.pk, Rating.By.EMPLOYER, boss, answers)
    with django_assert_num_queries(1):
        record = read_track_record(listing)
    assert record[:3] == (2, 1, 3) and record[4:] == (1, 1, 1)
    assert 3 * HOUR < record.usual_reply < 4 * HOUR
    page_text = read_body(client.get(listing.get_absolute_url()))
    for word in ("招 9 人，已报 2 人", "一般 4 小时内回复", "做完 1 次 · 1 人评，1 人愿再去"):
        assert word in page_text, word


def test_a_row_has_the_record_in_two_words_once_the_job_has_run(
    client, publish, employer, django_assert_num_queries
):
    boss, listing, other = make_owner(employer), publish(headcount=9), publish(title="另一份")
    by_another = publish(by=make_employer("别家小店"))

    def read_rows():
        return {
            row.listing_id: re.findall(r'<span class="record">(.*?)</span>', row.html)
            for row in ListingCard.objects.all()
        }

    for number in range(2):
        done = make_application(listing, f"done{number}", 2 * HOUR)
        for move in ("accepted", "done"):
            move_application(done.pk, move, boss)
    assert refresh_card_records() == 2
    assert read_rows() == {listing.pk: ["做完 2 次"], other.pk: ["做完 2 次"], by_another.pk: []}
    move_application(make_application(other, "third", 3 * HOUR).pk, "declined", boss, "时间不合适")
    with django_assert_num_queries(
        8
    ):  # what is told (3), and of the one that changed words and rows
        assert refresh_card_records() == 2
    assert read_rows()[other.pk] == ["3 小时内回复"]
    with django_assert_num_queries(3):  # however many rows there are
        assert refresh_card_records() == 0, "nothing changed"
    third = publish(title="后来发的")
    assert read_rows()[third.pk] == ["3 小时内回复"], "drawn with the words that are known"
    assert "3 小时内回复" in read_body(client.get("/xiangxi/jobs/"))
    ApplicationEvent.objects.update(created_at=timezone.now() - timedelta(days=91))
    Application.objects.update(status="withdrawn")
    assert refresh_card_records() == 3
    assert read_rows()[listing.pk] == []


def test_of_another_employer_nothing_is_told(publish, employer):
    move_application(make_application(publish(), "first").pk, "accepted", make_owner(employer))
    repost = publish(by=None, listing_fields={"source_name": "某报"})
    assert read_track_record(repost) == NOTHING


def test_without_sign_ups_on_the_site_none_are_told(client, publish):
    listing = publish()
    make_application(listing, "first")
    Operator.objects.create(pk=1, takes_applications=False)
    assert "已报" not in read_body(client.get(listing.get_absolute_url()))


@pytest.mark.parametrize(
    ("replies", "usual", "message"),
    [
        (2, HOUR, ""),
        (3, None, ""),
        (3, timedelta(minutes=5), "一般 1 小时内回复"),
        (3, 2.5 * HOUR, "一般 3 小时内回复"),
        (3, 24 * HOUR, "一般 24 小时内回复"),
        (3, 30 * HOUR, "一般 2 天内回复"),
        (3, timedelta(days=8), ""),
    ],
)
def test_a_usual_time_is_told_from_three_replies_on(replies, usual, message):
    assert describe_reply_time(NOTHING._replace(replies=replies, usual_reply=usual)) == message


def test_a_number_has_its_whole():
    assert describe_record(NOTHING) == ""
    assert describe_record(NOTHING._replace(done=14)) == "做完 14 次"
    assert describe_record(NOTHING._replace(rated=10, again=9)) == "10 人评，9 人愿再去"
