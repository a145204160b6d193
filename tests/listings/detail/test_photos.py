"""Photos of a listing: put in by its employer, shown with the approved text, checked for codes."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from listings.detail.photos import MAX_PHOTOS, add_photo, list_content_photos, read_photos
from listings.employer_desk.drafts import discard_draft
from listings.models import ListingDraft, ListingRevision
from listings.publication import submission as posting
from sitekit.images.pictures import ImageRefused, create_picture
from sitekit.models import Picture
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tests.sitekit.images.test_barcodes import GROUP, draw_qr_code, on_a_photo
from tests.sitekit.images.test_pictures import encode_image, png_header
from tools.demo.factories import make_employer, make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def author(shop):
    user = make_person("owner")
    shop.memberships.create(user=user, role="owner")
    return user


@pytest.fixture
def draft(shop, author):
    return posting.create_listing_with_draft(shop, author, {"title": ["派发"]}).draft


@pytest.fixture
def owner(client, author):
    return sign_in(client, author)


def build_photo(shade=1, kind="PNG"):
    return encode_image(Image.new("RGB", (640, 480), (shade, 90, 90)), kind)


def build_photo_upload(data, name="a.png", kind="image/png"):
    return SimpleUploadedFile(name, data, kind)


def get_photos_address(draft):
    return f"/employer/listings/{draft.listing_id}/photos/"


def post_photos(client, draft, *files):
    return client.post(get_photos_address(draft), {"photos": list(files)})


def list_draft_photos(draft):
    draft.refresh_from_db()
    return draft.photos


def list_photo_files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_photos_are_put_in_and_taken_out_again(owner, draft):
    assert post_photos(
        owner, draft, build_photo_upload(build_photo(1)), build_photo_upload(build_photo(2))
    ).url == get_photos_address(draft)
    first, second = list_draft_photos(draft)
    page = read_body(owner.get(get_photos_address(draft)))
    assert "已添加 2 张" in page and page.count("/remove/") == 2
    assert owner.post(f"{get_photos_address(draft)}{first}/remove/").url == get_photos_address(
        draft
    )
    assert owner.post(f"{get_photos_address(draft)}{first}/remove/").url == get_photos_address(
        draft
    ), "twice is harmless"
    assert list_draft_photos(draft) == [second]


def test_the_same_photo_twice_is_one(owner, draft):
    post_photos(
        owner,
        draft,
        build_photo_upload(build_photo()),
        build_photo_upload(build_photo(), "other.png"),
    )
    post_photos(owner, draft, build_photo_upload(build_photo()))
    assert len(list_draft_photos(draft)) == 1


def test_six_and_no_more(owner, draft):
    response = post_photos(owner, draft, *(build_photo_upload(build_photo(n)) for n in range(8)))
    assert "从第 7 张起没有添加" in read_body(response)
    assert len(list_draft_photos(draft)) == int(MAX_PHOTOS)
    page = read_body(owner.get(get_photos_address(draft)))
    assert "已经放满 6 张" in page and 'type="file"' not in page
    with pytest.raises(ImageRefused, match="最多 6 张"):
        add_photo(draft, build_photo(99))


def test_a_draft_that_was_read_before_another_filled_it_takes_no_seventh(draft):
    earlier = ListingDraft.objects.get(pk=draft.pk)
    for n in range(6):
        add_photo(draft, build_photo(n))
    with pytest.raises(ImageRefused, match="最多 6 张"):
        add_photo(earlier, build_photo(7))
    assert len(list_draft_photos(draft)) == 6


def test_an_operator_allows_no_more_than_a_text_can_hold():
    assert MAX_PHOTOS.most == ListingRevision._meta.get_field("photos").size


def test_a_photo_that_is_there_already_takes_no_room(owner, draft):
    for n in range(5):
        add_photo(draft, build_photo(n))
    files = [build_photo_upload(build_photo(n)) for n in (0, 50)]
    assert post_photos(owner, draft, *files).status_code == 302
    assert len(list_draft_photos(draft)) == 6
    page = read_body(owner.get(get_photos_address(draft)))
    assert "已添加 1 张" in page and "有 1 张已经在这里了" in page


def test_a_photo_that_is_one_too_many_leaves_nothing(draft, folder):
    for n in range(6):
        add_photo(draft, build_photo(n))
    files = list_photo_files(folder)
    with pytest.raises(ImageRefused, match="最多 6 张"):
        add_photo(draft, build_photo(99))
    assert Picture.objects.count() == 6 and list_photo_files(folder) == files
    assert not add_photo(draft, build_photo(0)), "it is there already"


def test_a_draft_that_goes_during_an_upload_is_said(owner, draft, monkeypatch):
    def discard_meanwhile(file, **options):
        picture = create_picture(file, **options)
        discard_draft(draft.listing_id)
        return picture

    monkeypatch.setattr("listings.detail.photos.create_picture", discard_meanwhile)
    answer = post_photos(owner, draft, build_photo_upload(build_photo()))
    assert "这份草稿已经删掉了" in read_body(owner.get(answer.url))


def test_of_several_files_the_good_ones_are_taken_and_the_others_said(owner, draft):
    response = post_photos(
        owner,
        draft,
        build_photo_upload(build_photo(1)),
        build_photo_upload(b"<svg/>", "x.svg"),
        build_photo_upload(build_photo(2)),
    )
    assert "第 2 张没有收：SVG 里可以藏脚本" in read_body(response)
    assert 'id="id_photos_error"' in read_body(response)
    assert len(list_draft_photos(draft)) == 2


def test_photos_do_not_make_the_form_stale_that_is_open_beside(draft):
    add_photo(draft, build_photo())
    before = draft.edition
    draft.refresh_from_db()
    assert draft.edition == before


def test_nothing_chosen_is_said(owner, draft):
    assert "还没有选照片" in read_body(post_photos(owner, draft))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "还没有选照片|空的"),
        (b"MZ" + b"\0" * 500, "这不是能用的图片"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, "图片"),
        (build_photo()[:400], "图片不完整或已损坏"),
        (png_header(30_000, 30_000), "像素太多"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%PDF-1.7", "这不是能用的图片"),
        (b"x" * (15 * 1024 * 1024 + 1), "不能超过 15 MB"),
        (build_photo()[:30] + b"\0" * 100, "图片"),
    ],
    ids=["empty", "exe", "jpeg head", "truncated", "huge", "svg", "pdf", "heavy", "spoiled"],
)
def test_hostile_files_are_refused_and_leave_nothing(owner, draft, folder, data, message):
    response = post_photos(owner, draft, build_photo_upload(data))
    assert response.status_code == 200
    assert any(part in read_body(response) for part in message.split("|"))
    assert 'id="id_photos_error"' in read_body(response)
    assert (
        list_draft_photos(draft) == []
        and not Picture.objects.exists()
        and list_photo_files(folder) == []
    )


def test_a_hundred_megabytes_end_at_the_limit(owner, draft, folder):
    response = post_photos(owner, draft, build_photo_upload(b"\x89PNG" * (25 * 1024 * 1024)))
    assert "不能超过 15 MB" in read_body(response)
    assert list_photo_files(folder) == []


def test_an_animation_becomes_its_first_picture_and_a_type_that_lies_is_looked_through(
    owner, draft
):
    frames = [Image.new("RGB", (100, 100), (n, 0, 0)) for n in (10, 200)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    post_photos(
        owner,
        draft,
        build_photo_upload(file.getvalue(), "a.gif"),
        build_photo_upload(build_photo(3, "JPEG"), "b.exe", "x/y"),
    )
    assert len(list_draft_photos(draft)) == 2


def test_too_many_in_an_hour_are_said_so(owner, draft, monkeypatch):
    monkeypatch.setattr("listings.employer_desk.photo_views.PHOTOS_AN_HOUR", 1)
    response = post_photos(
        owner, draft, build_photo_upload(build_photo(1)), build_photo_upload(build_photo(2))
    )
    assert "过一会儿再传" in read_body(response)
    assert len(list_draft_photos(draft)) == 1


def test_only_the_employers_own_people_reach_them(owner, draft, client):
    post_photos(owner, draft, build_photo_upload(build_photo()))
    (number,) = list_draft_photos(draft)
    other = make_employer()
    stranger = make_person("stranger")
    other.memberships.create(user=stranger, role="owner")
    foreign = sign_in(type(client)(), stranger)
    assert foreign.get(get_photos_address(draft)).status_code == 404
    assert post_photos(foreign, draft, build_photo_upload(build_photo(2))).status_code == 404
    assert foreign.post(f"{get_photos_address(draft)}{number}/remove/").status_code == 404
    assert owner.get(f"{get_photos_address(draft)}{number}/remove/").status_code == 405
    assert owner.get("/employer/listings/999999/photos/").status_code == 404
    assert "/accounts/login/" in type(client)().get(get_photos_address(draft)).url
    assert list_draft_photos(draft) == [number]


def test_a_photo_is_put_before_the_others(owner, draft):
    for n in (1, 2, 3):
        add_photo(draft, build_photo(n))
    first, second, third = list_draft_photos(draft)
    page = get_photos_address(draft)
    for _press in range(2):
        assert owner.post(f"{page}{third}/first/").url == page
        assert list_draft_photos(draft) == [third, first, second]
    owner.post(f"{page}999999/first/")
    assert list_draft_photos(draft) == [third, first, second]
    buttons = [
        number
        for number in (first, second, third)
        if f"{page}{number}/first/" in read_body(owner.get(page))
    ]
    assert buttons == [first, second]


def test_a_listing_without_a_draft_has_no_page_for_photos(owner, shop):
    listing = make_listing(employer=shop)
    page = f"/employer/listings/{listing.pk}/photos/"
    for answer in (owner.get(page, follow=True), owner.post(f"{page}1/remove/", follow=True)):
        assert answer.redirect_chain == [(f"/employer/listings/{listing.pk}/", 302)]
        assert "草稿已经提交或者删掉了" in read_body(answer)


def submit_draft_text(draft, author):
    text = build_listing_fields(photos=list_draft_photos(draft))
    return posting.submit_text(draft.listing, text, author, signed_no_fee=True)


def test_approved_photos_are_on_the_public_page_without_a_shift(draft, author, client):
    for n in (1, 2):
        add_photo(draft, build_photo(n))
    assert submit_draft_text(draft, author).outcome == "queue", "until they were read"
    assert read_photos() == 2
    page = read_body(client.get(draft.listing.get_absolute_url(), follow=True))
    assert page.count("<img") == 2
    assert page.count('width="640" height="480"') == 2
    assert page.count('loading="lazy"') == 2
    assert 'alt="照片 1：商场新品派发员"' in page and 'alt="照片 2：商场新品派发员"' in page
    for number in draft.photos:
        source = Picture.objects.get(pk=number).digest
        assert source in page


def test_photos_cost_one_query_and_none_without(draft, django_assert_num_queries):
    add_photo(draft, build_photo(1))
    add_photo(draft, build_photo(2))
    with django_assert_num_queries(1):
        assert [content_photo["pk"] for content_photo in list_content_photos(draft)] == draft.photos
    with django_assert_num_queries(0):
        assert list_content_photos(ListingDraft()) == []


def test_a_photo_with_a_code_is_said_and_sends_the_listing_to_a_person(owner, draft, author):
    post_photos(owner, draft, build_photo_upload(encode_image(on_a_photo(draw_qr_code()), "JPEG")))
    assert "这张里有二维码或条码" in read_body(owner.get(get_photos_address(draft)))
    assert Picture.objects.get().codes == [GROUP]
    verdict = submit_draft_text(draft, author)
    assert verdict.outcome == "queue"
    assert any(reason.code == "photo_code" for reason in verdict.reasons)
