"""Moves of many listings at once, in few queries, however many they are."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.public_text.judgement import PUBLISH, REFUSE, TextVerdict
from listings.choices import IN_PUBLIC, RevisionStatus
from listings.choices import ListingStatus as S
from listings.copies.fingerprints import store_fingerprints
from listings.models import CONTENT_FIELDS, Listing, ListingEvent, ListingRevision
from listings.publication.edit_notices import (
    ChangedTerms,
    find_changed_terms,
    notify_of_changed_terms,
)
from listings.publication.transitions import (
    LISTING_STATE_MACHINE,
    NEVER_PUBLIC,
    ListingMoveRefused,
    list_hold_events,
    mark_published,
    require_complete,
)
from listings.search.search_index import refresh_search_rows
from listings.webhooks.events import enqueue_listing_events


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
    rows = ListingEvent.objects.bulk_create(events, batch_size=500)
    enqueue_listing_events(rows)
    return rows


class VerdictBatch:
    """Collects what the gate decided about waiting texts, applies it in memory one by one, and writes everything at
    once.

    The caller has locked the listings and revisions, so their values in memory are current. A text that a moderator
    must decide goes on waiting.
    """

    def __init__(self) -> None:
        self._events: list[ListingEvent] = []
        self._decided: dict[RevisionStatus, list[int]] = {
            RevisionStatus.APPROVED: [],
            RevisionStatus.REFUSED: [],
        }
        # Approved revisions that say something else than the listing.
        self._new_texts: list[int] = []
        self._changed_terms: list[tuple[ChangedTerms, int]] = []

    def apply_verdict(
        self, listing: Listing, revision: ListingRevision, verdict: TextVerdict
    ) -> bool:
        """Publish or refuse the text; return whether it was decided. Raises `ListingMoveRefused`."""
        before = listing.status
        if verdict.outcome not in (PUBLISH, REFUSE):
            return False
        if before not in NEVER_PUBLIC | IN_PUBLIC:
            raise ListingMoveRefused("没有等着审的修改了。")
        if verdict.outcome == PUBLISH:
            self._approve(listing, revision)
            action = "publish" if before in NEVER_PUBLIC else "approve_edit"
            self._add_event(listing, revision, before, action, "自动检查通过")
        else:
            self._refuse(listing, revision, verdict.words)
            action = S.REJECTED if before in NEVER_PUBLIC else "refuse_edit"
            self._add_event(listing, revision, before, action, verdict.words)
        return True

    def write_rows(self, *, has_fingerprints: bool = False) -> None:
        """Write all that was decided, in the caller's transaction and a fixed number of queries.

        `has_fingerprints`: those of the waiting texts are stored already.
        """
        if not self._events:
            return
        for status, revision_ids in self._decided.items():
            ListingRevision.objects.filter(pk__in=revision_ids).update(status=status)
        copy_revision_texts(self._new_texts)
        self._write_statuses()
        notify_of_changed_terms(self._changed_terms)
        ListingEvent.objects.bulk_create(self._events, batch_size=500)
        enqueue_listing_events(self._events)
        refused_edits = self._list_ids("refuse_edit")
        decided_ids = [event.listing_id for event in self._events]
        store_fingerprints(refused_edits if has_fingerprints else decided_ids)
        refresh_search_rows(set(decided_ids).difference(refused_edits))

    def _approve(self, listing: Listing, revision: ListingRevision) -> None:
        is_new = listing.status in NEVER_PUBLIC
        if is_new:
            LISTING_STATE_MACHINE.require_move(listing, S.PUBLISHED)
        if listing.get_content() != revision.get_content():
            self._new_texts.append(revision.pk)
        if listing.employer_id and not is_new:  # nobody signs up for a repost here
            self._changed_terms.append((find_changed_terms(listing, revision), revision.pk))
        listing.copy_content(revision)
        self._decide(revision, RevisionStatus.APPROVED)
        require_complete(listing)
        if is_new:
            mark_published(listing)

    def _refuse(self, listing: Listing, revision: ListingRevision, reason: str) -> None:
        LISTING_STATE_MACHINE.require_reason(S.REJECTED, reason)
        if listing.status in NEVER_PUBLIC:
            LISTING_STATE_MACHINE.require_move(listing, S.REJECTED)
            listing.status, listing.fraud_type = S.REJECTED, ""
        self._decide(revision, RevisionStatus.REFUSED)

    def _decide(self, revision: ListingRevision, status: RevisionStatus) -> None:
        revision.status = status
        self._decided[status].append(revision.pk)

    def _add_event(
        self, listing: Listing, revision: ListingRevision, before: str, action: str, reason: str
    ) -> None:
        after = listing.status
        self._events.append(
            ListingEvent(
                listing=listing,
                revision=revision,
                action=action,
                reason=reason[:200],
                before=before,
                after=after,
            )
        )

    def _list_ids(self, action: str) -> list[int]:
        return [event.listing_id for event in self._events if event.action == action]

    def _write_statuses(self) -> None:
        now = timezone.now()
        for action, columns in (
            ("publish", {"status": S.PUBLISHED, "published_at": Coalesce("published_at", now)}),
            (S.REJECTED, {"status": S.REJECTED}),
        ):
            moved = Listing.objects.filter(pk__in=self._list_ids(action))
            moved.update(fraud_type="", updated_at=now, **columns)
        Listing.objects.filter(pk__in=self._list_ids("approve_edit")).update(updated_at=now)


def copy_revision_texts(revision_ids: Sequence[int]) -> None:
    """Give each listing the text of its revision: one query. The caller locked the listings."""
    if not revision_ids:
        return
    fields = Listing._meta.concrete_fields
    columns = [field.column for field in fields if field.name in CONTENT_FIELDS]
    texts = ", ".join(f"{column} = revision.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Listing._meta.db_table} listing SET {texts} "
            f"FROM {ListingRevision._meta.db_table} revision "
            "WHERE revision.id = ANY(%s) AND listing.id = revision.listing_id",
            [list(revision_ids)],
        )
