"""Find the same text among all listings, by the fingerprints that are stored of them.

Every look-up reads a bounded number of rows, however often a text was posted: see
docs/decisions/0011-distribution.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cities.directory.regions import get_city, require_region
from listings.choices import ListingStatus as S
from listings.copies.fingerprints import (
    build_fingerprint_text,
    build_index_bands,
    pack_sketch,
    sketch_listing_text,
    unpack_sketch,
)
from listings.models import Listing, ListingFingerprint
from listings.models.fingerprint import BANDS
from screening.context import TextSpread
from sitekit.databases.replica_routing import open_read_cursor
from textkit.text_sketches import SKETCH_SLOTS, estimate_similarity

# Estimated shares of equal wording from which on two texts are the same, or similar.
SAME, SIMILAR = 0.7, 0.5
# Rows read of each band; listings removed for fraud have a limit of their own.
A_BAND, REMOVED_A_BAND = 100, 20
STANDING_STATUSES = (S.PENDING, S.PUBLISHED, S.PAUSED, S.FILLED, S.HELD)
# Columns of a listing that counts of copies read.
_COUNTED = ("employer_id", "company_text", "region_id", "status", "fraud_type")
_TABLE = ListingFingerprint._meta.db_table
_BANDS = range(1, BANDS + 1)  # as PostgreSQL counts


def find_similar_texts(
    text: str, limit: int, least: float = SIMILAR, *, removed: bool = False
) -> list[tuple[int, float]]:
    """Return [(listing id, estimated share of equal wording)], the most similar first.

    `removed`: only listings removed for fraud.
    """
    return _find_similar_sketches(sketch_listing_text(text), limit, least, removed=removed)


def _find_similar_sketches(
    text_sketch: list[int], limit: int, least: float, *, removed: bool = False
) -> list[tuple[int, float]]:
    return _rank_similar(text_sketch, _find_candidates(text_sketch, removed=removed), limit, least)


def _rank_similar(
    text_sketch: list[int], packed_by_id: Mapping[int, bytes], limit: int, least: float
) -> list[tuple[int, float]]:
    """Return (id, share of equal slots) of the packed sketches whose share is at least `least`, the most similar first,
    at most `limit`."""
    if not packed_by_id:
        return []
    sketches = np.frombuffer(b"".join(packed_by_id.values()), "<i4").reshape(-1, SKETCH_SLOTS)
    shares = ((sketches == np.array(text_sketch)).sum(axis=1) / SKETCH_SLOTS).tolist()
    similar = [row for row in zip(packed_by_id, shares, strict=True) if row[1] >= least]
    return sorted(similar, key=lambda row: (-row[1], -row[0]))[:limit]


def count_copies(text: str, excluded_listing_id: int | None = None) -> TextSpread:
    """Count the listings with the same text, without `excluded_listing_id`, and their employers and cities.

    The employer of `excluded_listing_id` is not counted. Two queries; of a very frequent text the numbers are
    lower bounds.
    """
    return count_sketch_copies(sketch_listing_text(text), excluded_listing_id)


def count_sketch_copies(
    text_sketch: list[int], excluded_listing_id: int | None = None
) -> TextSpread:
    return CopyCounts([(text_sketch, excluded_listing_id)]).count_copies(0)


class CopyCounts:
    """Counts the listings with the same text for several texts at once, with two queries for any number of texts.

    Each text is a sketch and the id of its listing, None if it has none yet. If the caller decides about one
    listing before the next text is counted, it calls `note_decision`.
    """

    def __init__(self, texts: Sequence[tuple[list[int], int | None]]) -> None:
        self._texts = texts
        self._candidates = _find_candidates_of_many([sketch for sketch, _listing_id in texts])
        own_ids = {listing_id for _sketch, listing_id in texts if listing_id}
        self._rows = _fetch_rows(own_ids.union(*self._candidates.values()))
        self._changed: dict[int, set[tuple[int, int]]] = {}

    def count_copies(self, number: int) -> TextSpread:
        """As the module's `count_copies`, for the text at this place in the list."""
        text_sketch, excluded_listing_id = self._texts[number]
        same_ids = self._list_same(number, text_sketch)
        rows = [self._rows[pk] for pk in same_ids if pk != excluded_listing_id]
        standing = [row for row in rows if row["status"] in STANDING_STATUSES]
        publishers = {_get_publisher(row) for row in standing}
        if excluded_listing_id in self._rows:
            publishers.discard(_get_publisher(self._rows[excluded_listing_id]))
        return TextSpread(
            listings=len(standing),
            employers=len(publishers),
            cities=len({_get_city_code(row["region_id"]) for row in standing}),
            removed_for=next((row["fraud_type"] for row in rows if row["fraud_type"]), ""),
        )

    def note_decision(self, listing: Listing) -> None:
        """Count from now on with the listing's new status, place and text."""
        sketch = sketch_listing_text(build_fingerprint_text(listing))
        row = self._rows[listing.pk]
        row |= {name: getattr(listing, name) for name in _COUNTED}
        if (packed := pack_sketch(sketch)) != row["fingerprint__sketch"]:
            row["fingerprint__sketch"] = packed
            self._changed[listing.pk] = set(enumerate(build_index_bands(sketch)))

    def _list_same(self, number: int, text_sketch: list[int]) -> list[int]:
        bands = set(enumerate(build_index_bands(text_sketch)))
        changed = {pk for pk, own_bands in self._changed.items() if bands & own_bands}
        ids = self._candidates.get(number, set()) - self._changed.keys() | changed
        packed = {pk: self._rows[pk]["fingerprint__sketch"] for pk in ids if pk in self._rows}
        comparable = {pk: sketch for pk, sketch in packed.items() if sketch}
        return [pk for pk, _share in _rank_similar(text_sketch, comparable, BANDS * A_BAND, SAME)]


