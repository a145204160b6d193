"""Draws a random sample of approvals, by moderators and by the machine, for a second look."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from listings.models import ListingEvent
from listings.publication.transitions import NEVER_PUBLIC
from safety.choices import CaseKind
from safety.models import Decision, SecondLook, SecondLookProgress, SecondLookShare
from safety.models.second_looks import DEFAULT_PERCENT
from safety.moderation.decisions import UNDO_FOR

DRAW_AFTER = UNDO_FOR + timedelta(minutes=1)  # what may still be undone is not drawn
EVENTS_A_RUN = 5000
_APPROVALS = ("publish", "approve_edit")
_RANDOM = secrets.SystemRandom()


def get_second_look_percent() -> int:
    newest = SecondLookShare.objects.first()
    return DEFAULT_PERCENT if newest is None else newest.percent


def draw_second_looks() -> int:
    """Draw from the events since the last run; return how many were drawn. The first run draws nothing."""
    with transaction.atomic():
        progress = _lock_progress()
        until = timezone.now() - DRAW_AFTER
        events = ListingEvent.objects.filter(pk__gt=progress.last_event).order_by("pk")
        numbers = list(
            events.filter(created_at__lt=until).values_list("pk", flat=True)[:EVENTS_A_RUN]
        )
        if not numbers:
            return 0
        percent = get_second_look_percent()
        approvals = list_approvals(events.filter(pk__lte=numbers[-1]))
        drawn = [event for event in approvals if _RANDOM.uniform(0, 100) < percent]
        rows = [
            SecondLook(
                listing_id=event.listing_id,
                revision_id=event.revision_id,
                event=event.pk,
                by_machine=event.actor_id is None,
                approver_id=event.actor_id,
                approved_at=event.created_at,
            )
            for event in drawn
        ]
        SecondLook.objects.bulk_create(rows, ignore_conflicts=True)
        progress.last_event = numbers[-1]
        progress.save(update_fields=["last_event"])
    return len(rows)


def list_approvals(events: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
    """Return those of these events by which a moderator or the machine let a text out, not undone."""
    decisions = Decision.objects.filter(kind=CaseKind.LISTING, event=OuterRef("pk"), undone_at=None)
    by_machine = Q(actor=None) & (Q(before__in=NEVER_PUBLIC) | Q(action="approve_edit"))
    # A moderator who restores what was held has approved no text.
    by_moderator = Exists(decisions.filter(action__in=("published", "approve_edit")))
    return events.filter(by_machine | by_moderator, action__in=_APPROVALS)


def _lock_progress() -> SecondLookProgress:
    newest = ListingEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    SecondLookProgress.objects.get_or_create(pk=1, defaults={"last_event": newest or 0})
    return SecondLookProgress.objects.select_for_update().get(pk=1)
