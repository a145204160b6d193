"""The only way a listing changes its status: lock, check, change, write an event, one transaction.

The search row, the card and the fingerprint of the listing are updated in the same transaction.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from listings.choices import IN_PUBLIC, SETTING_ACTIONS, RevisionStatus
from listings.choices import ListingStatus as S
from listings.copies.fingerprints import store_fingerprints
from listings.models import Listing, ListingEvent, ListingRevision
from listings.models.listing_fields import LISTING_FIELDS
from listings.publication.edit_notices import (
    find_changed_terms,
    notify_of_changed_terms,
    withdraw_change_notices,
)
from listings.search.search_index import refresh_search_rows
from listings.vocabulary.categories import CATEGORIES
from listings.webhooks.events import enqueue_listing_events
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import NOTIFY_AFTER, StateMachine, build_reason_requests

# All moves between statuses; any other move is refused.
_OFFLINE = {S.HELD, S.WITHDRAWN, S.REMOVED, S.REMOVED_FRAUD}
LISTING_MOVES: dict[str, set[str]] = {
    S.DRAFT: {S.PENDING, S.PUBLISHED, S.REJECTED},
    S.PENDING: {S.PUBLISHED, S.REJECTED, S.WITHDRAWN, S.REMOVED_FRAUD},
    S.REJECTED: {S.DRAFT, S.PENDING, S.PUBLISHED},
    S.PUBLISHED: {S.PAUSED, S.FILLED} | _OFFLINE,
    S.PAUSED: {S.PUBLISHED} | _OFFLINE,
    S.FILLED: {S.PUBLISHED} | _OFFLINE,
    S.HELD: {S.PUBLISHED, S.REMOVED, S.REMOVED_FRAUD},
    S.REMOVED: {S.PUBLISHED},
    S.REMOVED_FRAUD: {S.PUBLISHED, S.PENDING},  # waiting again if it never was public
    S.WITHDRAWN: set(),
}
NEVER_PUBLIC = {S.DRAFT, S.PENDING, S.REJECTED}
FIRST_APPROVAL = "approve_first"  # action of an event
CONTESTABLE_STATUSES = frozenset({S.REJECTED, S.HELD, S.REMOVED, S.REMOVED_FRAUD})


class ListingMoveRefused(MoveRefused):
    """Its text says in Chinese why a move was refused; nothing was changed."""


LISTING_STATE_MACHINE = StateMachine(
    model=Listing,
    event_model=ListingEvent,
    moves=LISTING_MOVES,
    refusal=ListingMoveRefused,
    describe_refusal=lambda listing, to: (
        f"「{listing.get_status_display()}」的兼职不能改成「{S(to).label}」。"
    ),
    needs_reason=build_reason_requests([S.REJECTED, S.HELD, S.REMOVED, S.REMOVED_FRAUD]),
    never_undone={S.REMOVED_FRAUD: "涉诈下架不能撤销，只能申诉。"},
    passed_over=SETTING_ACTIONS,
)


def submit_revision(listing: Listing, revision: ListingRevision) -> ListingRevision:
    """Store a text as the listing's waiting revision; an older waiting one is superseded."""
    with transaction.atomic():
        supersede_waiting_revision(listing)
        revision.listing = listing
        revision.status = RevisionStatus.WAITING
        revision.save()
    return revision


def has_refused_edit(listing: Listing) -> bool:
    """Whether the last edit of a listing that is public was refused."""
    if listing.status not in IN_PUBLIC:
        return False
    newest = listing.revisions.order_by("-pk").first()
    return newest is not None and newest.status == RevisionStatus.REFUSED


def supersede_waiting_revision(listing: Listing) -> None:
    waiting = listing.revisions.filter(status=RevisionStatus.WAITING)
    waiting.update(status=RevisionStatus.SUPERSEDED)


def publish_listing(
    listing_id: int,
    actor: User | None,
    reason: str = "",
    at: datetime | None = None,
    *,
    with_text: bool = True,
    may_be_past: bool = False,
) -> Listing:
    """Make a listing public; its waiting revision, where there is one, is approved with it.

    `at` backdates the first publication (imports, demo data); by default it is now. Without
    `with_text` the revision goes on waiting: whoever restores a listing may not have read it.
    """
    with transaction.atomic():
        listing = LISTING_STATE_MACHINE.lock(listing_id)
        LISTING_STATE_MACHINE.require_move(listing, S.PUBLISHED)
        revision = find_waiting_revision(listing) if with_text else None
        if revision:
            _approve_revision(listing, revision, actor)
        elif listing.status in NEVER_PUBLIC and with_text:  # added by staff
            _require_second_person(find_revision_to_approve(listing), actor)
        require_complete(listing, may_be_past=may_be_past)
        before = listing.status
        mark_published(listing, at)
        listing.save()
        _record_listing_event(listing, before, actor, "publish", reason, revision)
        refresh_search_rows([listing.pk])
    return listing