def list_similar_removed(text: str, limit: int = 3) -> list[Listing]:
    """Return listings that were public and then removed for fraud, with a similar text, the most similar first."""
    most = 5 * limit  # the others may never have been public
    shares_by_id = dict(find_similar_texts(text, limit=most, removed=True))
    shown = Listing.objects.filter(status=S.REMOVED_FRAUD, published_at__isnull=False)
    rows = shown.in_bulk(shares_by_id)
    return [rows[pk] for pk in shares_by_id if pk in rows][:limit]


def compare_listings(
    numbers: Iterable[int], least: float = SIMILAR
) -> list[tuple[int, int, float]]:
    """Return (listing id, other listing's id, share of equal wording) for several listings.

    One query, which reads at most eight rows of each band.
    """
    arms = " UNION ALL ".join(
        f"(SELECT listing_id, sketch FROM {_TABLE} WHERE bands[{band}] = f.bands[{band}] "
        f"ORDER BY removed DESC LIMIT 8)"
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


def _build_band_queries(sketch_condition: str, rows_per_band: int) -> list[str]:
    return [
        f"(SELECT listing_id, sketch FROM {_TABLE} "
        f"WHERE bands[{band}] = %s AND {sketch_condition} LIMIT {rows_per_band})"
        for band in _BANDS
    ]


_REMOVED = _build_band_queries("removed", REMOVED_A_BAND)
_OTHERS = _build_band_queries("NOT removed", A_BAND)


def build_candidate_query(
    text_sketch: list[int], *, only_removed: bool = False
) -> tuple[str, list[int]]:
    """Return SQL and its parameters: (listing id, packed sketch) of texts that share a band with a
    sketch that is not empty; a listing comes several times."""
    bands = build_index_bands(text_sketch)
    arms, params = (_REMOVED, bands) if only_removed else (_REMOVED + _OTHERS, bands + bands)
    return " UNION ALL ".join(arms), params


def _find_candidates(text_sketch: list[int], *, removed: bool) -> dict[int, bytes]:
    """Return {listing id: packed sketch} of texts that share a band."""
    if not text_sketch:
        return {}
    with open_read_cursor() as cursor:
        cursor.execute(*build_candidate_query(text_sketch, only_removed=removed))
        return dict(cursor.fetchall())


def _find_candidates_of_many(sketches: Sequence[list[int]]) -> dict[int, set[int]]:
    """Return the ids of listings that share a band with the sketches, by their places in the list."""
    bands = [(n, *build_index_bands(sketch)) for n, sketch in enumerate(sketches) if sketch]
    if not bands:
        return {}
    arms = [
        arm.replace("%s", f"own.band_{band}")
        for arms in (_REMOVED, _OTHERS)
        for band, arm in zip(_BANDS, arms, strict=True)
    ]
    columns = ", ".join(f"band_{band}" for band in _BANDS)
    arrays = ", ".join(["%s::integer[]"] * (1 + BANDS))
    with open_read_cursor() as cursor:
        cursor.execute(
            "SELECT own.number, array_agg(DISTINCT other.listing_id) "
            f"FROM unnest({arrays}) AS own (number, {columns}), "
            f"LATERAL ({' UNION ALL '.join(arms)}) AS other GROUP BY own.number",
            [list(column) for column in zip(*bands, strict=True)],
        )
        return {number: set(ids) for number, ids in cursor.fetchall()}


def _fetch_rows(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = Listing.objects.filter(pk__in=ids).order_by()
    return {row["pk"]: row for row in rows.values("pk", *_COUNTED, "fingerprint__sketch")}


def _get_publisher(row: dict[str, Any]) -> int | str:
    return row["employer_id"] or row["company_text"] or row["pk"]


def _get_city_code(region_id: int) -> int:
    place = require_region(region_id)
    return (get_city(place) or place).adcode
