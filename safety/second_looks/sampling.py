"""Draws a random sample of the approvals by moderators and by the machine for a second look."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from safety.models import SecondLook, SecondLookProgress, SecondLookShare
from safety.models.second_looks import DEFAULT_PERCENT
from safety.second_looks.approval_sources import APPROVAL_SOURCES, ApprovalSource
from sitekit.workflow.state_machine import UNDO_FOR

DRAW_AFTER = UNDO_FOR + timedelta(minutes=1)  # what may still be undone is not drawn
# A missing number is an event of a transaction that has not ended, or of one that failed.
GAP_STAYS_OPEN = timedelta(hours=1)
EVENTS_A_RUN = 5000
_RANDOM = secrets.SystemRandom()


def get_second_look_percent() -> int:
    newest = SecondLookShare.objects.first()
    return DEFAULT_PERCENT if newest is None else newest.percent


def draw_second_looks() -> int:
    """Draw from the approvals since the last run; return how many were drawn. The first run draws nothing."""
    return sum(_draw_from(source) for source in APPROVAL_SOURCES)


def _draw_from(source: ApprovalSource) -> int:
    with transaction.atomic():
        progress = _lock_progress(source)
        until = timezone.now() - DRAW_AFTER
        events = source.list_events().filter(pk__gt=progress.last_event).order_by("pk")
        settled = events.filter(created_at__lt=until).values_list("pk", "created_at")
        last_event = _find_last_before_gap(progress.last_event, settled[:EVENTS_A_RUN])
        if last_event == progress.last_event:
            return 0
        percent = get_second_look_percent()
        approvals = source.list_approvals(events.filter(pk__lte=last_event))
        drawn = [event for event in approvals if _RANDOM.uniform(0, 100) < percent]
        rows = [
            SecondLook(
                **{name: getattr(event, column) for name, column in source.columns.items()},
                by_machine=event.actor_id is None,
                approver_id=event.actor_id,
                approved_at=event.created_at,
            )
            for event in drawn
        ]
        SecondLook.objects.bulk_create(rows, ignore_conflicts=True)
        progress.last_event = last_event
        progress.save(update_fields=["last_event"])
    return len(rows)


def _find_last_before_gap(last_event: int, events: Iterable[tuple[int, datetime]]) -> int:
    """Return the last event before the first gap that an open transaction may still fill."""
    closed_until = timezone.now() - GAP_STAYS_OPEN
    for number, created_at in events:
        has_gap = last_event and number > last_event + 1
        if has_gap and created_at >= closed_until:
            break
        last_event = number
    return last_event


def _lock_progress(source: ApprovalSource) -> SecondLookProgress:
    newest = source.list_events().order_by("-pk").values_list("pk", flat=True).first()
    SecondLookProgress.objects.get_or_create(pk=source.number, defaults={"last_event": newest or 0})
    return SecondLookProgress.objects.select_for_update().get(pk=source.number)
