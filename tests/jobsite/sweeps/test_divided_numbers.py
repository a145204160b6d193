"""A telephone number may not be divided over two public texts of one author: a piece in a listing, the other in the
introduction. Each column of the register that somebody writes freely and others read has a test here, or a reason why
not.
"""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import TextKind
from accounts.employers.public_words import judge_employer_name
from accounts.public_text.judgement import PUBLISH, QUEUE
from accounts.public_text.submission import submit_public_text
from accounts.public_text.text_types import TEXT_TYPES
from listings.applications.transitions import create_application
from listings.listing_moves.shift_names import judge_shift_names
from listings.models import Application, ListingRevision, Rating
from listings.publication.gate import judge_publication
from listings.search_suggestions import hot_words
from tests.conftest import build_listing_fields
from tests.people import make_person
from tests.public_fields import load_public_fields

pytestmark = pytest.mark.django_db
CHECKS = {"listing_gate", "public_text", "form"}
BEGINNING, END = "导览 1380743", "工号 1234"
LISTING_FIELDS = (
    "title", "address", "further_places", "work_hours", "duties", "requirements", "contact_name",
)  # fmt: skip
TEXT_COLUMNS = {
    "accounts.Employer.intro": TextKind.EMPLOYER_INTRO,
    "listings.Rating.words": TextKind.RATING,
    "listings.Rating.reply": TextKind.RATING_REPLY,
}
OTHER_COLUMNS = {"accounts.Employer.name", "listings.Shift.name", "listings.HotWords.words"}
EXCEPTIONS = {
    "a contact is written there, and shown after the warning": {
        "listings.Listing.contact_phone", "listings.Listing.contact_wechat",
        "listings.ListingRevision.contact_phone", "listings.ListingRevision.contact_wechat",
    },
    "one person reads it, who may be given a contact": {
        "listings.Arrival.time", "listings.Arrival.place", "listings.Arrival.ask_for",
        "listings.Application.message", "listings.Application.profile",
    },
    "of a repost, which has no author here; it is judged as one text with the listing": {
        "listings.Listing.company_text",
    },
}  # fmt: skip


@pytest.fixture
def seeker():
    return make_person("seeker")


def list_reason_codes(verdict):
    return [reason.code for reason in verdict.reasons]


def make_rating(publish, seeker, by, **words):
    listing = publish()
    application = create_application(listing.pk, seeker, {"name": "小龙", "slots": 0})
    answers = {"as_described": True, "on_time": True, "again": True}
    return Rating.objects.create(
        application=Application.objects.get(pk=application.pk),
        by=by,
        author=seeker,
        **answers,
        **words,
    )


def test_each_column_is_tested():
    tested = {
        *(
            f"listings.{model}.{n}"
            for model in ("Listing", "ListingRevision")
            for n in LISTING_FIELDS
        ),
        *TEXT_COLUMNS,
        *OTHER_COLUMNS,
    }
    excepted = set().union(*EXCEPTIONS.values())
    register = {name for name, field in load_public_fields().items() if field.check in CHECKS}
    assert tested | excepted == register and not tested & excepted
    kinds = {kind for kind, text_type in TEXT_TYPES.items() if not text_type.rules.is_private}
    assert kinds == set(TEXT_COLUMNS.values())


@pytest.mark.parametrize("name", LISTING_FIELDS)
@pytest.mark.parametrize("place", ["intro", "listing", "reply"])
def test_a_listing_waits_that_has_the_other_piece(publish, employer, seeker, name, place):
    content = ListingRevision(**build_listing_fields(**{name: END}))
    assert judge_publication(content, employer).outcome == PUBLISH
    if place == "intro":
        employer.intro = BEGINNING
    elif place == "listing":
        publish(title=BEGINNING)
    else:
        make_rating(publish, seeker, Rating.By.SEEKER, reply=BEGINNING)
    verdict = judge_publication(content, employer)
    assert verdict.outcome == QUEUE and "divided_phone" in list_reason_codes(verdict)


def test_the_beginning_may_be_in_the_new_text(publish, employer):
    publish(duties=f"{END}，在商场一楼把试饮券交到路过的顾客手里。")
    content = ListingRevision(**build_listing_fields(title=BEGINNING))
    assert "divided_phone" in list_reason_codes(judge_publication(content, employer))


def test_what_others_wrote_and_what_is_not_public_is_not_compared(publish, employer):
    publish(title=BEGINNING).employer.listings.update(status="withdrawn")
    content = ListingRevision(**build_listing_fields(title=END))
    assert judge_publication(content, employer).outcome == PUBLISH
    own_listing = publish(title=BEGINNING)
    assert judge_publication(content, employer, listing=own_listing).outcome == PUBLISH


def test_an_introduction_and_words_with_a_rating_wait(publish, employer, owner, seeker):
    rating = make_rating(publish, seeker, Rating.By.SEEKER)
    publish(title=BEGINNING)
    for kind, number, name in (
        (TextKind.EMPLOYER_INTRO, employer.pk, "intro"),
        (TextKind.RATING_REPLY, rating.pk, "reply"),
    ):
        text = submit_public_text(kind, number, {name: END}, owner)
        assert text.status == "waiting" and text.reasons[0]["code"] == "divided_phone"


def test_two_ratings_of_one_seeker_wait(publish, seeker):
    make_rating(publish, seeker, Rating.By.SEEKER, words=BEGINNING)
    make_rating(publish, make_person("other"), Rating.By.SEEKER, words=BEGINNING)
    second = make_rating(publish, seeker, Rating.By.SEEKER)
    text = submit_public_text(TextKind.RATING, second.pk, {"words": END}, seeker)
    assert text.status == "waiting" and text.reasons[0]["code"] == "divided_phone"


def test_a_name_with_a_piece_is_shown_to_the_moderator(publish, employer):
    assert judge_employer_name(END, employer).outcome == PUBLISH
    publish(title=BEGINNING)
    assert list_reason_codes(judge_employer_name(END, employer)) == ["divided_phone"]


def test_names_of_shifts_have_no_pieces():
    assert judge_shift_names(["早班 1380743", "晚班 1234"])


def test_hot_words_stand_side_by_side(monkeypatch):
    monkeypatch.setattr(hot_words, "_finds_enough", lambda *_words: True)
    searched = Counter({BEGINNING: 9, END: 8, "家教": 7})
    assert hot_words._choose_words(0, searched, {}) == [BEGINNING, "家教"]


def test_only_a_text_with_a_piece_asks_for_the_others(publish, employer, django_assert_num_queries):
    for number in range(3):
        publish(title=f"整理货架 {number}")
    plain, piece = (
        ListingRevision(**build_listing_fields(title=title)) for title in ("整理货架", END)
    )
    judge_publication(plain, employer)
    with CaptureQueriesContext(connection) as queries:
        judge_publication(plain, employer)
    with django_assert_num_queries(len(queries) + 2):
        judge_publication(piece, employer)
