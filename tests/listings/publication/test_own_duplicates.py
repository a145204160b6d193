"""An employer's same work is open once, by whichever way it comes; other work is not stopped."""

import pytest

from listings.models import ListingDraft
from listings.publication.own_duplicates import ListingIsDuplicate
from listings.publication.transitions import move_listing
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.days import DayFromToday, resolve_days
from tests.listings.posting import (
    TYPED,
    handed_in,
    make_filled_draft,
    make_submitted_listing,
    sign_in_member,
    submit_edited_text,
)
from tests.listings.uploads import build_row, build_xlsx, post_spreadsheet
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_employer(checks="LP")


def test_the_author_is_stopped_at_the_check_with_the_other_listing_named(client, shop):
    sign_in_member(client, shop)
    first = make_filled_draft(client)
    handed_in(client, first)
    second = make_filled_draft(client)
    link = f'href="/employer/listings/{first}/"'
    assert link in read_body(client.get(f"/employer/listings/{second}/draft/"))
    page = read_body(handed_in(client, second))
    assert link in page and "是同一份工作，不能同时发两条" in page
    listing = shop.listings.get(pk=second)
    assert listing.status == "draft" and not listing.revisions.exists()
    assert ListingDraft.objects.get(listing=second).data["title"] == [TYPED["title"]]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {
            "title": "商场 新品派发员！",
            "pay_min": 23,
            "pay_max": 23,
            "contact_phone": "13900139000",
        },
        {"duties": "在商场一楼，介绍新口味；把试饮券交到路过的顾客手里！"},
    ],
)
def test_what_says_the_same_is_stopped(shop, fields):
    author = make_person("author")
    first, _verdict = make_submitted_listing(shop, author)
    with pytest.raises(ListingIsDuplicate) as refusal:
        make_submitted_listing(shop, author, **fields)
    assert refusal.value.listing == first


@pytest.mark.parametrize(
    "fields",
    [
        {"slots": 3},
        {"work_hours": "18:00–22:00"},
        {"start_date": DayFromToday(3)},
        {"address": "人民路 8 号"},
        {"category": "waiter"},
        {"title": "商场收银员"},
        {"duties": "在商场二楼介绍新口味，把试饮券交到路过的顾客手里。"},
    ],
)
def test_another_shift_place_or_work_is_not_stopped(shop, fields):
    author = make_person("author")
    make_submitted_listing(shop, author)
    assert make_submitted_listing(shop, author, **resolve_days(fields))[1].outcome != "refuse"


def test_what_is_over_or_of_others_stops_nobody(shop):
    author = make_person("author")
    first, _verdict = make_submitted_listing(shop, author)
    _foreign, verdict = make_submitted_listing(make_employer("别家店"), author)
    assert verdict.outcome == "publish"
    move_listing(first.pk, "withdrawn", author)
    _again, verdict = make_submitted_listing(shop, author)
    assert verdict.outcome == "publish"


def test_an_edit_is_stopped_by_another_listing_but_not_by_its_own_text(shop):
    author = make_person("author")
    make_submitted_listing(shop, author)
    other, _verdict = make_submitted_listing(shop, author, address="人民路 8 号")
    submit_edited_text(other, author, contact_phone="13900139000")
    with pytest.raises(ListingIsDuplicate):
        submit_edited_text(other, author, address=build_listing_fields()["address"])


def test_a_filled_one_is_not_resumed_beside_its_copy(client, shop):
    _client, author = sign_in_member(client, shop)
    first, _verdict = make_submitted_listing(shop, author)
    move_listing(first.pk, "filled", author)
    make_submitted_listing(shop, author)
    response = client.post(f"/employer/listings/{first.pk}/resume/")
    assert "是同一份工作" in read_body(client.get(response["Location"]))
    first.refresh_from_db()
    assert first.status == "filled"


def test_a_line_of_a_spreadsheet_stays_a_draft_and_links_the_other(client, shop):
    sign_in_member(client, shop)
    post_spreadsheet(client, build_xlsx(build_row()))
    first = shop.listings.get()
    response = post_spreadsheet(client, build_xlsx(build_row(报酬="24 元/小时")))
    page = read_body(client.get(response["Location"]))
    assert f'href="/employer/listings/{first.pk}/"' in page and "是同一份工作" in page
    assert shop.listings.exclude(pk=first.pk).get().status == "draft"
