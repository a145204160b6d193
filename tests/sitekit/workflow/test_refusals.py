import pytest

from accounts import codes, invitations, registering
from accounts import transitions as employer_moves
from jobsite import personal, retention
from listings import posting, posting_drafts, quota, ratings, reveals, saved_searches
from listings import transitions as listing_moves
from listings.applications import AlreadyApplied
from listings.imports import parse, problems
from news import stories
from news import transitions as article_moves
from safety import claims, deciding
from safety.learning import fitting, training
from sitekit import fetching, images, signed, sms
from sitekit.workflow.refusals import MoveRefused, Refusal

MOVES_REFUSED = [
    AlreadyApplied,
    article_moves.MoveRefused,
    employer_moves.MoveRefused,
    listing_moves.MoveRefused,
]


@pytest.mark.parametrize(
    "exception",
    [
        *MOVES_REFUSED,
        claims.Taken,
        codes.TooMany,
        deciding.Refused,
        fetching.Refused,
        images.Refused,
        invitations.Refused,
        personal.Refused,
        posting.NotSubmitted,
        posting_drafts.Full,
        problems.FileUnreadable,
        problems.RowRefused,
        quota.QuotaFull,
        ratings.Refused,
        registering.Refused,
        retention.Refused,
        reveals.NotOpen,
        reveals.TooMany,
        stories.Refused,
        training.NotReady,
    ],
)
def test_what_people_read_is_a_refusal(exception):
    assert issubclass(exception, Refusal)


@pytest.mark.parametrize(
    "exception",
    [
        fitting.TooFew,
        parse.Unreadable,
        posting_drafts.Stale,
        saved_searches.TooMany,
        signed.Unusable,
        sms.Refused,
    ],
)
def test_what_only_code_reads_is_none(exception):
    assert not issubclass(exception, Refusal)


@pytest.mark.parametrize("exception", MOVES_REFUSED)
def test_whoever_catches_refused_moves_catches_those_of_every_app(exception):
    assert issubclass(exception, MoveRefused)


def test_a_refusal_has_words_and_may_name_a_field():
    assert str(Refusal("没有标题。")) == "没有标题。"
    assert Refusal("没有标题。").field is None
    assert registering.Refused("已经有人用了。", "licence_code").field == "licence_code"
    with pytest.raises(TypeError):
        Refusal()


def test_a_refused_picture_is_still_a_bad_value():
    with pytest.raises(ValueError, match="打不开"):
        raise images.Refused("打不开。")


def test_moderators_read_every_refused_move():
    assert issubclass(listing_moves.MoveRefused, deciding.REFUSALS)
    assert issubclass(employer_moves.MoveRefused, deciding.REFUSALS)
    assert issubclass(claims.Taken, deciding.REFUSALS)
    assert not issubclass(registering.Refused, deciding.REFUSALS)
