import pytest

from accounts.employers.invitations import MembershipRefused
from accounts.employers.registration import RegistrationRefused
from accounts.employers.transitions import EmployerMoveRefused
from accounts.sign_in.one_time_codes import CodeRefused
from jobsite.me.personal_data import ClosingRefused
from jobsite.operations.retention import PurgeRefused
from listings.applications.ratings import RatingRefused
from listings.applications.transitions import AlreadyApplied
from listings.detail.contact_reveals import ContactNotAvailable, TooManyReveals
from listings.employer_desk.drafts import DraftChangedElsewhere
from listings.imports.cell_parsers import CellUnreadable
from listings.imports.record_source import FileUnreadable
from listings.imports.row_parser import RowRefused
from listings.publication.submission import SubmissionRefused
from listings.publication.transitions import ListingMoveRefused
from listings.search_subscriptions.saved_searches import TooManySearches
from news.articles.transitions import ArticleMoveRefused
from news.readers.story import StoryRefused
from safety.learning.model_fitting import TooFewExamples
from safety.learning.model_lifecycle import ModelNotReady
from safety.moderation.claims import CaseTaken
from safety.moderation.decisions import REFUSALS, DecisionRefused
from sitekit.fetching.web_fetch import AddressRefused
from sitekit.images.image_cleaning import ImageRefused
from sitekit.messages.text_messages import TextMessageRefused
from sitekit.web.signed_links import LinkUnusable
from sitekit.workflow.refusals import MoveRefused, Refusal

MOVES_REFUSED = [
    AlreadyApplied,
    ArticleMoveRefused,
    EmployerMoveRefused,
    ListingMoveRefused,
]


@pytest.mark.parametrize(
    "exception",
    [
        *MOVES_REFUSED,
        CaseTaken,
        CodeRefused,
        DecisionRefused,
        AddressRefused,
        ImageRefused,
        MembershipRefused,
        ClosingRefused,
        SubmissionRefused,
        FileUnreadable,
        RowRefused,
        RatingRefused,
        RegistrationRefused,
        PurgeRefused,
        ContactNotAvailable,
        TooManyReveals,
        StoryRefused,
        ModelNotReady,
    ],
)
def test_what_people_read_is_a_refusal(exception):
    assert issubclass(exception, Refusal)


@pytest.mark.parametrize(
    "exception",
    [
        TooFewExamples,
        CellUnreadable,
        DraftChangedElsewhere,
        TooManySearches,
        LinkUnusable,
        TextMessageRefused,
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
    assert RegistrationRefused("已经有人用了。", "licence_code").field == "licence_code"
    with pytest.raises(TypeError):
        Refusal()


def test_a_refused_picture_is_still_a_bad_value():
    with pytest.raises(ValueError, match="打不开"):
        raise ImageRefused("打不开。")


def test_moderators_read_every_refused_move():
    assert issubclass(ListingMoveRefused, REFUSALS)
    assert issubclass(EmployerMoveRefused, REFUSALS)
    assert issubclass(CaseTaken, REFUSALS)
    assert not issubclass(RegistrationRefused, REFUSALS)
