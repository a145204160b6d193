"""The day after the last day the members of an employer read which listings ended, once and together."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Employer, Notice
from listings.models import Listing, ListingEvent, ListingRevision
from listings.publication.transitions import submit_revision
from listings.renewals.ended_listings import notify_of_ended_listings
from listings.renewals.finished_work import end_finished_listings
from listings.renewals.renewal import submit_renewal
from sitekit.models import Mail, TextMessage
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.conftest import build_listing_fields, build_listing_publisher, tea_shop
from tests.people import make_person

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def end_today(publish, today):
    """Publish listings whose last day is today."""

    def publish_ending(*titles, **fields):
        listings = [publish(title=title) for title in titles]
        rows = Listing.objects.filter(pk__in=[listing.pk for listing in listings])
        rows.update(valid_through=today, end_date=None, **fields)
        return listings

    return publish_ending


def test_the_members_read_it_once_with_what_to_do(end_today, employer, owner, monkeypatch):
    recruiter = make_person("recruiter")
    employer.memberships.create(user=recruiter, role="recruiter")
    (listing,) = end_today("展会引导")
    assert notify_of_ended_listings() == 0, "the last day is not over"
    advance_clock(monkeypatch, DAY)
    assert [notify_of_ended_listings(), notify_of_ended_listings()] == [1, 0]
    for member in (owner, recruiter):
        notice = member.notices.get(key__startswith="listings-ended")
        assert notice.title == "到期了，不再公开：展会引导" and "点“续期”" in notice.text
        assert notice.address == f"/employer/listings/{listing.pk}/"
    assert Mail.objects.filter(key__startswith="listings-ended").count() == 2
    assert not TextMessage.objects.exists()
    employer.memberships.create(user=make_person("late"), role="recruiter")
    assert notify_of_ended_listings() == 0


def test_of_several_there_is_one_notice(end_today, owner, monkeypatch):
    end_today("甲班", "乙班", "丙班", "丁班")
    advance_clock(monkeypatch, DAY)
    assert notify_of_ended_listings() == 4
    notice = owner.notices.get(key__startswith="listings-ended")
    assert notice.title == "4 条兼职到期了，不再公开" and "「丙班」等。" in notice.text
    assert notice.address.startswith("/employer/?employer=")


def test_whose_work_is_over_too_is_told_to_change_its_days(end_today, owner, today, monkeypatch):
    end_today("展会引导")
    Listing.objects.update(start_date=None, end_date=today)
    advance_clock(monkeypatch, DAY)
    notify_of_ended_listings()
    text = owner.notices.get(key__startswith="listings-ended").text
    assert "用“修改”把工作日期和有效期一起改了" in text and "续期" not in text


def test_nothing_is_told_of_what_the_members_know(end_today, owner, today, monkeypatch):
    renewed, edited, paused, finished = end_today("续了的", "改着的", "停着的", "做完的")
    assert submit_renewal(renewed.pk, today + 9 * DAY, owner, signed_no_fee=True) == "publish"
    submit_revision(edited, ListingRevision(author=owner, **build_listing_fields()))
    Listing.objects.filter(pk=paused.pk).update(status="paused")
    Listing.objects.filter(pk=finished.pk).update(
        start_date=None, end_date=today, valid_through=today + 9 * DAY
    )
    advance_clock(monkeypatch, DAY)
    assert end_finished_listings() == 1
    ListingEvent.objects.filter(action="end_work").update(created_at=timezone.now())
    assert notify_of_ended_listings() == 0
    assert not owner.notices.filter(key__startswith="listings-ended").exists()


def test_of_an_employer_out_of_the_lists_another_notice_tells(end_today, monkeypatch):
    end_today("展会引导")
    Employer.objects.update(status="lapsed")
    advance_clock(monkeypatch, DAY)
    assert notify_of_ended_listings() == 0


def test_while_one_is_locked_the_notice_waits_for_the_next_run(committed, today, monkeypatch):
    """It names all that ended, also the one that another transaction has in hand."""
    employer = tea_shop()
    employer.memberships.create(user=make_person("owner"), role="owner")
    publish = build_listing_publisher(employer)
    listings = [publish(title=title) for title in ("甲班", "乙班")]
    Listing.objects.update(valid_through=today, end_date=None)
    advance_clock(monkeypatch, DAY)
    with transaction.atomic():
        Listing.objects.select_for_update().get(pk=listings[0].pk)
        assert at_once(notify_of_ended_listings) == [0]
    assert not Notice.objects.exists()
    assert notify_of_ended_listings() == 2
    assert Notice.objects.get().title == "2 条兼职到期了，不再公开"
