"""What no listing may say is refused at its field, however it comes: by the page, API, spreadsheet or feed."""

import datetime

import pytest
from django.utils import timezone

from listings.models import BulkUpload, Listing, ListingDraft
from listings.publication import submission as posting
from listings.renewals.renewal import submit_renewal
from tests.conftest import build_listing_fields
from tests.days import DayFromToday, resolve_days
from tests.listings.api_client import ApiClient, get_problem_reasons, make_owner
from tests.listings.api_client import build_listing_fields as build_api_fields
from tests.listings.feeds import build_feed_job, build_feed_xml, import_feed_content
from tests.listings.posting import (
    format_day_from_today,
    handed_in,
    make_draft,
    press_button,
    sign_in_member,
)
from tests.listings.uploads import build_row, build_xlsx, post_spreadsheet
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
HEADINGS = {
    "title": "标题",
    "start_date": "开始日期",
    "end_date": "结束日期",
    "work_hours": "具体时间",
}
TOO_EARLY, TOO_LATE = DayFromToday(-400), DayFromToday(800)
REVERSED = "周末\u202e派单\u200b员"


@pytest.fixture
def shop():
    return make_employer(checks="LP")


def send_by_page(client, shop, field, typed):
    boss, _user = sign_in_member(client, shop)
    page = handed_in(boss, make_draft(boss), **{field: typed})
    return "" if page.status_code == 302 else "".join(page.context["form"].errors.get(field, []))


def send_by_api(client, shop, field, typed):
    program = ApiClient(client, shop)
    fields = build_api_fields(**{field: typed})
    answer = program.post("listings", {"fields": fields, "submit": True, "no_fee": True})
    return "" if answer.status_code == 201 else get_problem_reasons(answer)[field]


def send_by_spreadsheet(client, shop, field, typed):
    boss, _user = sign_in_member(client, shop)
    post_spreadsheet(boss, build_xlsx(build_row(**{HEADINGS[field]: typed})))
    return BulkUpload.objects.get().report[0][3]


def send_by_feed(client, shop, field, typed):
    feed = shop.job_feeds.create(
        author=make_owner(shop), name="招聘系统", no_fee_signed_at=timezone.now()
    )
    return import_feed_content(feed, build_feed_xml(build_feed_job(**{field: typed})))["A-1"][1]


DOORS = [send_by_page, send_by_api, send_by_spreadsheet, send_by_feed]


@pytest.mark.parametrize("send", DOORS)
@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("start_date", TOO_EARLY, "开始日期太早了"),
        ("end_date", TOO_LATE, "结束日期太远了"),
        ("title", "😀😀😀", "标题要用文字写"),
    ],
)
def test_what_no_listing_may_say_is_refused_by_every_door(client, shop, send, field, typed, words):
    typed = str(resolve_days({field: typed})[field])
    assert words in send(client, shop, field, typed)
    assert not Listing.objects.filter(status="published").exists()


@pytest.mark.parametrize("send", DOORS)
def test_what_turns_a_title_around_or_is_not_seen_is_taken_out_by_every_door(client, shop, send):
    assert send(client, shop, "title", REVERSED) == ""
    assert shop.listings.get(status="published").title == "周末派单员"


@pytest.mark.parametrize("send", DOORS)
def test_nobody_is_looked_for_after_the_work_has_ended_whatever_the_door(client, shop, send):
    """All doors offer or ask for a later last day besides."""
    end = timezone.localdate() + datetime.timedelta(3)
    assert send(client, shop, "end_date", end.isoformat()) == ""
    assert shop.listings.get(status="published").valid_through == end


def test_a_text_with_a_last_day_after_its_work_is_refused(shop):
    user, today = make_owner(shop), timezone.localdate()
    listing = posting.create_listing_with_draft(shop, user)
    days = {"end_date": today, "valid_through": today + datetime.timedelta(1)}
    with pytest.raises(posting.SubmissionRefused, match="不能晚于工作的结束日期"):
        posting.submit_text(listing, build_listing_fields(**days), user, signed_no_fee=True)


@pytest.mark.django_db
@pytest.mark.parametrize("send", DOORS)
def test_hours_at_night_wait_by_every_door(client, shop, send):
    send(client, shop, "work_hours", "22:00–6:00")
    listing = shop.listings.get()
    codes = [reason["code"] for reason in listing.revisions.get().assessment.reasons]
    assert (listing.status, codes) == ("pending", ["night"])


@pytest.mark.parametrize("title", ["\u200b\u202e", "!!!", "1 1", "A", "😀 招 😀"])
def test_a_title_without_two_letters_is_none(client, shop, title):
    assert send_by_page(client, shop, "title", title)
    assert not Listing.objects.filter(status="published").exists()


@pytest.mark.parametrize("title", ["派单", "KTV", "招 1 人 👍🏽", "ｉＯＳ 测试"])
def test_a_short_title_of_words_is_one(client, shop, title):
    assert send_by_page(client, shop, "title", title) == ""
    assert shop.listings.get().title == title


def test_a_start_that_nobody_knows_yet_is_refused(client, shop):
    typed = str(resolve_days({"day": TOO_LATE})["day"])
    assert "开始日期太远了" in send_by_page(client, shop, "start_date", typed)


def test_the_days_that_a_listing_has_already_may_stay(client, shop):
    """It began long ago and was renewed ever since; so it is edited and renewed again."""
    boss, user = sign_in_member(client, shop)
    listing = posting.create_listing_with_draft(shop, user)
    posting.submit_text(listing, build_listing_fields(), user, signed_no_fee=True)
    days = resolve_days({"start_date": TOO_EARLY, "end_date": TOO_LATE})
    Listing.objects.filter(pk=listing.pk).update(**days)
    until = timezone.localdate() + datetime.timedelta(40)
    assert submit_renewal(listing.pk, until, user, signed_no_fee=True) == "publish"
    boss.post(f"/employer/listings/{listing.pk}/edit/")
    press_button(boss, listing.pk, "submit", no_fee="yes", title="改过的标题")
    listing.refresh_from_db()
    assert (listing.title, listing.start_date) == ("改过的标题", days["start_date"])
    path = f"listings/{listing.pk}"
    fields = {"title": "又改过的标题", "start_date": days["start_date"].isoformat()}
    program = ApiClient(client, shop)
    changed = program.ask("patch", path, {"fields": fields, "submit": True, "no_fee": True})
    assert changed.status_code == 200 and changed.json()["fields"]["title"] == "又改过的标题"
    earlier = {"start_date": format_day_from_today(-401)}
    refused = program.ask("patch", path, {"fields": earlier})
    assert "太早" in get_problem_reasons(refused)["start_date"]
    assert not ListingDraft.objects.exclude(data={}).exists()
