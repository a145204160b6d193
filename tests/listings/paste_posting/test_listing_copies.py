"""再发一条: an earlier listing fills the page of pasted posts; a press and a tick submit it."""

import datetime

import pytest

from listings.choices import ListingStatus
from listings.models import EmployerRecord, Listing, ListingDraft
from listings.paste_posting.listing_copies import move_dates
from listings.publication.transitions import move_listing
from sitekit.models import Picture
from tests.listings.pasting import PAGE, get_field_message, post_pasted_text, press_button
from tests.listings.posting import sign_in_member

MAX_QUERIES = 21
pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client, employer):
    return sign_in_member(client, employer)[0]


@pytest.fixture
def earlier(publish, employer, today, owner):
    """Work of two days that are over."""
    first = today - datetime.timedelta(10)
    photo = Picture.objects.create(digest="7" * 32, width=960, height=720, widths=[480, 960])
    listing = publish(
        title="周末传单", slots=4, start_date=first, end_date=first + datetime.timedelta(1),
        photos=[photo.pk],
    )  # fmt: skip
    move_listing(listing.pk, ListingStatus.FILLED, owner)
    return listing


def post_listing_copy(client, listing):
    return client.post(f"/employer/listings/{listing.pk}/copy/", follow=True)


def test_a_copy_is_submitted_by_one_tick_with_its_dates_moved_on(boss, earlier, today):
    assert b"/copy/" in boss.get("/employer/").content, "one press on the desk"
    page = post_listing_copy(boss, earlier)
    assert page.redirect_chain == [(PAGE, 302)] and not ListingDraft.objects.exists()
    first = earlier.start_date + datetime.timedelta(14)
    assert page.context["form"]["title"].value() == "周末传单"
    assert page.context["form"]["start_date"].value() == first.isoformat()
    assert get_field_message(page, "time").count("已顺延到") == 2, "nothing is changed silently"
    assert page.context["findings"].lacking == []
    press_button(boss, page, "submit", no_fee="yes")
    fresh = Listing.objects.exclude(pk=earlier.pk).get()
    assert (fresh.start_date, fresh.photos) == (first, earlier.photos)
    assert fresh.valid_through == fresh.end_date, "the work ends before thirty days are over"
    assert fresh.status == "pending", "until its photo is read"


@pytest.mark.parametrize(
    ("status", "days", "is_offered"),
    [
        ("published", 5, False),
        ("paused", 5, False),
        ("pending", 5, False),
        ("held", 5, False),
        ("published", -1, True),
        ("filled", 5, True),
        ("withdrawn", 5, True),
    ],
)
def test_it_is_offered_where_it_is_not_refused_as_the_same_work(
    boss, publish, today, status, days, is_offered
):
    listing, last_day = publish(title="周末传单", slots=4), today + datetime.timedelta(days)
    Listing.objects.filter(pk=listing.pk).update(status=status, valid_through=last_day)
    for page in ("/employer/", f"/employer/listings/{listing.pk}/"):
        html = boss.get(page).content.decode()
        assert ("/copy/" in html) == is_offered, page
        assert ("/renew/" in html) == ((status, days) == ("published", 5)) or "listings" in page
    has_duplicate = post_listing_copy(boss, listing).context["findings"].duplicate is not None
    assert has_duplicate != is_offered


def test_the_same_work_as_an_open_listing_is_refused_with_everything_kept(boss, publish):
    page = post_listing_copy(boss, publish(title="周末传单", slots=4))
    assert "和「周末传单」（已发布）是同一份工作" in get_field_message(page, "time")
    answer = press_button(boss, page, "submit", no_fee="yes")
    assert [state.row.key for state in answer.context["findings"].lacking] == ["time"]
    assert answer.context["form"]["title"].value() == "周末传单"
    assert (Listing.objects.count(), ListingDraft.objects.count()) == (1, 0)
    again = press_button(
        boss, answer, "submit", no_fee="yes", work_hours="18:00-21:00", slots=["6e"]
    )
    assert again.status_code == 302 and Listing.objects.count() == 2


def test_earlier_listings_are_offered_where_a_post_is_pasted(
    boss, earlier, publish, owner, django_assert_max_num_queries
):
    removed = publish(title="下架的")
    move_listing(removed.pk, ListingStatus.REMOVED, owner, reason="内容不实")
    publish(title="周末传单", slots=8)
    page = boss.get("/xiangxi/employers/")
    assert [row.title for row in page.context["earlier"]] == ["周末传单"]
    assert f"/employer/listings/{earlier.pk}/copy/" not in page.content.decode(), "the newest"
    assert page.content.decode().count("/copy/") == 1
    EmployerRecord.objects.create(employer=earlier.employer, words="一般 2 小时回")
    assert "一般 2 小时回" in post_listing_copy(boss, earlier).content.decode(), (
        "as in the row of the board"
    )
    boss.get(PAGE)  # what a process keeps is read before
    with django_assert_max_num_queries(MAX_QUERIES):
        boss.get(PAGE)


def test_what_was_begun_before_is_kept_as_a_draft(boss, earlier):
    post_pasted_text(boss)
    assert "已存到草稿里" in post_listing_copy(boss, earlier).content.decode()
    assert "已存到草稿里" not in post_listing_copy(boss, earlier).content.decode(), (
        "a copy is made again"
    )
    assert ListingDraft.objects.get().data["title"] == ["周末发传单"]
    press_button(boss, post_listing_copy(boss, earlier), "judge", title="周末传单二队")
    post_listing_copy(boss, earlier)
    assert {draft.data["title"][0] for draft in ListingDraft.objects.all()} == {
        "周末发传单", "周末传单二队",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "moved"),
    [
        (None, None, (None, None)),
        (3, 5, (3, 5)),
        (-1, 20, (0, 20)),
        (-7, -6, (0, 1)),
        (-8, None, (6, None)),
        (None, -1, (None, 6)),
    ],
)
def test_dates_move_by_weeks_and_work_that_goes_on_begins_today(start, end, moved):
    today = datetime.date(2026, 11, 29)

    def date(days):
        return None if days is None else today + datetime.timedelta(days)

    assert move_dates(date(start), date(end), today) == tuple(map(date, moved))
