"""Finds the same text among all listings, whatever copies change: numbers, contacts, places.

`store_fingerprints` brings the rows of listings up to date and is called where a text or a status changes;
`store_missing_fingerprints` is the net below it. Every look-up reads a bounded number of rows, however often a text was
posted: see docs/decisions/0011-distribution.md.
"""

import hashlib
import re
import struct
from functools import lru_cache

from django.db import connection, transaction
from django.utils import timezone

from cities.directory.regions import (
    city_of,
    get_region,
    get_region_cache_version,
    map_regions_by_name,
)
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.models import Listing, ListingContact, ListingFingerprint, ListingRevision
from listings.models.fingerprint import BANDS
from listings.publication.completeness import make_content_reader
from listings.publication.contacts_in_text import find_named_contacts
from screening import known
from screening.context import Spread
from screening.reading import Reading
from textkit.text_sketches import (
    SLOTS,
    cut_shingles,
    estimate_similarity,
    sketch_text,
    split_sketch_bands,
)

SHORTEST = 24  # shingles: below that two texts are alike by chance
SAME = 0.7
SIMILAR = 0.5
# Rows read of each band. Those removed for fraud apart: they are never crowded out by the others.
A_BAND, REMOVED_A_BAND = 100, 20
STANDING = (S.PENDING, S.PUBLISHED, S.PAUSED, S.FILLED, S.HELD)
BATCH = 500
A_RUN = 20_000
_TABLE = ListingFingerprint._meta.db_table
_BANDS = range(1, BANDS + 1)  # as PostgreSQL counts
_FORMAT = struct.Struct(f"<{SLOTS}i")
_HAN = re.compile(r"[㐀-鿿]+")
_CHANGES = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿幺壹贰叁肆伍陆柒捌玖拾佰仟]"
    r"|(?:大家|各位|老板|朋友们?|亲们?|你们?|您)好|欢迎(?:联系|咨询|报名|加入)|哈喽|嗨"
)


def strip_copied_variations(text: str) -> str:
    """What copies leave alone: Chinese words without numbers, greetings and names of places."""
    words = "".join(_HAN.findall(Reading(text).text))
    return _without_places(_CHANGES.sub("", words))


def sketch_listing_text(text: str) -> list[int]:
    """Empty for a text too short to tell."""
    said = strip_copied_variations(text)
    if len(cut_shingles(said)) < SHORTEST:
        return []
    return sketch_text(said)


def build_fingerprint_text(content) -> str:
    """`content` is a dict of content fields or a model that has them."""
    said = make_content_reader(content)
    return "\n".join(said(name) or "" for name in ("title", "duties", "requirements"))


def find_similar_texts(
    text: str, limit: int = 20, least: float = SIMILAR, *, removed: bool = False
):
    """[(listing number, estimated share of equal wording)], the most alike first."""
    return near_sketch(sketch_listing_text(text), limit, least, removed=removed)


def near_sketch(own: list[int], limit: int, least: float, *, removed: bool = False):
    return _ranked(own, _candidates(own, removed), least)[:limit]


def count_copies(text: str, besides: int | None = None) -> Spread:
    """Where the same text stands, besides in one listing and of its employer's others: two queries.

    Of a text that is everywhere it says at least how often.
    """
    return spread_of(sketch_listing_text(text), besides)


def spread_of(own: list[int], besides: int | None = None) -> Spread:
    found = [pk for pk, _share in near_sketch(own, BANDS * A_BAND, SAME)]
    rows = _standing([*found, besides] if besides else found)
    own = rows.pop(besides, None)
    standing = [row for row in rows.values() if row["status"] in STANDING]
    publishers = {_publisher(row) for row in standing} - ({_publisher(own)} if own else set())
    removed = (rows[pk]["fraud_type"] for pk in found if pk in rows)
    return Spread(
        listings=len(standing),
        employers=len(publishers),
        cities=len({_city(row["region_id"]) for row in standing}),
        removed_for=next(filter(None, removed), ""),
    )


def removed_like(text: str, limit: int = 3) -> list[Listing]:
    """Listings removed for fraud that said the same, the most alike first."""
    found = dict(find_similar_texts(text, limit=limit, removed=True))
    rows = Listing.objects.filter(status=S.REMOVED_FRAUD).in_bulk(found)
    return [rows[pk] for pk in found if pk in rows]


