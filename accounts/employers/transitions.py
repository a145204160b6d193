"""The only way an employer changes its status: lock, check, change, write an event, one transaction.

`listings.publication.employer_status` also publishes or hides its listings.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.choices import WATCH_DAYS
from accounts.choices import EmployerStatus as S
from accounts.models import (
    RECHECK_AFTER,
    Employer,
    EmployerEvent,
    EmployerMember,
    User,
    WordChanges,
)
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import SOMETHING_SINCE, StateMachine, build_reason_requests

# All moves between statuses; any other move is refused.
EMPLOYER_MOVES: dict[str, set[str]] = {
    S.UNVERIFIED: {S.PENDING, S.FROZEN, S.BANNED},
    S.PENDING: {S.VERIFIED, S.REJECTED, S.FROZEN, S.BANNED},
    S.VERIFIED: {S.LAPSED, S.FROZEN, S.BANNED},
    S.LAPSED: {S.PENDING, S.FROZEN, S.BANNED},
    S.REJECTED: {S.PENDING, S.FROZEN, S.BANNED},
    S.FROZEN: {S.BANNED},  # and back to what it was, by `restore_frozen_employer`
    S.BANNED: {S.PENDING},
}


# Actions of events that are not called like a status.
UNFROZEN_ACTION = "unfrozen"
RENEWAL_REFUSED = "not_renewed"  # the status stays
RECHECKED = "recheck"  # verified again while it was verified
KEPT_WAITING = "kept_waiting"  # a renewal waits on as a submission
# Sanctions that are milder than a freeze and leave the status as it is, each with the action that ends it.
WARNED, UNWARNED = "warned", "unwarned"
WATCHED, UNWATCHED = "watched", "unwatched"
OWNER_IDLE_AFTER = datetime.timedelta(days=90)  # without signing in
# The reason of an event that undoes the warning or watch before it.
UNDONE_REASON = "撤销"
_WATCHES = {f"{WATCHED}_{days}": datetime.timedelta(days=days) for days in WATCH_DAYS}
_OF_WARNINGS, _OF_WATCHES = (WARNED, UNWARNED), (*_WATCHES, UNWATCHED)


class EmployerMoveRefused(MoveRefused):
    """The status of the employer was not changed; the words say why."""


EMPLOYER_STATE_MACHINE = StateMachine(
    model=Employer,
    event_model=EmployerEvent,
    moves=EMPLOYER_MOVES,
    refusal=EmployerMoveRefused,
    describe_refusal=lambda employer, to: (
        f"「{employer.get_status_display()}」的单位不能改成「{S(to).label}」。"
    ),
    needs_reason=build_reason_requests([S.REJECTED, S.FROZEN, S.BANNED]),
    never_undone={S.BANNED: "列入黑名单不能撤销，只能申诉。"},
)


def change_employer_status(
    employer_id: int,
    to: str,
    actor: User | None,
    reason: str = "",
    *,
    submitted_at: datetime.datetime | None = None,
) -> EmployerEvent:
    """Change the status; `verified` sets the day of the next re-check, `pending` since when it waits.
    That is now, unless it waits since `submitted_at` already."""
    EMPLOYER_STATE_MACHINE.require_reason(to, reason)
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        EMPLOYER_STATE_MACHINE.require_move(employer, to)
        before, employer.status = employer.status, to
        if to == S.VERIFIED:
            employer.recheck_due = timezone.localdate() + RECHECK_AFTER
        if to == S.PENDING:
            employer.submitted_at = submitted_at or timezone.now()
        changed = ["status", "recheck_due", "submitted_at"]
        if before == S.BANNED:
            employer.former_owner_phones = []
            changed.append("former_owner_phones")
        employer.save(update_fields=changed)
        action = KEPT_WAITING if submitted_at else to
        return record_employer_event(employer, actor, action, reason, before)


def restore_frozen_employer(
    employer_id: int, actor: User | None, reason: str = ""
) -> EmployerEvent:
    """Bring a frozen employer back to its status of before; its re-check keeps its day, and a submission
    its age."""
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        freeze = find_standing_freeze(employer_id)
        if freeze is None:
            raise EmployerMoveRefused(f"「{employer.get_status_display()}」的单位没有被冻结。")
        employer.status = freeze.before
        employer.save(update_fields=["status"])
        return record_employer_event(employer, actor, UNFROZEN_ACTION, reason, S.FROZEN)


def find_standing_freeze(employer_id: int) -> EmployerEvent | None:
    """Return the event that froze the employer, None if it is not frozen now. Undoing a later event leaves the
    freeze in force."""
    freezes = EmployerEvent.objects.filter(
        employer=employer_id, employer__status=S.FROZEN, after=S.FROZEN
    )
    freezes = freezes.exclude(before=F("after")).exclude(action="undo")
    return freezes.order_by("-pk").first()


def find_refused_renewal(employer: Employer) -> EmployerEvent | None:
    """Return the refusal of its renewal, if nothing was handed in since. No query unless it may be so."""
    if employer.submitted_at or employer.status not in (S.VERIFIED, S.LAPSED):
        return None
    verified = Q(action=RECHECKED) | Q(after=S.VERIFIED) & ~Q(before=S.VERIFIED)
    decisions = EmployerEvent.objects.filter(
        verified | Q(action=RENEWAL_REFUSED), employer=employer
    )
    last = decisions.select_related("actor").order_by("-pk").first()
    return last if last and last.action == RENEWAL_REFUSED else None


def undo_employer_event(event_id: int, actor: User | None) -> EmployerEvent:
    """Return to the status before an event if it is the last one; return the event of this undo."""
    return EMPLOYER_STATE_MACHINE.undo_last_event(
        event_id, actor, lambda employer, _event: employer.save(update_fields=["status"])
    )


def record_employer_event(
    employer: Employer,
    actor: User | None,
    action: str,
    reason: str,
    before: str,
    changes: WordChanges | None = None,
) -> EmployerEvent:
    return EMPLOYER_STATE_MACHINE.record_event(
        employer, before, actor=actor, action=action, reason=reason, changes=changes or {}
    )


def record_sanction(
    employer_id: int, action: str, actor: User | None, reason: str, days: int = 0
) -> EmployerEvent:
    """Record a warning, a watch of some days, or the end of one; the status stays. Raises `EmployerMoveRefused`
    for a reason that would be read as the mark of an undo."""
    if reason.strip() == UNDONE_REASON:
        raise EmployerMoveRefused(f"只写“{UNDONE_REASON}”看不出为什么：把原因写完整。")
    return _record_sanction(employer_id, action, actor, reason, days)


def _record_sanction(
    employer_id: int, action: str, actor: User | None, reason: str, days: int
) -> EmployerEvent:
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        name = f"{WATCHED}_{days}" if action == WATCHED else action
        return record_employer_event(employer, actor, name, reason, employer.status)


def undo_sanction(event_id: int, ends_by: str, actor: User | None, days: int = 0) -> EmployerEvent:
    """Record that the sanction of the event is undone; the sanction before it is in force again, since its own day.

    Raises `EmployerMoveRefused` if there is a later sanction of its kind.
    """
    with transaction.atomic():
        event = EmployerEvent.objects.get(pk=event_id)
        EMPLOYER_STATE_MACHINE.lock(event.employer_id)
        kinds = _OF_WARNINGS if event.action in _OF_WARNINGS else _OF_WATCHES
        later = EmployerEvent.objects.filter(employer=event.employer_id, pk__gt=event_id)
        if later.filter(action__in=kinds).exists():
            raise EmployerMoveRefused(SOMETHING_SINCE)
        return _record_sanction(event.employer_id, ends_by, actor, UNDONE_REASON, days)


class Sanctions(NamedTuple):
    """What stands against an employer besides its status; `watch_days` are those of the last watch."""

    is_warned: bool
    watched_until: datetime.date | None
    watch_days: int


def find_sanctions(employer_id: int) -> Sanctions:
    events = EmployerEvent.objects.filter(employer=employer_id).order_by("-pk")
    events = events.filter(action__in=(*_OF_WARNINGS, *_OF_WATCHES))
    rows = list(events.only("action", "reason", "created_at"))
    warnings, watches = _list_standing(rows, _OF_WARNINGS), _list_standing(rows, _OF_WATCHES)
    days = next((_WATCHES[row.action].days for row in watches if row.action in _WATCHES), 0)
    until = get_watch_end(watches[0].action, watches[0].created_at) if watches else None
    return Sanctions(bool(warnings) and warnings[0].action == WARNED, until, days)


def _list_standing(
    events: Iterable[EmployerEvent], actions: Collection[str]
) -> list[EmployerEvent]:
    """Return those of these actions, the newest first as they are given, without each undo and what it undid."""
    standing, is_undone = [], False
    for event in events:
        if event.action not in actions:
            continue
        if not is_undone and event.reason != UNDONE_REASON:
            standing.append(event)
        is_undone = not is_undone and event.reason == UNDONE_REASON
    return standing


def list_unchecked_owners() -> QuerySet[EmployerMember]:
    """Return the owners of employers of which nobody acts any more who was an owner at the last verification: the
    papers that were checked may now be in other hands.

    Beside a new owner somebody who has not signed in for long may have stayed as a name only.
    """
    verified = EmployerEvent.objects.filter(
        employer=OuterRef("employer"), action__in=(S.VERIFIED, RECHECKED)
    )
    last = Subquery(verified.order_by("-pk").values("created_at")[:1])
    owners = EmployerMember.objects.filter(role=EmployerMember.Role.OWNER)
    checked = owners.filter(Q(owner_since=None) | Q(owner_since__lte=last))
    new = owners.filter(employer=OuterRef("employer"), owner_since__gt=last)
    is_idle = Q(user__last_login__lt=timezone.now() - OWNER_IDLE_AFTER)
    checked = checked.filter(~is_idle | ~Exists(new))
    return owners.exclude(Exists(checked.filter(employer=OuterRef("employer"))))


class StandingSanction(NamedTuple):
    """`kind` is `WARNED` or `WATCHED`; a warning has no end of its own."""

    kind: str
    event: EmployerEvent
    reason: str
    until: datetime.date | None


def list_standing_sanctions(employer_id: int) -> list[StandingSanction]:
    """Return the warning and the watch that hold now, the newest first. One query."""
    rows = EmployerEvent.objects.filter(employer=employer_id).select_related("actor")
    events = list(rows.filter(action__in=(*_OF_WARNINGS, *_OF_WATCHES)).order_by("-pk"))
    sanctions = [
        StandingSanction(WARNED, event, event.reason, None)
        for event in _list_standing(events, _OF_WARNINGS)[:1]
        if event.action == WARNED
    ]
    sanctions += [
        StandingSanction(WATCHED, event, event.reason, until)
        for event in _list_standing(events, _OF_WATCHES)[:1]
        if (until := get_watch_end(event.action, event.created_at))
    ]
    return sorted(sanctions, key=lambda sanction: -sanction.event.pk)


def list_watch_events() -> QuerySet[EmployerEvent]:
    """Return the events that begin or end a watch, the newest first, without each undo and what it undid;
    `get_watch_end` reads the first."""
    events = EmployerEvent.objects.filter(action__in=_OF_WATCHES)
    later = events.filter(employer=OuterRef("employer"), pk__gt=OuterRef("pk")).order_by("pk")
    events = events.annotate(
        reason_of_next=Coalesce(Subquery(later.values("reason")[:1]), Value(""))
    )
    undone = Q(reason=UNDONE_REASON) | Q(reason_of_next=UNDONE_REASON)
    return events.exclude(undone).order_by("-pk")


def get_watch_end(action: str, at: datetime.datetime) -> datetime.date | None:
    """Return the last day of a watch; None if the event ended one, or that day is past."""
    if action not in _WATCHES:
        return None
    until = timezone.localdate(at) + _WATCHES[action]
    return until if until >= timezone.localdate() else None
