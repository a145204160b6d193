"""How much may be open at once and posted in a day, by how far the employer was checked."""

import datetime

import pytest
from django.utils import timezone

from listings.models import Listing, ListingRevision
from listings.publication import submission as posting
from listings.publication.posting_quota import count_submissions_left, get_posting_quota
from tests.conftest import build_listing_fields
from tests.listings.posting import FEE, make_submitted_listing, sign_in_member
from tests.people import make_person
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "checks", "most"),
    [
        ("direct_employer", "", 1),
        ("direct_employer", "L", 1),
        ("direct_employer", "P", 2),
        ("direct_employer", "LP", 20),
        ("person", "IP", 20),
        ("person", "LP", 2),
        ("hr_agency", "LP", 20),
        ("hr_agency", "LPH", 50),
    ],
)
def test_more_is_checked_more_may_be_open(kind, checks, most):
    assert get_posting_quota(make_employer(kind=kind, checks=checks)).open == most


def test_what_is_full_is_said_with_the_way_to_more():
    shop, author = make_employer(checks="P"), make_person("author")
    for floor in ("一楼", "二楼"):
        make_submitted_listing(shop, author, address=floor)
    assert count_submissions_left(shop) == 0
    with pytest.raises(posting.SubmissionRefused, match=r"最多 2 条.*营业执照"):
        make_submitted_listing(shop, author, address="三楼")


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("published", True),
        ("pending", True),
        ("paused", True),
        ("held", True),
        ("filled", False),
        ("withdrawn", False),
        ("rejected", False),
        ("draft", False),
    ],
)
def test_what_takes_a_place(status, counts):
    shop = make_employer(checks="P")
    make_listing(employer=shop, status=status, published_at=timezone.now() - datetime.timedelta(9))
    assert count_submissions_left(shop) == 2 - counts


def test_an_expired_one_takes_no_place():
    shop = make_employer(checks="P")
    make_listing(employer=shop, expired=True, published_at=timezone.now() - datetime.timedelta(9))
    assert count_submissions_left(shop) == 2


def test_a_day_has_its_own_bound_though_all_were_ended():
    shop, author = make_employer(checks="P"), make_person("author")
    for _ in range(2):
        listing, _verdict = make_submitted_listing(shop, author)
        posting.transitions.move_listing(listing.pk, "withdrawn", author)
    with pytest.raises(posting.SubmissionRefused, match="一天最多新发 2 条"):
        make_submitted_listing(shop, author)
    ListingRevision.objects.update(created_at=timezone.now() - datetime.timedelta(days=1))
    assert make_submitted_listing(shop, author)[1].outcome == "queue"


def test_an_edit_takes_no_second_place():
    shop, author = make_employer(checks="P"), make_person("author")
    listings = [
        make_submitted_listing(shop, author, address=floor)[0] for floor in ("一楼", "二楼")
    ]
    verdict = posting.submit_text(
        listings[0], build_listing_fields(title="改过的"), author, signed_no_fee=True
    )
    assert verdict.outcome == "queue"


def test_a_refused_text_takes_no_place():
    shop, author = make_employer(checks="P"), make_person("author")
    make_submitted_listing(shop, author)
    make_submitted_listing(shop, author, duties=FEE)
    assert Listing.objects.filter(status="pending").count() == 1


def test_resuming_needs_a_place_too(client):
    shop = make_employer(checks="P")
    sign_in_member(client, shop)
    ago = timezone.now() - datetime.timedelta(9)
    filled = make_listing(employer=shop, status="filled", published_at=ago)
    for _ in range(2):
        make_listing(employer=shop, published_at=ago)
    response = client.post(f"/employer/listings/{filled.pk}/resume/")
    assert "已经满了" in client.get(response["Location"]).content.decode()
    filled.refresh_from_db()
    assert filled.status == "filled"


def test_an_expired_listing_takes_room_again_when_it_is_renewed():
    shop, author = make_employer(checks="P"), make_person("author")
    make_submitted_listing(shop, author, address="一楼")
    expired = Listing.objects.get()
    ListingRevision.objects.update(created_at=timezone.now() - datetime.timedelta(2))
    Listing.objects.filter(pk=expired.pk).update(
        status="published",
        published_at=timezone.now(),
        valid_through=timezone.localdate() - datetime.timedelta(1),
    )
    for floor in ("二楼", "三楼"):
        make_submitted_listing(shop, author, address=floor)
    with pytest.raises(posting.SubmissionRefused, match="最多 2 条"):
        posting.submit_text(
            Listing.objects.get(pk=expired.pk),
            build_listing_fields(address="四楼"),
            author,
            signed_no_fee=True,
        )
