"""Photos of a listing: ids of pictures, on the draft and on the approved text."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from listings.choices import MAX_STORED_PHOTOS, RevisionStatus
from listings.models import ListingContent, ListingDraft, RevisionAssessment
from listings.publication.photo_texts import PHOTO_UNREAD
from listings.publication.submission import judge_text_after_reading_photos
from sitekit.images.pictures import ImageRefused, create_picture, find_picture, list_picture_sources
from sitekit.maintenance.periodic import run_guarded
from sitekit.models import Picture
from sitekit.ocr.stored_readings import read_requested_pictures, request_readings
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.refusals import Refusal

MAX_PHOTOS = declare_limit("photos", "发布兼职", "一条兼职放几张照片", 6, most=MAX_STORED_PHOTOS)


class DraftIsFull(ImageRefused):
    """The draft has no room for another photo."""


def add_photo(draft: ListingDraft, file: UploadedFile) -> bool:
    """Add the file to the draft, the same file only once; return whether it is new there.

    Raise `ImageRefused`, and another `Refusal` if the draft is gone.
    """
    is_full = len(draft.photos) >= int(MAX_PHOTOS)  # then a new picture is not stored at all
    picture = find_picture(file) if is_full else create_picture(file, is_public=False)
    with transaction.atomic():
        locked = _lock_draft(draft)
        if picture and picture.pk in locked.photos:
            return False
        if picture is None or len(locked.photos) >= int(MAX_PHOTOS):
            raise DraftIsFull(f"最多 {int(MAX_PHOTOS)} 张，先去掉一张再放。")
        _store_photos(draft, locked, [*locked.photos, picture.pk])
        request_readings([picture.pk])
    return True


def read_photos(stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the photos that still have to be read, then judge the waiting texts that show them. Return how many
    photos were read. A text that cannot be judged does not stop the others."""
    count = read_requested_pictures(stopped)
    waiting = RevisionAssessment.objects.filter(
        reasons__contains=[{"code": PHOTO_UNREAD}], revision__status=RevisionStatus.WAITING
    )
    rows = waiting.order_by("pk").values_list("revision_id", "revision__listing_id")
    for revision_id, listing_id in rows:
        if stopped():
            break
        judge = partial(judge_text_after_reading_photos, revision_id, listing_id)
        run_guarded(f"judgement of text {revision_id}", judge)
    return count


def remove_draft_photo(draft: ListingDraft, picture_id: int) -> None:
    """Remove a photo; the picture itself stays, because other texts may show it."""
    with transaction.atomic():
        locked = _lock_draft(draft)
        if picture_id in locked.photos:
            _store_photos(
                draft, locked, [number for number in locked.photos if number != picture_id]
            )


def move_draft_photo_first(draft: ListingDraft, picture_id: int) -> None:
    """Put a photo before the others: lists and shared links show the first one."""
    with transaction.atomic():
        locked = _lock_draft(draft)
        if picture_id in locked.photos:
            others = [number for number in locked.photos if number != picture_id]
            _store_photos(draft, locked, [picture_id, *others])


def list_content_photos(listing: ListingContent | ListingDraft) -> list[dict[str, Any]]:
    """Return what a template needs to show each photo. One query, none without photos."""
    numbers = list(listing.photos or [])
    title = getattr(listing, "title", "")
    pictures = Picture.objects.in_bulk(numbers) if numbers else {}
    return [
        {
            "pk": pk,
            "codes": pictures[pk].codes,
            "alt": f"照片 {number}：{title}".removesuffix("："),
            **list_picture_sources(pictures[pk]),
        }
        for number, pk in enumerate((pk for pk in numbers if pk in pictures), 1)
    ]


def _lock_draft(draft: ListingDraft) -> ListingDraft:
    locked = ListingDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if locked is None:
        raise Refusal("这份草稿已经删掉了，照片没有改。")
    return locked


def _store_photos(draft: ListingDraft, locked: ListingDraft, numbers: list[int]) -> None:
    """Store the photos without changing `edition`: a form open in another tab has no photos that it could overwrite."""
    draft.photos = locked.photos = numbers
    locked.save(update_fields=["photos", "updated_at"])
