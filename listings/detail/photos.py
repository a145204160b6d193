"""Photos of a listing: ids of pictures, on the draft and on the approved text."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from listings.models import ListingContent, ListingDraft
from sitekit.images.pictures import ImageRefused, create_picture, list_picture_sources
from sitekit.models import Picture

MAX_PHOTOS = 6


def add_photo(draft: ListingDraft, file: UploadedFile) -> Picture:
    """Add the file to the draft, the same file only once; raise `ImageRefused`."""
    picture = create_picture(file)
    with transaction.atomic():
        locked = _lock_draft(draft)
        if picture.pk not in locked.photos:
            if len(locked.photos) >= MAX_PHOTOS:
                raise ImageRefused(f"最多 {MAX_PHOTOS} 张，先去掉一张再放。")
            _store_photos(draft, locked, [*locked.photos, picture.pk])
    return picture


def remove_draft_photo(draft: ListingDraft, picture_id: int) -> None:
    """Remove a photo; the picture itself stays, because other texts may show it."""
    with transaction.atomic():
        locked = _lock_draft(draft)
        if picture_id in locked.photos:
            _store_photos(
                draft, locked, [number for number in locked.photos if number != picture_id]
            )


def get_content_photos(listing: ListingContent | ListingDraft) -> list[dict[str, Any]]:
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
    return ListingDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


def _store_photos(draft: ListingDraft, locked: ListingDraft, numbers: list[int]) -> None:
    """`edition` does not change: a form open in another tab has no photos to overwrite."""
    draft.photos = locked.photos = numbers
    locked.save(update_fields=["photos", "updated_at"])
