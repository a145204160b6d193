"""Whose photos anybody may see: those of listings that show them. The files of all others are withheld.

A photo is uploaded withheld. A periodic job of the worker releases the files of listings that show theirs, and
withholds those of listings that do not show theirs any more. It reads what is committed: a publication that is taken
back leaves no file public. Until it has run, `serve_picture` reads a photo that is shown from where it lies.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import EmployerEvent, User
from cities.models import ExchangeGroup
from listings.detail.detail_context import SAFE_STATES, get_public_state
from listings.models import Listing, ListingDraft, ListingEvent, ListingRevision
from news.models import Article
from sitekit.images.pictures import release_picture, withhold_picture
from sitekit.maintenance.backfills import Backfill
from sitekit.models import Chore, Picture

JOB_NAME = "收起不再公开的照片"
_OVERLAP, _FIRST_TIME = timedelta(minutes=10), timedelta(days=1)
_BATCH = 100


def is_photo_shown(picture: Picture) -> bool:
    """Whether the page of a listing shows it to everybody."""
    return picture.pk in find_shown_photos([picture.pk])


def is_own_photo(user: User, picture: Picture) -> bool:
    """Whether it is in a listing, a draft or a former text of an employer of the user."""
    is_own = Q(employer__memberships__user=user)
    if Listing.objects.filter(is_own, photos__contains=[picture.pk]).exists():
        return True
    of_listing = Q(listing__employer__memberships__user=user, photos__contains=[picture.pk])
    return any(
        model._default_manager.filter(of_listing).exists()
        for model in (ListingDraft, ListingRevision)
    )


def find_shown_photos(photos: Sequence[int]) -> set[int]:
    """Return those of the photos that a public page of a listing shows. One query."""
    listings = Listing.objects.filter(photos__overlap=list(photos)).select_related("employer")
    return {
        number
        for listing in listings
        if get_public_state(listing) in SAFE_STATES
        for number in listing.photos
    }


def move_changed_photos(stopped: Callable[[], bool] = lambda: False) -> int:
    """Release or withhold the photos of the listings that changed since the last time, and of employers that changed;
    return how many were moved."""
    done_at = Chore.objects.filter(name=JOB_NAME).values_list("done_at", flat=True).first()
    since = done_at - _OVERLAP if done_at else timezone.now() - _FIRST_TIME
    changed = _list_changed_listings(since)
    count = 0
    for start in range(0, len(changed), _BATCH):
        if stopped():
            break
        count += move_photos_of(changed[start : start + _BATCH])
    return count


def _list_changed_listings(since: datetime) -> list[int]:
    by_listing = ListingEvent.objects.filter(created_at__gte=since).values("listing")
    by_employer = EmployerEvent.objects.filter(created_at__gte=since).values("employer")
    listings = Listing.objects.filter(Q(pk__in=by_listing) | Q(employer__in=by_employer))
    return list(listings.order_by("pk").values_list("pk", flat=True))


def move_photos_of(listing_ids: Sequence[int]) -> int:
    """Release the photos of these listings that a public page shows, and withhold the others, also those of former
    texts; return how many were moved."""
    photos = {
        number
        for model, condition in (
            (Listing, Q(pk__in=listing_ids)),
            (ListingRevision, Q(listing__in=listing_ids)),
        )
        for numbers in model._default_manager.filter(condition)
        .exclude(photos=[])
        .values_list("photos", flat=True)
        for number in numbers
    }
    if not photos:
        return 0
    pictures = list(Picture.objects.filter(pk__in=photos))
    shown = find_shown_photos([*photos])
    hidden = [picture for picture in pictures if picture.pk not in shown]
    elsewhere = _find_pictures_elsewhere(hidden) if hidden else set()
    released = sum(release_picture(picture) for picture in pictures if picture.pk in shown)
    return released + sum(
        withhold_picture(picture) for picture in hidden if picture.pk not in elsewhere
    )


def _find_pictures_elsewhere(pictures: Sequence[Picture]) -> set[int]:
    """Return those that the staff put into an article or into an exchange group."""
    numbers = {picture.pk for picture in pictures}
    heroes = Article.objects.filter(hero__in=numbers).values_list("hero", flat=True)
    groups = ExchangeGroup.objects.filter(picture__in=numbers).values_list("picture", flat=True)
    named = Q()
    for picture in pictures:
        named |= Q(body__contains=picture.digest)
    bodies = list(Article.objects.filter(named).values_list("body", flat=True))
    in_texts = {p.pk for p in pictures if any(p.digest in body for body in bodies)}
    return {number for number in (*heroes, *groups) if number} | in_texts


# The photos of before.
HIDDEN_PHOTOS = Backfill(
    "收起早先不公开的照片",
    version=2,
    rows=lambda: Listing.objects.exclude(photos=[]),
    fill=move_photos_of,
)
