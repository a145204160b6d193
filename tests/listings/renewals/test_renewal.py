"""A renewal moves the last day; what else was begun on the listing goes on."""

import datetime

import pytest

from listings.employer_desk import drafts
from listings.publication import submission
from listings.renewals.renewal import submit_renewal

pytestmark = pytest.mark.django_db


@pytest.fixture
def until(today):
    return today + datetime.timedelta(30)


@pytest.fixture
def ending(publish, today):
    return publish(valid_through=today + datetime.timedelta(2))


def test_an_edit_begun_before_does_not_take_it_back(ending, owner, until):
    drafts.begin_edit(ending, owner)
    assert submit_renewal(ending.pk, until, owner, signed_no_fee=True) == "publish"
    ending.refresh_from_db()
    draft = drafts.find_listing_draft(ending)
    assert draft.edition == 1, "a form that is open elsewhere is told"
    content = drafts.validate_draft(draft).content
    submission.submit_draft(ending.pk, draft.edition, content, owner, signed_no_fee=True)
    ending.refresh_from_db()
    assert ending.valid_through == until


def test_a_day_that_was_typed_into_the_edit_stays(ending, owner, until, today):
    draft = drafts.begin_edit(ending, owner)
    draft.data["valid_through"] = [str(today + datetime.timedelta(9))]
    draft.save()
    submit_renewal(ending.pk, until, owner, signed_no_fee=True)
    draft.refresh_from_db()
    assert draft.data["valid_through"] == [str(today + datetime.timedelta(9))]
    assert draft.edition == 0