def restore_listing(listing_id: int, actor: User | None, reason: str) -> Listing:
    """Bring a held or removed listing back, even if its last day is past: it is public, unless its employer had
    paused or filled it. One that was removed before it ever was public waits again, with the text that
    nobody has approved."""
    with transaction.atomic():
        listing = LISTING_STATE_MACHINE.lock(listing_id)
        if listing.status == S.REMOVED_FRAUD and listing.published_at is None:
            return _return_to_queue(listing, actor, reason)
        to = find_status_before_stop(listing)
        if to == S.PUBLISHED:
            return publish_listing(listing_id, actor, reason, with_text=False, may_be_past=True)
        LISTING_STATE_MACHINE.require_move(listing, S.PUBLISHED)
        _bring_back(listing, to, actor, "release", reason)
        refresh_search_rows([listing.pk])
    return listing


def find_status_before_stop(listing: Listing) -> str:
    """Return the public status that the listing had before it was held or removed last."""
    stops = ListingEvent.objects.filter(listing=listing, before__in=IN_PUBLIC)
    stops = stops.exclude(after__in=IN_PUBLIC).order_by("-pk")
    return stops.values_list("before", flat=True).first() or S.PUBLISHED


def _return_to_queue(listing: Listing, actor: User | None, reason: str) -> Listing:
    LISTING_STATE_MACHINE.require_move(listing, S.PENDING)
    if text := listing.revisions.order_by("-pk").first():
        _set_revision_status(text, RevisionStatus.WAITING)
    _bring_back(listing, S.PENDING, actor, "return", reason)
    return listing


def _bring_back(listing: Listing, to: str, actor: User | None, action: str, reason: str) -> None:
    before, listing.status, listing.fraud_type = listing.status, to, ""
    listing.save(update_fields=["status", "fraud_type", "updated_at"])
    _record_listing_event(listing, before, actor, action, reason, None)


def approve_listing_edit(listing_id: int, actor: User | None, reason: str = "") -> Listing:
    """Replace the text of a public listing by its waiting revision."""
    with transaction.atomic():
        listing, revision = _lock_with_waiting_edit(listing_id)
        _approve_revision(listing, revision, actor)
        require_complete(listing)
        listing.save()
        _record_listing_event(listing, listing.status, actor, "approve_edit", reason, revision)
        refresh_search_rows([listing.pk])
    return listing


def refuse_listing_edit(listing_id: int, actor: User | None, reason: str) -> Listing:
    """Refuse the waiting revision; the public text stays."""
    if not reason.strip():
        raise ListingMoveRefused("没有通过要写明原因。")
    with transaction.atomic():
        listing, revision = _lock_with_waiting_edit(listing_id)
        _set_revision_status(revision, RevisionStatus.REFUSED)
        _record_listing_event(listing, listing.status, actor, "refuse_edit", reason, revision)
    return listing


def approve_refused_revision(listing_id: int, actor: User | None, reason: str) -> Listing:
    """Approve, on an appeal, the text that was refused last.

    A rejected listing is published with it; a public one shows it from now on. Of a text that two
    people must approve this is the first approval, unless somebody else has approved it already.
    """
    with transaction.atomic():
        listing = LISTING_STATE_MACHINE.lock(listing_id)
        before, revision = listing.status, listing.revisions.order_by("-pk").first()
        if before not in IN_PUBLIC | {S.REJECTED} or (
            revision is not None and revision.status != RevisionStatus.REFUSED
        ):
            raise ListingMoveRefused("没有被退回、还能恢复的文字了。")
        if revision is not None and may_approve_first(revision, actor):
            return _wait_for_second_person(listing, revision, actor, reason)
        if revision is not None:
            _approve_revision(listing, revision, actor)
        require_complete(listing, may_be_past=True)
        if before == S.REJECTED:
            listing.status = S.PUBLISHED
            listing.published_at = listing.published_at or timezone.now()
        listing.save()
        action = "publish" if before == S.REJECTED else "approve_edit"
        _record_listing_event(listing, before, actor, action, reason, revision)
        refresh_search_rows([listing.pk])
    return listing


