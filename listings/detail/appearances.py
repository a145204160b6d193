"""Where the text and the contacts of a public listing appeared on this site, for its readers.

Only what has been public counts: never a draft, a refused listing, or an edit that waits.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.expressions import RawSQL

from cities.directory.regions import get_city, require_region
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus, WorkMode
from listings.copies.contacts_in_text import find_named_contacts
from listings.copies.copy_search import A_BAND, REMOVED_A_BAND, SAME, build_candidate_query
from listings.copies.fingerprints import (
    build_fingerprint_text,
    build_index_bands,
    sketch_listing_text,
    unpack_sketch,
)
from listings.models import Listing, ListingContact, ListingRevision
from screening.contacts import known_contacts
from screening.models import KnownContact
from sitekit.databases.composed_queries import ComposedQuery
from textkit.text_sketches import estimate_similarity

EVER_PUBLIC = (
    S.PUBLISHED, S.PAUSED, S.FILLED, S.HELD, S.WITHDRAWN, S.REMOVED, S.REMOVED_FRAUD,
)  # fmt: skip
# Rows read of each contact; a number that reaches this is a lower bound.
MAX_ROWS_OF_CONTACT = A_BAND
# Complaints about the listing `OuterRef("pk")` that were found true. Complaints belong to an app
# above, which adds its query here.
COMPLAINT_QUERIES: list[QuerySet[Any]] = []
_SAME_CONTACT = (
    f"(SELECT listing_id FROM {ListingContact._meta.db_table} "  # noqa: S608 - our own names only
    f"WHERE digest = %s ORDER BY listing_id LIMIT {MAX_ROWS_OF_CONTACT})"
)
# Those removed for fraud apart, so that no flood of others hides one.
_KNOWN_CONTACT = (
    f"(SELECT source FROM {KnownContact._meta.db_table} "  # noqa: S608 - our own names only
    f"WHERE digest = %s ORDER BY id DESC LIMIT {REMOVED_A_BAND})"
)
_NAMES = (
    "pk", "employer_id", "company_text", "region_id", "mode", "status", "fraud_type", "published_at",
)  # fmt: skip


@dataclass(frozen=True)
class Appearance:
    """A listing with the same text or contact, reduced to what may be shown."""

    publisher: int | str  # "" if a repost names none
    city: int  # 0 for online work
    status: str
    fraud_type: str
    published_at: datetime
    is_complained_of: bool


@dataclass(frozen=True)
class Appearances:
    """`own` is the listing itself. `text` and `contact` are None if there was nothing to compare. `copy_parts` are
    the parts of the topic "copies" (`jobsite.change_triggers`): a change in one of them may change this result."""

    own: Appearance
    text: list[Appearance] | None
    contact: list[Appearance] | None
    copy_parts: tuple[int, ...] = ()


def annotate_stored_copies(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """Add `stored_sketch` and `stored_digests` of the public text, so that `find_appearances` need not read them
    again.

    If another text waits, the stored values belong to that text; `stored_sketch` is then None.
    """
    contacts = ListingContact.objects.filter(listing=OuterRef("pk")).order_by("digest")
    return listings.annotate(
        stored_sketch=Case(When(_has_waiting_text(), then=None), default=F("fingerprint__sketch")),
        stored_digests=ArraySubquery(contacts.values("digest")),
    )


def find_appearances(listing: Listing) -> Appearances:
    """Compare the public text of a listing and the contacts it names. One query."""
    sketch, digests = _read_copies(listing)
    rows = {row["pk"]: row for row in _list_candidates(listing.pk, sketch, digests)}
    own_row = rows.pop(listing.pk, None)
    same_text = {pk for pk, row in rows.items() if _is_same_text(sketch, row["packed_sketch"])}
    same_contact = {pk for pk, row in rows.items() if row["shares_contact"]}
    built = {pk: _build_appearance(rows[pk]) for pk in sorted(same_text | same_contact)}
    return Appearances(
        own=_build_own_appearance(listing, own_row),
        text=[row for pk, row in built.items() if pk in same_text] if sketch else None,
        contact=[row for pk, row in built.items() if pk in same_contact] if digests else None,
        copy_parts=tuple(_list_copy_parts(sketch, digests)),
    )


def _read_copies(listing: Listing) -> tuple[list[int], list[str]]:
    """Return the sketch of the public text, and the digests of the contacts it names."""
    packed = getattr(listing, "stored_sketch", None)
    if packed is not None:
        return unpack_sketch(packed), getattr(listing, "stored_digests")  # noqa: B009
    digests = known_contacts.hash_contacts(find_named_contacts(listing))
    return sketch_listing_text(build_fingerprint_text(listing)), list(digests)


def _list_copy_parts(sketch: list[int], digests: Iterable[str]) -> Iterator[int]:
    """Yield the parts that the table triggers announce for a listing with this text or with one of these contacts."""
    if sketch:
        yield from build_index_bands(sketch)
    for digest in digests:
        yield int(hashlib.md5(digest.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def _list_candidates(
    listing_id: int, sketch: list[int], digests: list[str]
) -> list[dict[str, Any]]:
    """Return the listing itself, and those that share a band of the sketch or a contact."""
    band_sql, bands = build_candidate_query(sketch) if sketch else ("", [])
    query = _compose_candidate_query(band_sql, len(digests), len(bands))
    values = _name_values("digest", digests) | _name_values("band", bands)
    rows = query.fetch_rows(listing_id=listing_id, **values)
    names = [*_NAMES, "packed_sketch", "shares_contact", *_build_complaints()]
    return [dict(zip(names, row, strict=True)) for row in rows]


@lru_cache(maxsize=64)
def _compose_candidate_query(band_sql: str, digest_count: int, band_count: int) -> ComposedQuery:
    kinds = _name_values("digest", [str] * digest_count) | _name_values("band", [int] * band_count)
    return ComposedQuery(partial(_build_candidate_query, band_sql), listing_id=int, **kinds)


def _name_values[T](kind: str, values: Sequence[T]) -> dict[str, T]:
    return {f"{kind}_{number}": value for number, value in enumerate(values)}


def _build_candidate_query(band_sql: str, listing_id: int, **values: Any) -> QuerySet[Any, Any]:
    digests = [value for name, value in values.items() if name.startswith("digest")]
    bands = [value for name, value in values.items() if name.startswith("band")]
    same_contact = [*[_SAME_CONTACT] * len(digests), *[_KNOWN_CONTACT] * len(digests)]
    arms, params = ["SELECT %s::bigint", *same_contact], [listing_id, *digests, *digests]
    if bands:
        arms.append(f"SELECT listing_id FROM ({band_sql}) same_band")  # noqa: S608 - no values
        params += bands
    shares_contact = Case(
        When(pk__in=_join_arms([*same_contact, "SELECT 0"], [*digests, *digests]), then=True),
        default=False,
    )
    complaints = _build_complaints()
    rows = Listing.objects.filter(
        # Fingerprint and contacts are those of the text that waits, if one does.
        Q(pk=listing_id) | Q(status=S.REMOVED_FRAUD) | ~_has_waiting_text(),
        pk__in=_join_arms(arms, params),
        status__in=EVER_PUBLIC,
        published_at__isnull=False,
    ).annotate(packed_sketch=F("fingerprint__sketch"), shares_contact=shares_contact, **complaints)
    return rows.order_by().values_list(*_NAMES, "packed_sketch", "shares_contact", *complaints)


def _has_waiting_text() -> Exists:
    """Return the condition that a changed text of `OuterRef("pk")` waits for a decision."""
    waiting = ListingRevision.objects.filter(listing=OuterRef("pk"), status=RevisionStatus.WAITING)
    return Exists(waiting)


def _build_complaints() -> dict[str, Exists]:
    return {f"complaint_{n}": Exists(query) for n, query in enumerate(COMPLAINT_QUERIES)}


def _join_arms(arms: list[str], params: list[Any]) -> RawSQL:
    return RawSQL(" UNION ALL ".join(arms), params)  # noqa: S611 - values are parameters


def _is_same_text(sketch: list[int], packed: bytes | None) -> bool:
    return packed is not None and estimate_similarity(sketch, unpack_sketch(packed)) >= SAME


def _build_own_appearance(listing: Listing, row: dict[str, Any] | None) -> Appearance:
    values = {name: getattr(listing, name) for name in _NAMES}
    values["published_at"] = listing.published_at or listing.created_at
    return _build_appearance({**(row or {}), **values})


def _build_appearance(row: dict[str, Any]) -> Appearance:
    place = require_region(row["region_id"])
    return Appearance(
        publisher=row["employer_id"] or row["company_text"],
        city=0 if row["mode"] == WorkMode.ONLINE else (get_city(place) or place).adcode,
        status=row["status"],
        fraud_type=row["fraud_type"],
        published_at=row["published_at"],
        is_complained_of=any(row[name] for name in row if name.startswith("complaint_")),
    )
