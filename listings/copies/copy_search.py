"""Find the same text among all listings, by the fingerprints that are stored of them.

Every look-up reads a bounded number of rows, however often a text was posted: see
docs/decisions/0011-distribution.md.
"""

from collections.abc import Iterable
from typing import Any

from cities.directory.regions import get_city, require_region
from listings.choices import ListingStatus as S
from listings.copies.fingerprints import (
    build_index_bands,
    sketch_listing_text,
    unpack_sketch,
)
from listings.models import Listing, ListingFingerprint
from listings.models.fingerprint import BANDS
from screening.context import Spread
from sitekit.databases.replica_routing import open_read_cursor
from textkit.text_sketches import estimate_similarity

# Estimated shares of equal wording from which on two texts are the same, or similar.
SAME, SIMILAR = 0.7, 0.5
# Rows read of each band; listings removed for fraud have a limit of their own.
A_BAND, REMOVED_A_BAND = 100, 20
STANDING = (S.PENDING, S.PUBLISHED, S.PAUSED, S.FILLED, S.HELD)
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