def compare_listings(
    numbers, least: float = SIMILAR, each: int = 8
) -> list[tuple[int, int, float]]:
    """(one, other, share) for the texts of several listings at once; one query."""
    arms = " UNION ALL ".join(
        f"(SELECT listing_id, sketch FROM {_TABLE} WHERE bands[{band}] = f.bands[{band}] "
        f"ORDER BY removed DESC LIMIT {each})"
        for band in _BANDS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (f.listing_id, c.listing_id) f.listing_id, f.sketch, "
            f"c.listing_id, c.sketch FROM {_TABLE} f, LATERAL ({arms}) c "
            "WHERE f.listing_id = ANY(%s) AND c.listing_id <> f.listing_id",
            [list(numbers)],
        )
        rows = cursor.fetchall()
    found = [(one, other, _share(own, its)) for one, own, other, its in rows]
    return [row for row in found if row[2] >= least]


def _arms(which, most):
    return [
        f"(SELECT listing_id, sketch FROM {_TABLE} WHERE bands[{band}] = %s AND {which} LIMIT {most})"
        for band in _BANDS
    ]


_REMOVED = _arms("removed", REMOVED_A_BAND)
_OTHERS = _arms("NOT removed", A_BAND)


def _candidates(own, removed):
    if not own:
        return {}
    said = build_index_bands(own)
    arms, params = (_REMOVED, said) if removed else (_REMOVED + _OTHERS, said + said)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms), params)
        return dict(cursor.fetchall())


def _ranked(own, rows, least):
    shares = [(pk, estimate_similarity(own, _numbers(kept))) for pk, kept in rows.items()]
    return sorted((row for row in shares if row[1] >= least), key=lambda row: (-row[1], -row[0]))


def _share(one, other):
    return estimate_similarity(_numbers(one), _numbers(other))


def _standing(numbers):
    if not numbers:
        return {}
    names = ("pk", "employer_id", "company_text", "region_id", "status", "fraud_type")
    rows = Listing.objects.filter(pk__in=numbers).order_by().values(*names)
    return {row["pk"]: row for row in rows}


def _publisher(row):
    return row["employer_id"] or row["company_text"] or row["pk"]


def _city(region):
    place = get_region(region)
    return (city_of(place) or place).adcode


def store_fingerprints(listing_ids) -> int:
    """Bring fingerprint and contacts of these listings up to date; how many changed.

    Of the text that waits, else of the one that is or was public. A draft's are empty.
    """
    ids = list(listing_ids)
    if not ids:
        return 0
    with transaction.atomic():
        listings = Listing.objects.in_bulk(ids)
        waiting = ListingRevision.objects.filter(
            listing__in=list(listings), status=RevisionStatus.WAITING
        )
        texts = listings | {row.listing_id: row for row in waiting}
        kept = ListingFingerprint.objects.in_bulk(listings)
        rows, contacts = [], {}
        for pk, content in sorted(texts.items()):
            row, digests = _row(listings[pk], content)
            if pk not in kept or kept[pk].made_of != row.made_of:
                rows.append(row)
                contacts[pk] = digests
        _write(rows, contacts)
    return len(rows)


def store_missing_fingerprints(stopped=lambda: False) -> int:
    """Make what is lacking, the newest first; how many. What is left waits for the next time."""
    made = 0
    for _batch in range(A_RUN // BATCH):
        ids = [] if stopped() else list(_lacking().values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        made += store_fingerprints(ids)
    return made


def _lacking():
    return Listing.objects.filter(fingerprint=None).order_by("-pk")


def _row(listing, content):
    is_draft, removed = listing.status == S.DRAFT, listing.status == S.REMOVED_FRAUD
    numbers = [] if is_draft else sketch_listing_text(build_fingerprint_text(content))
    digests = {} if is_draft else known.digests(find_named_contacts(content))
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


def _write(rows, contacts):
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
    """A sketch as it is stored."""
    return _FORMAT.pack(*numbers) if numbers else b""


def _numbers(kept):
    return list(_FORMAT.unpack(kept)) if kept else []


def build_index_bands(numbers: list[int]) -> list[int]:
    """32 bits of each: they fit beside `removed` into the eight bytes of an index entry."""
    low = (band & 0xFFFFFFFF for band in split_sketch_bands(numbers))
    return [band - (1 << 32) if band >> 31 else band for band in low]


def _without_places(words):
    names, kept, at = _places(get_region_cache_version()), [], 0
    while at < len(words):
        for length in names.get(words[at : at + 2], {}):
            if words[at : at + length] in names[words[at : at + 2]][length]:
                at += length
                break
        else:
            kept.append(words[at])
            at += 1
    return "".join(kept)


@lru_cache(maxsize=1)
def _places(_version):
    """{first two characters: {length: names}}, the longest first; made anew with the directory."""
    heads: dict[str, dict[int, set[str]]] = {}
    for name in sorted(map_regions_by_name(), key=len, reverse=True):
        if len(name) > 1:
            heads.setdefault(name[:2], {}).setdefault(len(name), set()).add(name)
    return heads
