import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from listings.choices import ListingStatus
from listings.models import Listing, ListingCard, ListingEvent, ListingRevision, ListingSearch
from listings.publication.transitions import (
    LISTING_MOVES,
    ListingMoveRefused,
    move_listing,
    publish_listing,
    restore_listing,
    submit_revision,
    undo_listing_event,
)
from tests.conftest import build_listing_fields
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db


def at_status(employer, status):
    fraud = "brushing_rebate" if status == "removed_fraud" else ""
    dates = {"published_at": datetime.datetime.now(datetime.UTC)}
    return Listing.objects.create(
        employer=employer, status=status, fraud_type=fraud, **dates, **build_listing_fields()
    )


@pytest.mark.parametrize("before", ListingStatus.values)
@pytest.mark.parametrize("after", ListingStatus.values)
def test_only_named_moves_are_made(employer, before, after):
    listing = at_status(employer, before)
    if after in LISTING_MOVES[before]:
        move_listing(listing.pk, after, None, "因为", "brushing_rebate")
        listing.refresh_from_db()
        assert listing.status == after
        event = listing.events.get()
        assert (event.before, event.after) == (before, after)
    else:
        with pytest.raises(ListingMoveRefused):
            move_listing(listing.pk, after, None, "因为", "brushing_rebate")
        listing.refresh_from_db()
        assert listing.status == before
        assert not listing.events.exists()


def test_a_removal_needs_a_reason_and_a_fraud_type(publish):
    listing = publish()
    with pytest.raises(ListingMoveRefused, match="原因"):
        move_listing(listing.pk, "removed", None, " ")
    with pytest.raises(ListingMoveRefused, match="骗局类型"):
        move_listing(listing.pk, "removed_fraud", None, "核实过")


def test_publishing_copies_the_waiting_text_and_fills_the_index(publish, employer):
    listing = publish(title="旧标题")
    revision = ListingRevision(**build_listing_fields(title="新标题"))
    submit_revision(listing, revision)
    assert Listing.objects.get().title == "旧标题"
    move_listing(listing.pk, "paused", None)
    assert not ListingSearch.objects.exists()
    publish_listing(listing.pk, None)
    assert Listing.objects.get().title == "新标题"
    assert "新标题" in ListingCard.objects.get().html
    assert ListingRevision.objects.get(pk=revision.pk).status == "approved"


def test_a_second_text_supersedes_the_waiting_one(publish):
    listing = publish()
    first = submit_revision(listing, ListingRevision(**build_listing_fields()))
    submit_revision(listing, ListingRevision(**build_listing_fields()))
    first.refresh_from_db()
    assert first.status == "superseded"


def test_an_expired_text_is_not_published(employer, today):
    listing = Listing.objects.create(
        employer=employer, **build_listing_fields(valid_through=today - datetime.timedelta(1))
    )
    with pytest.raises(ListingMoveRefused, match="有效期"):
        publish_listing(listing.pk, None)
    assert not ListingEvent.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"headcount": 0},
        {"pay_min": 30, "pay_max": 20},
        {"pay_min": 30, "pay_max": None},
        {"pay_unit": ""},
        {"employer": None},
        {"status": "published"},
        {"fraud_type": "brushing_rebate"},
        {"start_date": datetime.date(2030, 1, 2), "end_date": datetime.date(2030, 1, 1)},
    ],
)
def test_the_database_refuses_what_may_not_be(employer, wrong):
    fields = {"employer": employer} | build_listing_fields() | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.create(**fields)


@pytest.mark.parametrize("lacking", ["title", "category", "duties", "settlement", "requirements"])
def test_the_database_refuses_a_published_row_that_lacks_what_it_must_say(publish, lacking):
    listing = publish()
    with pytest.raises(IntegrityError, match="published_says"), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(**{lacking: ""})
    Listing.objects.filter(pk=listing.pk).update(status="paused", **{lacking: ""})
    with pytest.raises(ListingMoveRefused, match="还缺"):
        publish_listing(listing.pk, None)


def test_what_is_passed_on_from_elsewhere_may_have_no_requirements(publish):
    listing = publish(by=None, listing_fields={"source_name": "某报招聘版"})
    Listing.objects.filter(pk=listing.pk).update(status="paused", requirements="")
    assert publish_listing(listing.pk, None).status == "published"


@pytest.mark.parametrize("status", ["held", "removed_fraud"])
def test_a_listing_that_is_restored_is_locked_before_its_status_is_read(employer, status):
    listing = at_status(employer, status)
    with CaptureQueriesContext(connection) as queries:
        restore_listing(listing.pk, None, "没有问题")
    first = next(query["sql"] for query in queries if '"listings_listing"' in query["sql"])
    assert "FOR UPDATE" in first


@pytest.mark.parametrize("stop", ["held", "removed", "removed_fraud"])
@pytest.mark.parametrize("status", ["published", "paused", "filled"])
def test_what_its_employer_had_paused_or_filled_is_restored_so(publish, status, stop):
    listing = publish()
    if status != "published":
        move_listing(listing.pk, status, None)
    move_listing(listing.pk, "held", None, "有人反映要押金")
    if stop != "held":
        move_listing(listing.pk, stop, None, "查实", "brushing_rebate")
    restored = restore_listing(listing.pk, None, "没有问题")
    assert (restored.status, restored.fraud_type) == (status, "")
    event = listing.events.first()
    assert (event.before, event.after) == (stop, status)
    if stop != "removed_fraud":
        assert undo_listing_event(event.pk, None).status == stop
        assert restore_listing(listing.pk, None, "没有问题").status == status


@pytest.mark.parametrize("to", ["published", "rejected"])
def test_a_repost_keeps_the_day_of_its_source_when_a_decision_is_undone(to):
    day = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
    source = {"source_name": "某校就业网", "source_id": "7", "company_text": "某餐厅"}
    repost = make_listing(status="pending", **source)
    Listing.objects.filter(pk=repost.pk).update(published_at=day)
    event = move_listing(repost.pk, to, None, "写得不对").last_event
    assert undo_listing_event(event.pk, None).published_at == day
    assert publish_listing(repost.pk, None).published_at == day
