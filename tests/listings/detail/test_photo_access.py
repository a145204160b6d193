"""A photo can be seen by everybody only while a page of a listing shows it: at its address too, which nobody guesses
but its author knows.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import EmployerStatus
from listings.detail import photo_access
from listings.detail.photos import add_photo
from listings.models import Listing, ListingEvent
from listings.periodic_tasks import JOBS
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.submission import create_listing_with_draft
from listings.publication.transitions import move_listing, publish_listing
from news.models import Article
from sitekit.images.picture_files import find_stored_name, has_public_file
from sitekit.images.pictures import (
    THUMBNAIL_WIDTH,
    build_file_name,
    build_picture_url,
    create_picture,
    withhold_picture,
)
from sitekit.maintenance.periodic import run_task
from sitekit.models import Picture
from tests.people import make_person, sign_in
from tests.sitekit.images.test_pictures import encode_image

pytestmark = pytest.mark.django_db
(JOB,) = [job for job in JOBS if job.name == photo_access.JOB_NAME]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def draw_photo(colour):
    return encode_image(Image.new("RGB", (500, 300), colour))


def get_status(picture, width=480, client=None):
    response = (client or Client()).get(build_picture_url(picture.digest, width, "webp"))
    is_public = is_file_public(picture) or photo_access.is_photo_shown(picture)
    assert response.status_code != 200 or response["Cache-Control"].startswith(
        "public" if is_public else "private"
    )
    for close in response._resource_closers:  # not the connection
        close()
    return response.status_code


def is_file_public(picture, width=480, suffix="webp"):
    return has_public_file(build_file_name(picture.digest, width, suffix))


@pytest.fixture
def photo():
    return create_picture(draw_photo("green"), is_public=False)


@pytest.fixture
def listing(publish, photo):
    return publish(listing_fields={"photos": [photo.pk]})


@pytest.fixture
def moderator():
    return make_person("moderator", is_staff=True)


def test_a_photo_of_a_draft_is_seen_by_its_authors_and_the_staff_only(employer, owner, moderator):
    file = SimpleUploadedFile("a.png", draw_photo("teal"))
    draft = create_listing_with_draft(employer, owner).draft
    assert add_photo(draft, file)
    photo, stranger = Picture.objects.get(), make_person("stranger")
    for width in (480, THUMBNAIL_WIDTH):
        assert get_status(photo, width) == 404
        assert get_status(photo, width, sign_in(Client(), stranger)) == 404
        assert get_status(photo, width, sign_in(Client(), owner)) == 200
        assert get_status(photo, width, sign_in(Client(), moderator)) == 200
        assert get_status(photo, width) == 404, "it was not released by who saw it"


def test_a_photo_is_released_with_the_listing_that_shows_it(photo, publish):
    assert get_status(photo) == 404
    name = build_file_name(photo.digest, 480, "webp")
    assert Client().get(f"/media/pictures/{find_stored_name(name)}").status_code == 404
    publish(listing_fields={"photos": [photo.pk]})
    assert get_status(photo) == get_status(photo, THUMBNAIL_WIDTH) == 200
    assert not is_file_public(photo), "who looks at it moves no file"
    assert run_task(JOB) == (1, True)
    assert is_file_public(photo, suffix="avif") and is_file_public(photo, THUMBNAIL_WIDTH)
    assert get_status(photo) == get_status(photo, THUMBNAIL_WIDTH) == 200


def test_a_publication_that_is_taken_back_releases_nothing(photo, publish, listing, moderator):
    move_listing(listing.pk, "held", moderator, "收押金")
    run_task(JOB)
    with transaction.atomic():
        publish_listing(listing.pk, moderator, "查实没有问题", with_text=False)
        assert get_status(photo) == 200, "who reads inside the transaction sees it"
        transaction.set_rollback(True)
    assert not is_file_public(photo) and get_status(photo) == 404
    assert run_task(JOB) == (0, True) and not is_file_public(photo)


def test_a_photo_that_was_left_withheld_is_released(listing, photo):
    """Published long before the job looked again, or while the worker stood."""
    ListingEvent.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert run_task(JOB) == (0, True) and not is_file_public(photo)
    rows = [*photo_access.HIDDEN_PHOTOS.rows().values_list("pk", flat=True)]
    assert photo_access.HIDDEN_PHOTOS.fill(rows) == 1 and is_file_public(photo)


def test_a_released_photo_costs_no_query(listing, photo, client, django_assert_num_queries):
    run_task(JOB)
    with django_assert_num_queries(0):
        assert get_status(photo, client=client) == 200


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud", "withdrawn"])
def test_a_photo_of_a_listing_that_is_not_shown_any_more(listing, photo, moderator, owner, status):
    assert get_status(photo) == 200 and run_task(JOB) == (1, True)
    kinds = {"fraud_type": "upfront_fee"} if status == "removed_fraud" else {}
    move_listing(listing.pk, status, moderator, "收押金", **kinds)
    assert run_task(JOB) == (1, True)
    assert get_status(photo) == get_status(photo, THUMBNAIL_WIDTH) == 404
    assert get_status(photo, client=sign_in(Client(), moderator)) == 200
    assert get_status(photo, client=sign_in(Client(), owner)) == 200
    if status in ("held", "removed", "removed_fraud"):
        publish_listing(listing.pk, moderator, "查实没有问题", with_text=False)
        assert get_status(photo) == 200 and run_task(JOB) == (1, True)
        assert is_file_public(photo)


@pytest.mark.parametrize("status", ["paused", "filled"])
def test_a_photo_of_a_listing_that_is_shown_as_ended_stays(listing, photo, owner, status):
    assert run_task(JOB) == (1, True) and get_status(photo) == 200
    move_listing(listing.pk, status, owner)
    assert run_task(JOB) == (0, True) and get_status(photo) == 200


def test_photos_of_a_frozen_employer(listing, photo, employer, moderator):
    assert run_task(JOB) == (1, True) and get_status(photo) == 200
    move_employer_with_listings(employer.pk, EmployerStatus.FROZEN, moderator, "收押金")
    assert run_task(JOB) == (1, True) and get_status(photo) == 404


def test_a_photo_that_another_listing_or_an_article_shows_stays(publish, listing, photo, owner):
    second = publish(title="另一条", listing_fields={"photos": [photo.pk]})
    assert run_task(JOB) == (1, True) and get_status(photo) == 200
    move_listing(listing.pk, "withdrawn", owner)
    assert run_task(JOB) == (0, True) and get_status(photo) == 200
    address = build_picture_url(photo.digest, 480, "webp")
    article = Article.objects.create(
        title="骗局", body=f'<p>先交押金的都是骗子。</p><p><img src="{address}"></p>'
    )
    move_listing(second.pk, "withdrawn", owner)
    assert run_task(JOB) == (0, True) and get_status(photo) == 200
    article.delete()
    assert run_task(JOB) == (1, True) and get_status(photo) == 404


def test_a_photo_that_the_staff_upload_is_public(photo):
    assert get_status(photo) == 404
    create_picture(draw_photo("green"))
    assert get_status(photo) == 200
    create_picture(draw_photo("green"), is_public=False)
    assert get_status(photo) == 200, "what is public is not hidden by who uploads it again"


def test_photos_of_before_are_withheld(listing, photo, owner):
    assert run_task(JOB) == (1, True) and get_status(photo) == 200
    Listing.objects.update(status="removed")
    rows = [*photo_access.HIDDEN_PHOTOS.rows().values_list("pk", flat=True)]
    assert photo_access.HIDDEN_PHOTOS.fill(rows) == 1 and get_status(photo) == 404
    assert not withhold_picture(photo)


def test_the_number_of_queries_does_not_grow(publish, owner, django_assert_num_queries):
    for number in range(3):
        photo = create_picture(draw_photo((number * 60, 0, 0)), is_public=False)
        listing = publish(title=f"第 {number} 条", listing_fields={"photos": [photo.pk]})
        photo_access.move_photos_of([listing.pk])
        move_listing(listing.pk, "withdrawn", owner)
    with django_assert_num_queries(9):
        assert photo_access.move_changed_photos() == 3
