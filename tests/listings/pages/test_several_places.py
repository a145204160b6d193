"""A listing with several work places says so wherever its place is told: 吉首市 人民路 3 号等 3 处."""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import EmployerKind
from listings.applications.arrivals import build_usual_arrival
from listings.models import Application, SavedListing
from listings.pages.share_pictures import build_listing_card
from listings.vocabulary.work_places import WorkPlacesInWords
from sitekit.share_pictures.fonts import cut_text, load_font
from tests.json_ld import find_job_posting_faults, read_schemas
from tests.listings.searches import make_saved_search, write_due_mails
from tests.people import sign_in
from tools.demo.factories import make_user

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[3]
APPS = ("accounts", "cities", "jobsite", "listings", "news", "safety", "sitekit")
FIRST, SECOND, THIRD = "吉首市 人民路 3 号", "凤凰县 虹桥中路 12 号", "吉首市 乾州世纪广场"
# Beside a photo a line of a share picture has so many pixels, in letters of this size.
WIDTH_BESIDE_PHOTO, LETTERS = 1200 - 400 - 44 - 68, 36


@pytest.fixture
def listing(publish):
    return publish(title="三家店都要人", address="人民路 3 号", further_places=f"{SECOND}\n{THIRD}")


def test_several_places_are_counted_and_an_empty_name_stays_empty():
    places = WorkPlacesInWords()
    for number, name, words in (
        (3, "吉首市", "吉首市等 3 处"),
        (1, "吉首市", "吉首市"),
        (0, "吉首市", "吉首市"),
        (3, "", ""),
    ):
        places.work_places = [None] * number
        assert places.name_work_places(name) == words


def test_the_page_the_poster_and_the_markup_have_all_places(client, listing):
    page = client.get(listing.get_absolute_url())
    html = page.content.decode()
    for words in (html, client.get(f"{listing.get_absolute_url()}poster/").content.decode()):
        assert all(place in words for place in (FIRST, SECOND, THIRD))
    assert f"{FIRST}等 3 处" in re.search(r'<meta name="description" content="(.*?)"', html)[1]
    posting = read_schemas(page)["JobPosting"]
    assert find_job_posting_faults(posting) == []
    streets = [place["address"]["streetAddress"] for place in posting["jobLocation"]]
    assert streets == ["人民路 3 号", "虹桥中路 12 号", "乾州世纪广场"]


@pytest.mark.parametrize(
    ("address", "place"),
    [("人民路 3 号", f"{FIRST}等 3 处"), ("人民路与武陵路交叉口东南角二楼", "吉首市等 3 处")],
)
def test_pictures_and_posters_say_how_many(listing, address, place):
    listing.address = address
    card = build_listing_card(listing, [])
    assert card.lines[0].startswith(f"{place} · ")
    assert card.square_lines[1].startswith("吉首市等 3 处 · ")
    shown = cut_text(card.lines[0], load_font(LETTERS), WIDTH_BESIDE_PHOTO)
    assert "等 3 处" in shown, "and no end of a line is cut that says it"


def test_of_a_person_the_number_alone_is_drawn(listing, employer):
    employer.kind = EmployerKind.PERSON
    listing.employer = employer
    card = build_listing_card(listing, [])
    assert card.lines[0].startswith("吉首市等 3 处 · ") and "人民路" not in repr(card)


def test_a_row_a_feed_and_a_mail_say_how_many(client, publish, listing):
    assert "<span>吉首市等 3 处</span>" in client.get("/xiangxi/jobs/").content.decode()
    for suffix in ("atom", "rss", "json"):
        feed = client.get(f"/xiangxi/jobs/feed.{suffix}").content.decode()
        assert "吉首市等 3 处" in (
            json.dumps(json.loads(feed), ensure_ascii=False) if suffix == "json" else feed
        )
    make_saved_search()
    publish(title="又是三家店", further_places=f"{SECOND}\n{THIRD}")
    (message,) = write_due_mails()
    assert " · 吉首市等 3 处 · " in message.text


def test_own_lists_and_reports_say_how_many(client, listing):
    user = make_user("keeper@example.com")
    SavedListing.objects.create(user=user, listing=listing)
    sign_in(client, user)
    assert "吉首等 3 处" in client.get("/me/saved/").content.decode()
    report = client.get(reverse("safety:report_listing", args=[listing.pk])).content.decode()
    assert "吉首等 3 处" in report


def test_an_employer_is_offered_no_single_place_as_that_of_arrival(listing):
    assert build_usual_arrival(Application(listing=listing)).place == "人民路 3 号等 3 处"


def test_work_on_line_has_no_number(publish):
    listing = publish(mode="online", further_places=f"{SECOND}\n{THIRD}")
    assert "处" not in build_listing_card(listing, []).lines[0]


# Where a name of a listing's main place or its address is told without the number of places.
NAMES_ONE_PLACE = re.compile(
    r"\b(?:listing|row|line|text|content|revision|draft|item)\.(?:place\.(?:short_)?name|address)\b"
)
# The file, and why it is right there.
RIGHT_ALONE = {
    "listings/pages/share_pictures.py": "adds the number",
    "listings/applications/arrivals.py": "adds the number",
    "listings/day_lists/day_list.py": "adds the number",
    "listings/pages/feed_views.py": "adds the number",
    "listings/search/search_index.py": "all addresses, to be searched",
    "templates/safety/casework/report.html": "the further places follow",
    "templates/safety/casework/appeal.html": "the further places follow",
    "safety/casework/listing_queue.py": "the city, in which all places lie",
    # Other things with an address.
    "listings/search_subscriptions/views.py": "an address of the web",
    "templates/listings/search_subscriptions/mine.html": "an address of the web",
    "templates/safety/case_queues/_employer_cases.html": "an address of the web",
    "templates/safety/journal/desk_search.html": "an address of the web",
    "templates/safety/journal/results.html": "an address of the web",
    "templates/accounts/inbox/stop.html": "an address of the web",
    "accounts/inbox/digests.py": "an address of the web",
    "templates/listings/employer_desk/dashboard.html": "an address of the web",
    "jobsite/admin/announcement_admin.py": "the place of an announcement",
}


def list_sources():
    for app in APPS:
        yield from (
            path for path in (PROJECT / app).rglob("*.py") if "migrations" not in path.parts
        )
    for ending in ("html", "txt"):
        yield from (PROJECT / "templates").rglob(f"*.{ending}")


def test_nothing_else_names_one_place_alone():
    """Use `place_words`, `address_words` or `name_work_places` of the listing."""
    naming = {
        str(path.relative_to(PROJECT))
        for path in list_sources()
        if NAMES_ONE_PLACE.search(path.read_text("utf-8"))
    }
    assert naming == set(RIGHT_ALONE)
