"""Find the same text among all listings, though copies change numbers, contacts and places.

`store_fingerprints` is called where a text or a status changes; `store_missing_fingerprints`
catches what it missed. Every look-up reads a bounded number of rows, however often a text was
posted: see docs/decisions/0011-distribution.md.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from cities.directory.regions import (
    get_city,
    get_region_cache_version,
    map_regions_by_name,
    require_region,
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
from listings.models.fingerprint import BANDS
from screening.contacts import known_contacts
from screening.context import Spread
from screening.reading.folded_text import FoldedText
from sitekit.databases.replica_routing import open_read_cursor
from textkit.text_sketches import (
    SLOTS,
    cut_shingles,
    estimate_similarity,
    sketch_text,
    split_sketch_bands,
)

SHORTEST = 24  # shingles; shorter texts are similar by chance
# Estimated shares of equal wording from which on two texts are the same, or similar.
SAME, SIMILAR = 0.7, 0.5
# Rows read of each band; listings removed for fraud have a limit of their own.
A_BAND, REMOVED_A_BAND = 100, 20
STANDING = (S.PENDING, S.PUBLISHED, S.PAUSED, S.FILLED, S.HELD)
BATCH = 500
A_RUN = 20_000  # listings
_TABLE = ListingFingerprint._meta.db_table
_BANDS = range(1, BANDS + 1)  # as PostgreSQL counts
_FORMAT = struct.Struct(f"<{SLOTS}i")
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
    """Return the sketch of a text, [] if it is too short to compare."""
    comparable = strip_copied_variations(text)
    if len(cut_shingles(comparable)) < SHORTEST:
        return []
    return sketch_text(comparable)


def build_fingerprint_text(content: ListingContent) -> str:
    return "\n".join(content.read_text(name) for name in ("title", "duties", "requirements"))


def find_similar_texts(
    text: str, limit: int, least: float = SIMILAR, *, removed: bool = False
) -> list[tuple[int, float]]:
    """Return [(listing id, estimated share of equal wording)], the most similar first.

    `removed`: only listings removed for fraud.
    """
    return _find_similar_sketches(sketch_listing_text(text), limit, least, removed=removed)


def _find_similar_sketches(
    own: list[int], limit: int, least: float, *, removed: bool = False
) -> list[tuple[int, float]]:
    rows = _find_candidates(own, removed)
    shares = [(pk, estimate_similarity(own, unpack_sketch(packed))) for pk, packed in rows.items()]
    similar = [row for row in shares if row[1] >= least]
    return sorted(similar, key=lambda row: (-row[1], -row[0]))[:limit]


def count_copies(text: str, besides: int | None = None) -> Spread:
    """Count the listings with the same text, without `besides`, and their employers and cities.

    The employer of `besides` is not counted. Two queries; of a very frequent text the numbers are
    lower bounds.
    """
    return count_sketch_copies(sketch_listing_text(text), besides)


def count_sketch_copies(own: list[int], besides: int | None = None) -> Spread:
    same_ids = [pk for pk, _share in _find_similar_sketches(own, BANDS * A_BAND, SAME)]
    rows = _fetch_rows([*same_ids, besides] if besides else same_ids)
    own_row = rows.pop(besides, None) if besides else None
    standing = [row for row in rows.values() if row["status"] in STANDING]
    publishers = {_get_publisher(row) for row in standing}
    if own_row:
        publishers.discard(_get_publisher(own_row))
    removed = (rows[pk]["fraud_type"] for pk in same_ids if pk in rows)
    return Spread(
        listings=len(standing),
        employers=len(publishers),
        cities=len({_get_city_code(row["region_id"]) for row in standing}),
        removed_for=next(filter(None, removed), ""),
    )


def list_similar_removed(text: str, limit: int = 3) -> list[Listing]:
    """Return listings removed for fraud with a similar text, the most similar first."""
    shares_by_id = dict(find_similar_texts(text, limit=limit, removed=True))
    rows = Listing.objects.filter(status=S.REMOVED_FRAUD).in_bulk(shares_by_id)
    return [rows[pk] for pk in shares_by_id if pk in rows]


def compare_listings(
    numbers: Iterable[int], least: float = SIMILAR, each: int = 8
) -> list[tuple[int, int, float]]:
    """Return (listing id, other listing's id, share of equal wording) for several listings.

    One query, which reads at most `each` rows of each band.
    """
    arms = " UNION ALL ".join(
        f"(SELECT listing_id, sketch FROM {_TABLE} WHERE bands[{band}] = f.bands[{band}] "
        f"ORDER BY removed DESC LIMIT {each})"
        for band in _BANDS
    )
    with open_read_cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (f.listing_id, c.listing_id) f.listing_id, f.sketch, "
            f"c.listing_id, c.sketch FROM {_TABLE} f, LATERAL ({arms}) c "
            "WHERE f.listing_id = ANY(%s) AND c.listing_id <> f.listing_id",
            [list(numbers)],
        )
        rows = cursor.fetchall()
    pairs = [
        (pk, other_pk, estimate_similarity(unpack_sketch(sketch), unpack_sketch(other_sketch)))
        for pk, sketch, other_pk, other_sketch in rows
    ]
    return [pair for pair in pairs if pair[2] >= least]


def _build_arms(which: str, most: int) -> list[str]:
    return [
        f"(SELECT listing_id, sketch FROM {_TABLE} WHERE bands[{band}] = %s AND {which} LIMIT {most})"
        for band in _BANDS
    ]


_REMOVED = _build_arms("removed", REMOVED_A_BAND)
_OTHERS = _build_arms("NOT removed", A_BAND)


def build_candidate_query(own: list[int], *, only_removed: bool = False) -> tuple[str, list[int]]:
    """Return SQL and its parameters: (listing id, packed sketch) of texts that share a band with a
    sketch that is not empty; a listing comes several times."""
    bands = build_index_bands(own)
    arms, params = (_REMOVED, bands) if only_removed else (_REMOVED + _OTHERS, bands + bands)
    return " UNION ALL ".join(arms), params


def _find_candidates(own: list[int], removed: bool) -> dict[int, bytes]:
    """Return {listing id: packed sketch} of texts that share a band."""
    if not own:
        return {}
    with open_read_cursor() as cursor:
        cursor.execute(*build_candidate_query(own, only_removed=removed))
        return dict(cursor.fetchall())


def _fetch_rows(ids: list[int]) -> dict[int, dict[str, Any]]:
    names = ("pk", "employer_id", "company_text", "region_id", "status", "fraud_type")
    rows = Listing.objects.filter(pk__in=ids).order_by().values(*names)
    return {row["pk"]: row for row in rows}


def _get_publisher(row: dict[str, Any]) -> int | str:
    return row["employer_id"] or row["company_text"] or row["pk"]


def _get_city_code(region_id: int) -> int:
    place = require_region(region_id)
    return (get_city(place) or place).adcode


def store_fingerprints(listing_ids: Iterable[int]) -> int:
    """Bring fingerprint and contacts of these listings up to date; return how many changed.

    They are of the waiting text, else of the listing's own; a draft's are empty.
    """
    ids = list(listing_ids)
    if not ids:
        return 0
    with transaction.atomic():
        listings = Listing.objects.in_bulk(ids)
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
    """Store at most `A_RUN` missing fingerprints, the newest listings first; return how many."""
    stored_count = 0
    missing = Listing.objects.filter(fingerprint=None).order_by("-pk")
    for _batch in range(A_RUN // BATCH):
        ids = [] if stopped() else list(missing.values_list("pk", flat=True)[:BATCH])
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
        batch_size=BATCH,
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
        batch_size=BATCH,
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
