"""Photos of a listing: kept as numbers of pictures on the draft, shown from the approved text."""

from django.db import transaction

from listings.models import ListingContent, ListingDraft
from sitekit.images.pictures import ImageRefused, create_picture, list_picture_sources
from sitekit.models import Picture

MOST = 6


def add_photo(draft: ListingDraft, file) -> Picture:
    """The file as a photo of the draft, once however often it comes; raises `ImageRefused`."""
    if len(draft.photos) >= MOST:
        raise ImageRefused(f"最多 {MOST} 张，先去掉一张再放。")
    picture = create_picture(file)
    with transaction.atomic():
        locked = _locked(draft)
        if picture.pk not in locked.photos:
            if len(locked.photos) >= MOST:
                raise ImageRefused(f"最多 {MOST} 张，先去掉一张再放。")
            _keep(draft, locked, [*locked.photos, picture.pk])
    return picture


def remove_draft_photo(draft: ListingDraft, picture_id: int) -> None:
    """The picture itself stays: another text of this listing, or another listing, may show it."""
    with transaction.atomic():
        locked = _locked(draft)
        if picture_id in locked.photos:
            _keep(draft, locked, [number for number in locked.photos if number != picture_id])


def get_content_photos(listing: ListingContent | ListingDraft, title: str = "") -> list[dict]:
    """What a page needs to show each, in order. One query, none where there are no photos."""
    numbers = list(listing.photos or [])
    title = title or getattr(listing, "title", "")
    found = Picture.objects.in_bulk(numbers) if numbers else {}
    return [
        {
            "pk": pk,
            "codes": found[pk].codes,
            "alt": f"照片 {place}：{title}".removesuffix("："),
            **list_picture_sources(found[pk]),
        }
        for place, pk in enumerate((pk for pk in numbers if pk in found), 1)
    ]


def _locked(draft):
    return ListingDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


def _keep(draft, locked, numbers):
    """`edition` stays: the form open beside this page has no photos in it to be overwritten."""
    draft.photos = locked.photos = numbers
    locked.save(update_fields=["photos", "updated_at"])
