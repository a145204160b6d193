"""What stands in photos: read by the worker, judged like what is typed, shown to a moderator."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Notice
from listings.choices import ListingStatus
from listings.detail import photos
from listings.detail.photos import add_photo, read_photos
from listings.publication import submission as posting
from listings.publication.photo_texts import select_photo_signals
from screening.screen import screen_text
from sitekit.images.picture_files import read_picture_file
from sitekit.models import Picture
from sitekit.ocr import reader_client, stored_readings
from sitekit.ocr.reader_client import ReaderBusy
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.daily_tests import mark_each
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
HARMLESS = ("张记米粉", "营业时间八点到二十点")
CONTACT = ("急招店员三名", "详情加微信 abcdef7")
DOUBTED_OFFER = (
    "招聘服务员三名 中午管饭",
    "早九点到晚六点 月底结清",
    "每小时二十元",
    "身份证原件放店里保管",
)
FEE = ("长期招代工", "手工活在家做 先交材料费 200 元")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def author():
    employer = make_employer(checks="LP")
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


@pytest.fixture
def submit(author):
    """Submit a text with photos of these lines; returns the listing and the verdict."""

    def submit(*photos, **fields):
        listing = posting.create_listing_with_draft(author.memberships.get().employer, author)
        for lines in photos:
            add_photo(listing.draft, encode_image(draw_lines(lines)))
        text = build_listing_fields(photos=listing.draft.photos, **fields)
        verdict = posting.submit_text(listing, text, author, signed_no_fee=True)
        return listing, verdict

    return submit


def get_codes(listing):
    reasons = listing.revisions.get().assessment.reasons
    return [reason["code"] for reason in reasons]


def test_a_harmless_photo_is_waited_for_and_then_the_text_is_published(submit, author):
    listing, verdict = submit(HARMLESS)
    assert verdict.outcome == "queue"
    assert [reason.code for reason in verdict.reasons] == ["photo_unread"]
    assert read_photos() == 1
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PUBLISHED
    assert get_codes(listing) == []
    assert Notice.objects.filter(user=author, title__contains="已经发布").exists()
    assert not mail.outbox
    assert read_photos() == 0


def test_what_became_of_it_is_told_to_the_owners_if_the_author_has_left(submit, author):
    listing, _verdict = submit(HARMLESS)
    owner = make_person("new owner")
    listing.employer.memberships.create(user=owner, role="owner")
    author.memberships.all().delete()
    read_photos()
    notice = Notice.objects.get(title__contains="已经发布")
    assert notice.user == owner and notice.address == f"/employer/listings/{listing.pk}/"


@pytest.mark.parametrize(
    ("lines", "family"),
    mark_each(2, [(CONTACT, "contact_evasion"), (FEE, "handicraft_deposit")]),
)
def test_a_contact_or_a_fee_in_a_photo_sends_the_text_to_a_moderator(submit, lines, family):
    listing, _verdict = submit(HARMLESS, lines)
    assert read_photos() == 2
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING
    assert get_codes(listing) == ["photo_text"]
    assessment = listing.revisions.get().assessment
    assert assessment.reasons[0]["words"].startswith("第 2 张照片里写着“")
    photo = listing.revisions.get().photos[1]
    assert {signal["field"] for signal in assessment.signals} == {f"photo:{photo}"}
    assert any(family in signal["code"] for signal in assessment.signals)


def test_a_fee_among_ordinary_words_of_a_photo_waits_as_it_would_if_typed(submit):
    ordinary = ("招聘服务员三名 中午管饭", "早九点到晚六点 月底结清", "每小时二十元")
    listing, _verdict = submit((*ordinary, "先交50押金"))
    assert read_photos() == 1
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING and get_codes(listing) == ["photo_text"]
    words = listing.revisions.get().assessment.reasons[0]["words"]
    assert words.startswith("第 1 张照片里写着“先交50押金”：")


def test_what_the_model_doubts_in_an_offer_in_a_photo_waits_as_it_would_if_typed(submit):
    listing, _verdict = submit(DOUBTED_OFFER)
    assert read_photos() == 1
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING and get_codes(listing) == ["photo_text"]
    (signal,) = listing.revisions.get().assessment.signals
    assert signal["code"] == "model.doubt"


def test_what_the_model_doubts_in_a_photo_of_no_offer_says_nothing():
    for text in (
        "珍珠奶茶 12元\n杨枝甘露 18元\n芋泥波波 16元\n加料每份2元",
        "Welcome to our shop\nplease enjoy your coffee",
    ):
        assert screen_text(text).is_doubtful
        assert list(select_photo_signals(text)) == []


def test_a_photo_that_the_storage_does_not_hand_out_waits_alone(submit, monkeypatch):
    lost, _verdict = submit(HARMLESS)
    other, _verdict = submit(("张记米粉", "早点六点开始"), title="晚市新品派发员")
    digest = Picture.objects.get(pk=lost.revisions.get().photos[0]).digest

    def refuse(name):
        if digest in name:
            raise PermissionError(name)
        return read_picture_file(name)

    with monkeypatch.context() as patch:
        patch.setattr(stored_readings, "read_picture_file", refuse)
        assert read_photos() == 1
    for listing in (lost, other):
        listing.refresh_from_db()
    assert (lost.status, other.status) == (ListingStatus.PENDING, ListingStatus.PUBLISHED)
    assert read_photos() == 1
    lost.refresh_from_db()
    assert lost.status == ListingStatus.PUBLISHED


def test_a_text_that_cannot_be_judged_holds_up_no_other(submit, monkeypatch):
    broken, _verdict = submit(HARMLESS)
    other, _verdict = submit(HARMLESS, title="晚市新品派发员")
    judge = photos.judge_text_after_reading_photos

    def fail(revision_id, listing_id):
        if listing_id == broken.pk:
            raise ValueError
        judge(revision_id, listing_id)

    monkeypatch.setattr(photos, "judge_text_after_reading_photos", fail)
    read_photos()
    for listing in (broken, other):
        listing.refresh_from_db()
    assert (broken.status, other.status) == (ListingStatus.PENDING, ListingStatus.PUBLISHED)


def test_the_moderator_sees_the_place_in_the_photo(submit, client):
    listing, _verdict = submit(CONTACT)
    read_photos()
    sign_in(client, make_moderator_user())
    page = read_body(client.get(f"/admin/desk/listings/{listing.pk}/"))
    drawing = page.partition('<div class="shot">')[2].partition("</svg>")[0]
    assert 'href="#reason-1"' in drawing and '<rect class="place"' in drawing
    assert 'id="reason-1"' in page


@pytest.mark.full
def test_a_photo_that_was_read_once_is_not_read_again(submit):
    submit(HARMLESS)
    read_photos()
    _listing, verdict = submit(HARMLESS, title="晚市新品派发员")
    assert verdict.outcome == "publish" and Picture.objects.count() == 1
    assert read_photos() == 0


def test_while_the_reader_cannot_read_texts_wait_and_nothing_is_lost(submit, monkeypatch):
    def refuse(*_asked):
        raise ReaderBusy

    listing, _verdict = submit(HARMLESS)
    with monkeypatch.context() as patch:
        patch.setattr("sitekit.ocr.stored_readings.read_pictures", refuse)
        assert read_photos() == 0
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING
    assert read_photos() == 1


def test_a_photo_at_which_the_reader_ends_each_time_waits_for_a_moderator_and_holds_up_no_other(
    submit, monkeypatch
):
    hostile, _verdict = submit(CONTACT)
    harmless, _verdict = submit(HARMLESS, title="晚市新品派发员")
    lost, submit_pictures = iter(["lost", "lost again"]), reader_client.submit_pictures
    monkeypatch.setattr(
        reader_client, "submit_pictures", lambda given: next(lost, "") or submit_pictures(given)
    )
    assert read_photos() == 2 and read_photos() == 0
    hostile.refresh_from_db()
    harmless.refresh_from_db()
    assert harmless.status == ListingStatus.PUBLISHED
    assert hostile.status == ListingStatus.PENDING and get_codes(hostile) == ["photo_unreadable"]
    (reason,) = hostile.revisions.get().assessment.reasons
    assert reason["words"] == "第 1 张照片读不出来，审核员要先看过。"
    assert reason["cure"] == "换一张清楚的照片，就不用等这一项。"


def test_a_text_that_waits_for_another_reason_too_goes_on_waiting_without_the_one(submit):
    listing, verdict = submit(HARMLESS, category="qr_promo")
    assert {reason.code for reason in verdict.reasons} == {"category", "photo_unread"}
    read_photos()
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING and get_codes(listing) == ["category"]


def test_what_a_moderator_decided_meanwhile_stays(submit):
    listing, _verdict = submit(FEE)
    posting.transitions.move_listing(
        listing.pk, ListingStatus.REJECTED, make_moderator_user(), "不合适"
    )
    read_photos()
    listing.refresh_from_db()
    assert listing.status == ListingStatus.REJECTED


def test_a_text_that_ended_unread_waits_for_a_moderator_and_holds_up_no_other(submit):
    ended, _verdict = submit(HARMLESS)
    ended.revisions.update(valid_through=timezone.localdate() - timedelta(days=1))
    other, _verdict = submit(HARMLESS, title="晚市新品派发员")
    assert read_photos() == 1
    ended.refresh_from_db()
    other.refresh_from_db()
    assert (ended.status, other.status) == (ListingStatus.PENDING, ListingStatus.PUBLISHED)
    (reason,) = ended.revisions.get().assessment.reasons
    assert (reason["code"], reason["words"]) == ("not_publishable", "有效期已过，不能发布。")
    assert ended.revisions.get().status == "waiting"
