"""Moves of many listings at once, in few queries, however many they are."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent
from listings.publication.transitions import IN_PUBLIC, list_hold_events
from listings.search.search_index import refresh_search_rows


def hold_listings(
    listings: QuerySet[Listing], actor: User | None, reason: str
) -> list[ListingEvent]:
    """Hold those that are public, in few queries; return the events, one of each.

    Rows are locked by id, so that two calls for the same listings wait for each other.
    """
    with transaction.atomic():
        public_listings = listings.filter(status__in=IN_PUBLIC).order_by("pk")
        locked = public_listings.select_for_update(of=("self",)).values_list("pk", "status")
        before = dict(locked)
        Listing.objects.filter(pk__in=before).update(status=S.HELD, updated_at=timezone.now())
        moves = {pk: (S.HELD, status, S.HELD) for pk, status in before.items()}
        events = _record_many_events(moves, actor, reason)
        refresh_search_rows(before)
    return events


def release_listings(
    holds: QuerySet[ListingEvent], actor: User | None, reason: str
) -> list[ListingEvent]:
    """Bring listings back to the status before these holds, in few queries; return the events.

    Only those that the hold still keeps: what was decided of a listing since stands.
    """
    with transaction.atomic():
        rows = Listing.objects.filter(pk__in=holds.values("listing"), status=S.HELD).order_by("pk")
        locked = rows.select_for_update(of=("self",)).values_list("pk", flat=True)
        newest = Subquery(list_hold_events(OuterRef("listing")).values("pk")[:1])
        standing = holds.filter(listing__in=list(locked), pk=newest).order_by("listing")
        before = dict(standing.values_list("listing", "before"))
        for status in set(before.values()):
            ids = [pk for pk, old_status in before.items() if old_status == status]
            Listing.objects.filter(pk__in=ids).update(status=status, updated_at=timezone.now())
        moves = {
            pk: ("publish" if status == S.PUBLISHED else "release", S.HELD, status)
            for pk, status in before.items()
        }
        events = _record_many_events(moves, actor, reason)
        refresh_search_rows(before)
    return events


def _record_many_events(
    moves: Mapping[int, tuple[str, str, str]], actor: User | None, reason: str
) -> list[ListingEvent]:
    """Write an event of each listing: its number leads to the action, the status before and after."""
    events = [
        ListingEvent(
            listing_id=pk,
            actor=actor,
            action=action,
            reason=reason[:200],
            before=before,
            after=after,
        )
        for pk, (action, before, after) in moves.items()
    ]
    return ListingEvent.objects.bulk_create(events, batch_size=500)
