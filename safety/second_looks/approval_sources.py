"""Where approvals are found, one entry for each kind of event; a new kind is a new entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import RevisionStatus
from accounts.models import PublicTextEvent
from listings.models import ListingEvent
from listings.publication.transitions import NEVER_PUBLIC
from safety.choices import CaseKind
from safety.models import Decision


@dataclass(frozen=True)
class ApprovalSource:
    """`number` is that of its row of progress, and never given to another one; `columns` says which column of
    `SecondLook` is filled from which of the event. `list_approvals` keeps of events those by which a moderator
    or the machine let a text out, not undone."""

    number: int
    list_events: Callable[[], QuerySet[Any]]
    list_approvals: Callable[[QuerySet[Any]], QuerySet[Any]]
    columns: Mapping[str, str]


def list_listing_approvals(events: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
    by_machine = Q(actor=None) & (Q(before__in=NEVER_PUBLIC) | Q(action="approve_edit"))
    # A moderator who restores what was held has approved no text.
    by_moderator = _build_decided_condition(CaseKind.LISTING, ("published", "approve_edit"))
    return events.filter(by_machine | by_moderator, action__in=("publish", "approve_edit"))


def list_text_approvals(events: QuerySet[PublicTextEvent]) -> QuerySet[PublicTextEvent]:
    """An appeal that was upheld is none: two people have seen that text."""
    by_machine = Q(actor=None, action="publish")
    by_moderator = _build_decided_condition(CaseKind.TEXT, (RevisionStatus.APPROVED,))
    approved = events.filter(after=RevisionStatus.APPROVED)
    return approved.filter(by_machine | Q(by_moderator, action="approve"))


def _build_decided_condition(kind: CaseKind, actions: tuple[str, ...]) -> Exists:
    decisions = Decision.objects.filter(
        kind=kind, event=OuterRef("pk"), action__in=actions, undone_at=None
    )
    return Exists(decisions)


APPROVAL_SOURCES = (
    ApprovalSource(
        1,
        ListingEvent.objects.all,
        list_listing_approvals,
        {"event": "pk", "listing_id": "listing_id", "revision_id": "revision_id"},
    ),
    ApprovalSource(
        2,
        PublicTextEvent.objects.all,
        list_text_approvals,
        {"text_event": "pk", "text_id": "publictext_id"},
    ),
)
