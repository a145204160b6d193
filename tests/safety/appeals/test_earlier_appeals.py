"""Pages that offer an appeal say instead that there is one already, and lead to it."""

import re
from pathlib import Path

import pytest

from accounts.public_text.submission import submit_public_text
from safety.appeals.transitions import decide_appeal
from tests.people import sign_in
from tests.safety.appealing import employer_at, make_appeal, make_superuser, move_listing_to_status

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
FORM = re.compile(r"/appeal/(?:listing|employer|text)/")


@pytest.fixture
def desk(client, owner):
    return sign_in(client, owner)


def stop_listing(listing, _owner, moderator):
    return move_listing_to_status(listing, "held", moderator), f"/employer/listings/{listing.pk}/"


def freeze_employer(listing, _owner, moderator):
    return employer_at(listing.employer, "frozen", moderator), "/employer/papers/"


def refuse_intro(listing, owner, _moderator):
    values = {"intro": "做米粉的小店，入职先交押金200元。"}
    text = submit_public_text("employer_intro", listing.employer_id, values, owner)
    return text, "/employer/details/"


def end_listing(listing, _owner, moderator):
    removed = move_listing_to_status(listing, "removed", moderator)
    return removed, f"/employer/listings/{listing.pk}/reply/"


@pytest.mark.parametrize("decide", [stop_listing, freeze_employer, refuse_intro, end_listing])
def test_the_form_is_offered_until_somebody_has_appealed(desk, owner, publish, decide):
    appealed, address = decide(publish(), owner, make_superuser("moderator"))
    assert FORM.search(desk.get(address).content.decode())
    appeal = make_appeal(appealed, owner)
    page = desk.get(address).content.decode()
    assert f'已经申诉，等审核员来看。<a href="/appeal/{appeal.pk}/">看进度</a>' in page
    assert not FORM.search(page)
    decide_appeal(appeal.pk, "dismissed", make_superuser("another"), "有转账记录")
    page = desk.get(address).content.decode()
    assert f'申诉有结果了。<a href="/appeal/{appeal.pk}/">看结果</a>' in page
    assert not FORM.search(page)


def test_every_template_that_offers_an_appeal_asks_for_an_earlier_one():
    offering = re.compile(r'safety:appeal_\w+|href="\{\{ appeal \}\}"')
    texts = {path: path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    forgetful = {
        path.name
        for path, text in texts.items()
        if offering.search(text) and "safety/appeals/_earlier.html" not in text
    }
    # Who registers a banned name is no member of it, and reads nothing of its appeals.
    assert forgetful == {"_form_errors.html"}
