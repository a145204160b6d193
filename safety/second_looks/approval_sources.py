"""The sources of approvals, one for each kind of event."""

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
    """`number` is the primary key of the source's `SecondLookProgress` and is never used for another source.
    `columns` maps each column of `SecondLook` to the column of the event that fills it. `list_approvals` returns
    the events by which a moderator or the machine published a text, without undone ones."""

    number: int
    list_events: Callable[[], QuerySet[Any]]
    list_approvals: Callable[[QuerySet[Any]], QuerySet[Any]]
    columns: Mapping[str, str]


def list_listing_approvals(events: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
    by_machine = Q(actor=None) & (Q(before__in=NEVER_PUBLIC) | Q(action="approve_edit"))
    # Restoring a held listing is no approval of a text.
    by_moderator = _build_decided_condition(CaseKind.LISTING, ("published", "approve_edit"))
    return events.filter(by_machine | by_moderator, action__in=("publish", "approve_edit"))


def list_text_approvals(events: QuerySet[PublicTextEvent]) -> QuerySet[PublicTextEvent]:
    """Return the approvals of texts. An upheld appeal does not count, because two people have seen that text."""
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
