"""Waiting listings of one employer with the same text are decided together: one is kept, the others are closed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing, ListingContent, ListingRevision
from listings.publication.own_duplicates import is_same_work
from safety.choices import CaseKind
from safety.models import Decision
from safety.models.moderation import CLOSE_AS_DOUBLE

_KEPT = "double-of-"  # before the number of the kept listing, among the keys of the decision


def find_waiting_doubles(listing: Listing, text: ListingContent | None) -> list[Listing]:
    """Return the other listings of its employer that wait with the same text, the oldest first."""
    if text is None or listing.employer_id is None or listing.status != ListingStatus.PENDING:
        return []
    texts = ListingRevision.objects.filter(
        listing__employer=listing.employer_id,
        listing__status=ListingStatus.PENDING,
        status=RevisionStatus.WAITING,
    )
    others = texts.exclude(listing=listing).select_related("listing").order_by("pk")
    return [waiting_text.listing for waiting_text in others if is_same_work(text, waiting_text)]


def build_double_key(kept_number: int) -> str:
    return f"{_KEPT}{kept_number}"


def describe_doubles(listing: Listing, text: ListingContent | None) -> dict[str, Any]:
    """Return the context about listings with the same text, for the page of the case."""
    closed_for, closed_doubles = list_merged_listings(listing.pk)
    return {
        "waiting_doubles": find_waiting_doubles(listing, text),
        "closed_for": closed_for,
        "closed_doubles": closed_doubles,
    }


def list_merged_listings(number: int) -> tuple[Listing | None, Sequence[Listing]]:
    """Return the listing for which this one was closed, if any, and the listings that were closed for this one."""
    closings = Decision.objects.filter(
        Q(number=number) | Q(keys__contains=[build_double_key(number)]),
        kind=CaseKind.LISTING,
        action=CLOSE_AS_DOUBLE,
        undone_at=None,
    )
    kept_number, closed = None, []
    for closing in closings.order_by("pk"):
        if closing.number == number:
            kept_number = next(map(int, closing.list_marks(_KEPT)), None)
        else:
            closed.append(closing.number)
    listings = (
        Listing.objects.in_bulk([*closed, *([kept_number] if kept_number else [])])
        if kept_number or closed
        else {}
    )
    return listings.get(kept_number) if kept_number else None, [
        listings[pk] for pk in closed if pk in listings
    ]
