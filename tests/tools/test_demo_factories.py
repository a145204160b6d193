"""What makes the rows of the demo: in bulk, in every status, from short forms."""

import pytest
from django.utils import timezone

from accounts.models import CheckKind, EmployerStatus
from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing, ListingSearch
from listings.vocabulary.work_slots import encode_slots
from sitekit.workflow.periods import HOUR
from tools.demo.bulk_rows import create_listings_in_bulk
from tools.demo.factories import (
    build_listing_content,
    make_article,
    make_employer,
    make_listing,
    make_user,
)
from tools.demo.load import OVERDUE_DAYS
from tools.demo.written_texts import (
    find_demo_place,
    parse_written_pay,
    parse_written_times,
)

XIANGXI = 433100


def test_bulk_rows_are_as_the_transitions_leave_them(db):
    employer, content = make_employer(), build_listing_content()
    at = timezone.now() - HOUR
    single = make_listing(employer=employer, published_at=at, **content)
    assert list(create_listings_in_bulk([(employer, at, content)])) == [1]
    other = employer.listings.exclude(pk=single.pk).get()
    for relation in ("revisions", "events"):
        mine, theirs = getattr(single, relation).values(), getattr(other, relation).values()
        for left, right in zip(mine, theirs, strict=True):
            same = {name for name in left if name not in ("id", "listing_id", "revision_id")}
            assert {n: left[n] for n in same} == {n: right[n] for n in same}
    assert other.events.get().revision == other.revisions.get()
    assert other.search_row.tokens == single.search_row.tokens


# The data files' short forms.


def test_times_and_pay_are_read_from_their_short_forms():
    times = parse_written_times("67ma 9:00–17:30，午休一小时 7.5")
    assert times["slots"] == encode_slots(["6m", "6a", "7m", "7a"])
    assert times["work_hours"] == "9:00–17:30，午休一小时"
    assert str(times["hours_per_day"]) == "7.5"
    assert parse_written_times("any 时间不限") == {
        "slots": 0,
        "work_hours": "时间不限",
        "hours_per_day": None,
    }
    assert parse_written_pay("60-80 hour weekly")["pay_max"] == 80
    assert parse_written_pay("面议 negotiable") == {"settlement": "negotiable"}


def test_a_place_in_xiangxi_goes_before_others_of_its_name(db):
    assert find_demo_place("凤凰").adcode == 433123
    assert find_demo_place("长沙").slug == "changsha"
    with pytest.raises(LookupError):
        find_demo_place("没有这个地方")


# The makers that other tests stand on.


@pytest.mark.parametrize("status", ListingStatus.values)
def test_a_listing_can_be_made_in_every_status(db, status):
    listing = make_listing(status=status)
    assert listing.status == status
    public = status == ListingStatus.PUBLISHED
    assert ListingSearch.objects.filter(listing=listing).exists() == public
    if status not in (ListingStatus.DRAFT, ListingStatus.PENDING, ListingStatus.REJECTED):
        assert listing.revisions.get().status == RevisionStatus.APPROVED


@pytest.mark.parametrize("status", EmployerStatus.values)
def test_an_employer_can_be_made_in_every_status(db, status):
    employer = make_employer(status=status)
    assert employer.status == status
    assert employer.is_in_good_standing == (status == EmployerStatus.VERIFIED)


def test_an_overdue_employer_is_not_in_good_standing(db):
    assert not make_employer(verified_days_ago=OVERDUE_DAYS).is_in_good_standing


def test_a_made_listing_may_be_expired_a_repost_or_elsewhere(db):
    assert make_listing(expired=True) not in Listing.objects.live()
    assert make_listing(source_name="演示来源", source_id="1").is_repost
    assert make_listing(region="fenghuang").region.adcode == 433123
    assert make_listing(settlement="negotiable").pay_words == "面议"


@pytest.mark.parametrize("status", ["draft", "scheduled", "published", "withdrawn"])
def test_an_article_can_be_made_in_every_status(db, status):
    article = make_article(status=status, regions=["jishou"], tags=["日结", "工资"])
    assert article.status == status
    assert article.is_public == (status == "published")
    assert article.places.get(region_id=433101).named
    assert not article.places.get(region_id=XIANGXI).named


def test_an_alert_needs_nothing_but_its_kind(db):
    assert make_article(kind="alert").fraud_type


def test_a_phone_was_proved_by_nobody_of_the_staff_and_a_paper_by_somebody(db):
    reviewer = make_user("reviewer@example.com", is_staff=True)
    employer = make_employer("吉首小吃铺", checks="LP", reviewer=reviewer)
    checks = {check.kind: check.reviewer for check in employer.checks.all()}
    assert checks.pop(CheckKind.PHONE) is None
    assert set(checks.values()) == {reviewer}
