import pytest

from accounts.employers import invitations
from accounts.employers import registration as registering
from accounts.employers import transitions as employer_moves
from accounts.sign_in import one_time_codes as codes
from jobsite.me import personal_data as personal
from jobsite.operations import retention
from listings.applications import ratings
from listings.applications.transitions import AlreadyApplied
from listings.detail import contact_reveals as reveals
from listings.employer_desk import drafts as posting_drafts
from listings.imports import cell_parsers as parse
from listings.imports import import_errors as problems
from listings.publication import posting_quota as quota
from listings.publication import submission as posting
from listings.publication import transitions as listing_moves
from listings.search_subscriptions import saved_searches
from news import readers as stories
from news.articles import transitions as article_moves
from safety.learning import model_fitting as fitting
from safety.learning import model_lifecycle as training
from safety.moderation import claims
from safety.moderation import decisions as deciding
from sitekit.fetching import web_fetch as fetching
from sitekit.images import image_cleaning as images
from sitekit.messages import text_messages as sms
from sitekit.web import signed_links as signed
from sitekit.workflow.refusals import MoveRefused, Refusal

MOVES_REFUSED = [
    AlreadyApplied,
    article_moves.ArticleMoveRefused,
    employer_moves.EmployerMoveRefused,
    listing_moves.ListingMoveRefused,
]


@pytest.mark.parametrize(
    "exception",
    [
        *MOVES_REFUSED,
        claims.CaseTaken,
        codes.TooManyCodes,
        deciding.DecisionRefused,
        fetching.AddressRefused,
        images.ImageRefused,
        invitations.MembershipRefused,
        personal.ClosingRefused,
        posting.SubmissionRefused,
        posting_drafts.TooManyDrafts,
        problems.FileUnreadable,
        problems.RowRefused,
        quota.QuotaFull,
        ratings.RatingRefused,
        registering.RegistrationRefused,
        retention.PurgeRefused,
        reveals.ContactNotAvailable,
        reveals.TooManyReveals,
        stories.StoryRefused,
        training.ModelNotReady,
    ],
)
def test_what_people_read_is_a_refusal(exception):
    assert issubclass(exception, Refusal)


@pytest.mark.parametrize(
    "exception",
    [
        fitting.TooFewExamples,
        parse.CellUnreadable,
        posting_drafts.DraftChangedElsewhere,
        saved_searches.TooManySearches,
        signed.LinkUnusable,
        sms.TextMessageRefused,
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
    assert registering.RegistrationRefused("已经有人用了。", "licence_code").field == "licence_code"
    with pytest.raises(TypeError):
        Refusal()


def test_a_refused_picture_is_still_a_bad_value():
    with pytest.raises(ValueError, match="打不开"):
        raise images.ImageRefused("打不开。")


def test_moderators_read_every_refused_move():
    assert issubclass(listing_moves.ListingMoveRefused, deciding.REFUSALS)
    assert issubclass(employer_moves.EmployerMoveRefused, deciding.REFUSALS)
    assert issubclass(claims.CaseTaken, deciding.REFUSALS)
    assert not issubclass(registering.RegistrationRefused, deciding.REFUSALS)
