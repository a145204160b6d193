"""The files of one text of a listing in an evidence pack: as plain text, as JSON, and its photos."""

from collections.abc import Iterable
from typing import Any

from listings.models import CONTENT_FIELDS, ListingRevision
from safety.evidence.signed_zip import encode_pack_json, encode_pack_text, format_moment
from safety.moderation.text_changes import FIELD_LABELS, format_field_value
from sitekit.images.picture_files import has_picture_file, read_picture_file
from sitekit.images.pictures import build_file_name
from sitekit.models import Picture


def build_listing_text_files(
    stem: str, revision: ListingRevision, *, with_contact: bool
) -> dict[str, bytes]:
    """Return the text of the revision and its photos as files, by name; names begin with `stem`."""
    fields = [n for n in CONTENT_FIELDS if with_contact or not n.startswith("contact_")]
    pictures = list(Picture.objects.filter(pk__in=revision.photos or []).order_by("pk"))
    names = {row.pk: build_file_name(row.digest, row.widths[-1], "webp") for row in pictures}
    return {
        f"{stem}.txt": encode_pack_text(
            f"提交时间：{format_moment(revision.created_at)}",
            *(
                f"{FIELD_LABELS[n]}：{text}"
                for n in fields
                if (text := format_field_value(revision, n))
            ),
            "" if with_contact else "（联系方式没有显示给你看过，这里不附。）",
        ),
        f"{stem}.json": encode_pack_json(
            _collect_revision_content(revision, fields)
            | {"codes_in_photos": {picture.pk: picture.codes for picture in pictures}}
        ),
        **{
            f"photo-{pk}.webp": read_picture_file(name)
            for pk, name in names.items()
            if has_picture_file(name)
        },
    }


def _collect_revision_content(revision: ListingRevision, fields: Iterable[str]) -> dict[str, Any]:
    """Return the fields as stored, the place by its number (GB/T 2260) and its name."""
    stored: dict[str, Any] = {"number": revision.pk, "submitted_at": revision.created_at}
    for name in fields:
        stored[name] = getattr(revision, "region_id" if name == "region" else name)
    return stored | {"place": str(revision.place or "")}