def needs_two_people(text: ListingRevision) -> bool:
    kind = CATEGORIES.get(text.category)
    return kind is not None and kind.is_high_risk


def find_revision_to_approve(listing: Listing) -> ListingRevision | None:
    """Return the waiting text; of a draft that staff added the text they approved by writing it."""
    return find_waiting_revision(listing) or listing.revisions.order_by("-pk").first()


def get_first_approver_id(text: ListingRevision) -> int | None:
    """Return who approved the text first. Of a text that staff wrote and approved it is its author."""
    is_by_staff = text.status == RevisionStatus.APPROVED
    return text.first_approver_id or (text.author_id if is_by_staff else None)


def may_approve_first(text: ListingRevision, actor: User | None) -> bool:
    """Whether an approval by `actor` is the first of two, and does not publish the text."""
    return actor is not None and needs_two_people(text) and get_first_approver_id(text) is None


def record_first_approval(listing_id: int, actor: User, reason: str = "") -> Listing:
    """Record that one of two people approved the waiting text; it goes on waiting for the other.

    A text submitted later is another revision, which nobody has approved.
    """
    with transaction.atomic():
        listing = LISTING_STATE_MACHINE.lock(listing_id)
        text = find_waiting_revision(listing)
        if text is None or not may_approve_first(text, actor):
            raise ListingMoveRefused("这一版不用再通过第一遍了。")
        return _wait_for_second_person(listing, text, actor, reason)


def undo_listing_event(event_id: int, actor: User | None) -> Listing:
    """Return to the status before an event, if nothing has happened since, with an event for it.

    The revision that was decided with the event waits again.
    """
    with transaction.atomic():
        event = LISTING_STATE_MACHINE.undo_last_event(event_id, actor, _restore_before_event)
        _store_fingerprint_and_deliveries(event)
        refresh_search_rows([event.listing_id])
    return event.listing


def move_listing(
    listing_id: int, to: str, actor: User | None, reason: str = "", fraud_type: str = ""
) -> Listing:
    """Make any other move of `LISTING_MOVES`; a removal for fraud needs the fraud type."""
    if to == S.PUBLISHED:
        return publish_listing(listing_id, actor, reason)
    LISTING_STATE_MACHINE.require_reason(to, reason)
    if to == S.REMOVED_FRAUD and not fraud_type:
        raise ListingMoveRefused("涉诈下架要选骗局类型。")
    with transaction.atomic():
        listing = LISTING_STATE_MACHINE.lock(listing_id)
        LISTING_STATE_MACHINE.require_move(listing, to)
        # If a public listing is removed, nothing is decided about an edit of it that waits.
        is_text_decided = to in (S.REJECTED, S.REMOVED_FRAUD) and listing.status in NEVER_PUBLIC
        revision = find_waiting_revision(listing) if is_text_decided else None
        if revision:
            _set_revision_status(revision, RevisionStatus.REFUSED)
        before, listing.status = listing.status, to
        listing.fraud_type = fraud_type if to == S.REMOVED_FRAUD else ""
        # A repost waits with the day on which its source published it.
        if to == S.REMOVED_FRAUD and before in NEVER_PUBLIC:
            listing.published_at = None
        listing.save(update_fields=["status", "fraud_type", "published_at", "updated_at"])
        _record_listing_event(listing, before, actor, to, reason, revision)
        refresh_search_rows([listing.pk])
    return listing


def list_hold_events(listing: Listing | OuterRef) -> QuerySet[ListingEvent]:
    """Return the holds of a listing, the newest first. If the listing is held, the first one is the hold in force:
    an undo that leads back to an earlier hold is recorded as an undo."""
    return ListingEvent.objects.filter(listing=listing, action=S.HELD).order_by("-pk")


def find_waiting_revision(listing: Listing) -> ListingRevision | None:
    return listing.revisions.filter(status=RevisionStatus.WAITING).first()


def _lock_with_waiting_edit(listing_id: int) -> tuple[Listing, ListingRevision]:
    listing = LISTING_STATE_MACHINE.lock(listing_id)
    revision = find_waiting_revision(listing)
    if revision is None or listing.status not in IN_PUBLIC:
        raise ListingMoveRefused("没有等着审的修改了。")
    return listing, revision


