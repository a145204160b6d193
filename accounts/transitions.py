"""The only way an employer changes its status: lock, check, change, write an event, one transaction.

What is public of its listings follows: `listings.standing` does both steps.
"""

from django.db import transaction
from django.utils import timezone

from accounts.choices import EmployerStatus as S
from accounts.models import RECHECK_AFTER, Employer, EmployerEvent
from sitekit.workflow import refusals

# GLOSSARY "States and moves"; what is not named here is refused.
MOVES: dict[str, set[str]] = {
    S.UNVERIFIED: {S.PENDING, S.BANNED},
    S.PENDING: {S.VERIFIED, S.REJECTED, S.BANNED},
    S.VERIFIED: {S.LAPSED, S.FROZEN, S.BANNED},
    S.LAPSED: {S.PENDING, S.BANNED},
    S.REJECTED: {S.PENDING, S.BANNED},
    S.FROZEN: {S.VERIFIED, S.BANNED},
    S.BANNED: {S.PENDING},
}
NEEDS_REASON = {S.REJECTED, S.FROZEN, S.BANNED}
NEVER_UNDONE = {S.BANNED}


class MoveRefused(refusals.MoveRefused):
    """Says in Chinese why a move was not made; nothing was changed."""


def move(employer_id: int, to: str, actor, reason: str = "") -> EmployerEvent:
    """Change the status; `verified` sets the day of the next re-check."""
    if to in NEEDS_REASON and not reason.strip():
        raise MoveRefused(f"「{S(to).label}」要写明原因。")
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        if to not in MOVES[employer.status]:
            raise MoveRefused(
                f"「{employer.get_status_display()}」的单位不能改成「{S(to).label}」。"
            )
        before = employer.status
        employer.status = to
        if to == S.VERIFIED and before != S.FROZEN:
            employer.recheck_due = timezone.localdate() + RECHECK_AFTER
        if to == S.PENDING:
            employer.submitted_at = timezone.now()
        employer.save(update_fields=["status", "recheck_due", "submitted_at"])
        return record(employer, actor, to, reason, before)


def undo(event_id: int, actor) -> EmployerEvent:
    """Back to the status before an event, if nothing has happened since; an event of its own."""
    with transaction.atomic():
        event = EmployerEvent.objects.select_related("employer").get(pk=event_id)
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=event.employer_id)
        if event.after in NEVER_UNDONE:
            raise MoveRefused("列入黑名单不能撤销，只能申诉。")
        last = employer.events.order_by("-pk").first()
        if last != event or not event.before:
            raise MoveRefused("这之后又有别的处理，不能撤销了。")
        employer.status = event.before
        employer.save(update_fields=["status"])
        return record(employer, actor, "undo", "", event.after)


def record(employer, actor, action, reason, before) -> EmployerEvent:
    return EmployerEvent.objects.create(
        employer=employer,
        actor=actor,
        action=action,
        reason=reason[:200],
        before=before,
        after=employer.status,
    )
