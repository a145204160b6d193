"""The files of one text of a listing: for people, for machines, and its photos."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from listings.models import CONTENT_FIELDS, ListingRevision
from safety.evidence.signed_zip import encode_pack_json, encode_pack_text, format_moment
from safety.moderation.text_changes import format_field_value
from sitekit.images.pictures import get_picture_path
from sitekit.models import Picture

_LABELS = {f.name: str(f.verbose_name) for f in ListingRevision._meta.local_fields}


def build_listing_text_files(
    stem: str, revision: ListingRevision, *, with_contact: bool
) -> dict[str, bytes]:
    fields = [n for n in CONTENT_FIELDS if with_contact or not n.startswith("contact_")]
    pictures = list(Picture.objects.filter(pk__in=revision.photos or []).order_by("pk"))
    return {
        f"{stem}.txt": encode_pack_text(
            f"提交时间：{format_moment(revision.created_at)}",
            *(f"{_LABELS[n]}：{text}" for n in fields if (text := format_field_value(revision, n))),
            "" if with_contact else "（联系方式没有显示给你看过，这里不附。）",
        ),
        f"{stem}.json": encode_pack_json(
            collect_revision_content(revision, fields)
            | {"codes_in_photos": {picture.pk: picture.codes for picture in pictures}}
        ),
        **{
            f"photo-{picture.pk}.webp": path.read_bytes()
            for picture in pictures
            if (path := _get_largest_path(picture)).exists()
        },
    }


def _get_largest_path(picture: Picture) -> Path:
    return get_picture_path(picture.digest, picture.widths[-1], "webp")


def collect_revision_content(
    revision: ListingRevision, fields: Iterable[str] = CONTENT_FIELDS
) -> dict[str, Any]:
    """Return the fields as stored, the place by its number (GB/T 2260) and its name."""
    stored: dict[str, Any] = {"number": revision.pk, "submitted_at": revision.created_at}
    for name in fields:
        value = getattr(revision, "region_id" if name == "region" else name)
        stored[name] = value
    return stored | {"place": str(revision.place or "")}
