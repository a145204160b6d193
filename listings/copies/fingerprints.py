"""Fingerprints of the texts of listings, by which `copy_search` finds the same text again, though copies
change numbers, contacts and places.

`store_fingerprints` is called where a text or a status changes; `store_missing_fingerprints`
catches what it missed.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from cities.directory.regions import (
    get_region_cache_version,
    map_regions_by_name,
)
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.copies.contacts_in_text import find_named_contacts
from listings.models import (
    Listing,
    ListingContact,
    ListingContent,
    ListingFingerprint,
    ListingRevision,
)
from screening.contacts import known_contacts
from screening.reading.folded_text import FoldedText
from textkit.text_sketches import (
    SKETCH_SLOTS,
    cut_shingles,
    sketch_text,
    split_sketch_bands,
)

MIN_SHINGLES = 24  # shingles; shorter texts are similar by chance
FINGERPRINTS_PER_BATCH = 500
MAX_LISTINGS_OF_RUN = 20_000  # listings
_FORMAT = struct.Struct(f"<{SKETCH_SLOTS}i")
_HAN = re.compile(r"[㐀-鿿]+")
_CHANGES = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿幺壹贰叁肆伍陆柒捌玖拾佰仟]"
    r"|(?:大家|各位|老板|朋友们?|亲们?|你们?|您)好|欢迎(?:联系|咨询|报名|加入)|哈喽|嗨"
)


def strip_copied_variations(text: str) -> str:
    """Return the Chinese words without what copies change: numbers, greetings, names of places."""
    words = "".join(_HAN.findall(FoldedText(text).text))
    return _strip_places(_CHANGES.sub("", words))


def sketch_listing_text(text: str) -> list[int]:
    """Return the sketch of a text, [] if it is too short to compare.

    The last ones are kept: a text is judged, stored and decided one after the other.
    """
    return list(_sketch_text(text, get_region_cache_version()))


@lru_cache(maxsize=512)
def _sketch_text(text: str, _region_version: int) -> tuple[int, ...]:
    comparable = strip_copied_variations(text)
    if len(cut_shingles(comparable)) < MIN_SHINGLES:
        return ()
    return tuple(sketch_text(comparable))


def build_fingerprint_text(content: ListingContent) -> str:
    return "\n".join(content.read_text(name) for name in ("title", "duties", "requirements"))


def store_fingerprints(listing_ids: Iterable[int]) -> int:
    """Bring fingerprint and contacts of these listings up to date; return how many changed.

    They are of the waiting text, else of the listing's own; a draft's are empty. The listings are locked first, so that
    whoever changes one of them just now stores its fingerprint afterwards.
    """
    ids = list(listing_ids)
    if not ids:
        return 0
    with transaction.atomic():
        locked = Listing.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        listings = locked.in_bulk(ids)
        waiting = ListingRevision.objects.filter(
            listing__in=list(listings), status=RevisionStatus.WAITING
        )
        texts: dict[int, ListingContent] = {**listings, **{row.listing_id: row for row in waiting}}
        stored = ListingFingerprint.objects.in_bulk(listings)
        rows: list[ListingFingerprint] = []
        contacts: dict[int, dict[str, str]] = {}
        for pk, content in sorted(texts.items()):
            row, digests = _build_row(listings[pk], content)
            if pk not in stored or stored[pk].made_of != row.made_of:
                rows.append(row)
                contacts[pk] = digests
        _write_rows(rows, contacts)
    return len(rows)


def store_missing_fingerprints(stopped: Callable[[], bool] = lambda: False) -> int:
    """Store at most `MAX_LISTINGS_OF_RUN` missing fingerprints, the newest listings first; return how many."""
    stored_count = 0
    missing = Listing.objects.filter(fingerprint=None).order_by("-pk")
    for _batch in range(MAX_LISTINGS_OF_RUN // FINGERPRINTS_PER_BATCH):
        ids = (
            [] if stopped() else list(missing.values_list("pk", flat=True)[:FINGERPRINTS_PER_BATCH])
        )
        if not ids:
            break
        stored_count += store_fingerprints(ids)
    return stored_count


def _build_row(
    listing: Listing, content: ListingContent
) -> tuple[ListingFingerprint, dict[str, str]]:
    is_draft, removed = listing.status == S.DRAFT, listing.status == S.REMOVED_FRAUD
    numbers = [] if is_draft else sketch_listing_text(build_fingerprint_text(content))
    digests = {} if is_draft else known_contacts.hash_contacts(find_named_contacts(content))
    made_of = repr((numbers, sorted(digests), removed)).encode()
    row = ListingFingerprint(
        listing_id=listing.pk,
        made_of=int.from_bytes(hashlib.blake2b(made_of, digest_size=8).digest(), signed=True),
        sketch=pack_sketch(numbers),
        bands=build_index_bands(numbers),
        removed=removed,
        kept_at=timezone.now(),
    )
    return row, digests


def _write_rows(rows: list[ListingFingerprint], contacts: dict[int, dict[str, str]]) -> None:
    ListingFingerprint.objects.bulk_create(
        rows,
        batch_size=FINGERPRINTS_PER_BATCH,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=["made_of", "sketch", "bands", "removed", "kept_at"],
    )
    ListingContact.objects.filter(listing__in=contacts).delete()
    ListingContact.objects.bulk_create(
        (
            ListingContact(listing_id=pk, digest=hashed, kind=kind)
            for pk, digests in contacts.items()
            for hashed, kind in digests.items()
        ),
        batch_size=FINGERPRINTS_PER_BATCH,
        ignore_conflicts=True,
    )


def pack_sketch(numbers: list[int]) -> bytes:
    return _FORMAT.pack(*numbers) if numbers else b""


def unpack_sketch(packed: bytes) -> list[int]:
    return list(_FORMAT.unpack(packed)) if packed else []


def build_index_bands(numbers: list[int]) -> list[int]:
    """Return 32 bits of each band, which fit with `removed` into the eight bytes of an index entry."""
    low = (band & 0xFFFFFFFF for band in split_sketch_bands(numbers))
    return [band - (1 << 32) if band >> 31 else band for band in low]


def _strip_places(words: str) -> str:
    names, at = _group_place_names(get_region_cache_version()), 0
    characters: list[str] = []
    while at < len(words):
        for length in names.get(words[at : at + 2], {}):
            if words[at : at + length] in names[words[at : at + 2]][length]:
                at += length
                break
        else:
            characters.append(words[at])
            at += 1
    return "".join(characters)


@lru_cache(maxsize=1)
def _group_place_names(_version: int) -> dict[str, dict[int, set[str]]]:
    """Return {first two characters: {length: names}}, the longest first, for a version of regions."""
    heads: dict[str, dict[int, set[str]]] = {}
    for name in sorted(map_regions_by_name(), key=len, reverse=True):
        if len(name) > 1:
            heads.setdefault(name[:2], {}).setdefault(len(name), set()).add(name)
    return heads