def _restore_before_event(listing: Listing, event: ListingEvent) -> None:
    if event.action == FIRST_APPROVAL:
        waiting = listing.revisions.filter(status=RevisionStatus.WAITING)
        waiting.update(first_approver=None)
    if event.revision:
        _reopen_revision(listing, event.revision)
    listing.fraud_type = ""
    if event.before in NEVER_PUBLIC and not listing.is_repost:  # it keeps the day of its source
        listing.published_at = None
    listing.save()


def _reopen_revision(listing: Listing, revision: ListingRevision) -> None:
    """Make a revision wait again; the listing gets the text that was approved before it."""
    if revision.status == RevisionStatus.APPROVED:
        approved = listing.revisions.filter(status=RevisionStatus.APPROVED, pk__lt=revision.pk)
        if earlier := approved.order_by("-pk").first():
            listing.copy_content(earlier)
        withdraw_change_notices(listing.pk, revision.pk)
    _set_revision_status(revision, RevisionStatus.WAITING)


def _wait_for_second_person(
    listing: Listing, text: ListingRevision, actor: User | None, reason: str
) -> Listing:
    """Keep the first approval; a text that was refused waits again."""
    before = listing.status
    if before == S.REJECTED:
        LISTING_STATE_MACHINE.require_move(listing, S.PENDING)
        listing.status = S.PENDING
        listing.save(update_fields=["status", "updated_at"])
    text.first_approver, text.status = actor, RevisionStatus.WAITING
    text.save(update_fields=["first_approver", "status"])
    _record_listing_event(listing, before, actor, FIRST_APPROVAL, reason, None)
    return listing


def _require_second_person(text: ListingRevision | None, actor: User | None) -> None:
    """Raise unless somebody else approved this text of a high-risk category before. Without an
    actor it is the gate, which lets no such text pass, or demo data."""
    if text is None or actor is None or not needs_two_people(text):
        return
    first_approver = get_first_approver_id(text)
    if first_approver is None:
        raise ListingMoveRefused("这一类要两位审核员先后通过，还没有第一位。")
    if first_approver == actor.pk:
        raise ListingMoveRefused("这一版的第一遍是你通过的，要另一位审核员再看一遍。")


def _approve_revision(listing: Listing, revision: ListingRevision, actor: User | None) -> None:
    _require_second_person(revision, actor)
    changed = find_changed_terms(listing, revision)
    listing.copy_content(revision)
    _set_revision_status(revision, RevisionStatus.APPROVED)
    if listing.status not in NEVER_PUBLIC:
        # What a person approved may be undone.
        notify_of_changed_terms([(changed, revision.pk)], NOTIFY_AFTER if actor else None)


def mark_published(listing: Listing, at: datetime | None = None) -> None:
    """Change the row in memory; `at` is used unless it was public before."""
    listing.status, listing.fraud_type = S.PUBLISHED, ""
    listing.published_at = listing.published_at or at or timezone.now()


def _set_revision_status(revision: ListingRevision, status: RevisionStatus) -> None:
    revision.status = status
    revision.save(update_fields=["status"])


def require_complete(listing: Listing, *, may_be_past: bool = False) -> None:
    """Raise if a required field of the row is empty, or if its last day is past and `may_be_past` is not set."""
    needed = ["title", "category", "duties", "settlement", "valid_through"]
    needed += [] if listing.is_repost else ["requirements"]
    missing = [LISTING_FIELDS[name].label for name in needed if not getattr(listing, name)]
    if missing:
        raise ListingMoveRefused(f"还缺：{'、'.join(missing)}。")
    last_day = listing.valid_through
    if last_day and last_day < timezone.localdate() and not may_be_past:
        raise ListingMoveRefused("有效期已过，不能发布。")


def _record_listing_event(
    listing: Listing,
    before: str,
    actor: User | None,
    action: str,
    reason: str,
    revision: ListingRevision | None,
) -> None:
    event = LISTING_STATE_MACHINE.record_event(
        listing, before, actor=actor, action=action, reason=reason, revision=revision
    )
    _store_fingerprint_and_deliveries(event)


def _store_fingerprint_and_deliveries(event: ListingEvent) -> None:
    event.listing.last_event = event
    store_fingerprints([event.listing_id])
    enqueue_listing_events([event])
