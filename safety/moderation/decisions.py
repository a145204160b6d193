"""The only way a moderator decides: claim, transition, decision row, notices, in one transaction.

The possible decisions on a kind of case are in its `CaseType`; `safety.apps` registers each of them here.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox import notices as inbox
from accounts.models import User
from accounts.staff.scope import OUTSIDE_SCOPE_MESSAGE
from safety.case_queues.case_entries import describe_new_entries, list_new_entries
from safety.case_queues.moderators import is_moderator
from safety.case_queues.postponements import end_putting_aside, restore_putting_aside
from safety.models import Decision
from safety.moderation.canned_reasons import describe_open_gaps
from safety.moderation.claims import CaseTaken, claim_case, release_claim
from sitekit.workflow.refusals import MoveRefused, Refusal
from sitekit.workflow.state_machine import NOTIFY_AFTER, UNDO_FOR

if TYPE_CHECKING:  # that module needs `DecisionResult` and `DecisionRefused` from here
    from safety.moderation.case_type import CaseType

BULK_MARK = "bulk-"  # among the `keys` of decisions that one press of a button made


class DecisionRefused(Refusal):
    """Says in Chinese why a decision was not made; nothing was changed."""


class EntriesNotSeen(DecisionRefused):
    """Somebody wrote a note, a question, an answer, a message or a report after the moderator opened the case."""


OWN_EMPLOYER_MESSAGE = "这和你自己的单位有关，要由另一位审核员来处理。"
OPEN_HIGH_RISK_FIRST_MESSAGE = "高风险的要打开来逐件看，再确认一次才通过。"
REFUSALS = (DecisionRefused, CaseTaken, MoveRefused)


@dataclass(frozen=True)
class DecisionResult:
    """What carrying out a decision returns: its event, its notices, since when the case waited.

    `notices` are sent when the decision can't be undone any more; their keys get the prefix `decision-<number>`.
    `keys` are marks by which the case type finds what to undo. `kind` and `text_message` are arguments of
    `send_notices`. `along` holds the numbers of the other cases that were decided together with this one.
    """

    event: int
    notices: list[inbox.NoticeMessage] = field(default_factory=list)
    since: datetime | None = None
    keys: list[str] = field(default_factory=list)
    text_message: bool = False
    kind: NoticeKind = NoticeKind.HIRING
    along: list[int] = field(default_factory=list)


CASE_TYPES: dict[str, "CaseType"] = {}  # by kind


def make_decision(  # noqa: PLR0913 - a decision has these parts
    kind: str,
    number: int,
    action: str,
    moderator: User,
    reason: str = "",
    *,
    canned: str = "",
    fraud_type: str = "",
    confirmed: bool = False,
    seen: str = "",
    entries: str = "",
    **details: Any,
) -> Decision:
    """Decide a case, schedule its notices, release its claim. `entries` is the mark of the page from which it is
    decided (`case_entries`). Raises one of `REFUSALS`."""
    case_type, reason = CASE_TYPES[kind], reason.strip()
    if not is_moderator(moderator):
        raise DecisionRefused("只有审核员能作决定。")
    if not case_type.is_in_scope(number, moderator):
        raise DecisionRefused(OUTSIDE_SCOPE_MESSAGE)
    if case_type.is_left_to_others(number, moderator):
        raise DecisionRefused(OWN_EMPLOYER_MESSAGE)
    _require_complete_decision(case_type, number, action, reason, confirmed=confirmed)
    with transaction.atomic():
        claim_case(kind, number, moderator)
        details |= {"fraud_type": fraud_type, "seen": seen}
        decision_result = case_type.carry_out(number, action, moderator, reason, **details)
        # Only now is the case locked: who writes a note waits for the same lock.
        if new_entries := list_new_entries(kind, number, moderator, entries):
            raise EntriesNotSeen(describe_new_entries(new_entries))
        decision = Decision.objects.create(
            kind=kind,
            number=number,
            moderator=moderator,
            action=action,
            reason=reason[:300],
            canned=canned[:20],
            event=decision_result.event,
            keys=decision_result.keys,
            waited=timezone.now() - decision_result.since if decision_result.since else None,
        )
        if not case_type.get_action(action).leaves_waiting:
            end_putting_aside(decision, [number, *decision_result.along])
        _send_decision_notices(decision, decision_result)
        release_claim(kind, number, moderator)
    return decision


def _require_complete_decision(
    case_type: "CaseType", number: int, action: str, reason: str, *, confirmed: bool
) -> None:
    """Raise `DecisionRefused` if the reason or the confirmation that the action needs is missing."""
    case_action = case_type.get_action(action)
    if case_action.needs_reason and not reason:
        raise DecisionRefused("请写明原因：会原样告诉对方。")
    if words := describe_open_gaps(reason):
        raise DecisionRefused(words)
    if case_action.is_final and not confirmed:
        raise DecisionRefused("这个决定不能撤销，要再确认一次。")
    if case_action.publishes and not confirmed:
        row = case_type.find(number)
        if row is not None and case_type.list_high_risks(row):
            raise DecisionRefused(OPEN_HIGH_RISK_FIRST_MESSAGE)


def decide_together(
    kind: str,
    number: int,
    others: Iterable[tuple[int, str]],
    *,
    seen: str,
    moderator: User,
    entries: str = "",
    **decision: Any,
) -> None:
    """Make the same decision on a case and on others, on all or none. `others` are numbers with the state in which
    the moderator saw each case. `entries` is the mark of the page of the case. Raises one of `REFUSALS`, which names
    the case if it is one of the others."""
    states = {number: seen} | dict(others)
    case_type = CASE_TYPES[kind]
    with transaction.atomic():
        # Claims and rows are taken in one order, so that two moderators wait for each other. The states are compared
        # before the first decision, because it may change the other cases.
        for pk in sorted(states) if len(states) > 1 else ():
            with _name_in_refusal(case_type, pk, number):
                claim_case(kind, pk, moderator)
        if len(states) > 1:
            case_type.lock_cases(sorted(states))
            for pk, state in states.items():
                with _name_in_refusal(case_type, pk, number):
                    case_type.require_seen(state, case_type.find(pk))
            states = dict.fromkeys(states, "")
        for pk, state in states.items():
            with _name_in_refusal(case_type, pk, number):
                mark = entries if pk == number else ""
                make_decision(kind, pk, moderator=moderator, seen=state, entries=mark, **decision)


@contextlib.contextmanager
def _name_in_refusal(case_type: "CaseType", number: int, decided_number: int) -> Iterator[None]:
    try:
        yield
    except REFUSALS as refused:
        if number == decided_number:
            raise
        name = case_type.describe_number(number)
        raise DecisionRefused(f"一件也没有处理。「{name}」：{refused}") from refused


def undo_decision(decision_id: int, moderator: User) -> Decision:
    """Undo within a minute by the same moderator; no notice is sent. Raises one of `REFUSALS`."""
    with transaction.atomic():
        decisions = Decision.objects.select_for_update(of=("self",))
        decision = decisions.filter(pk=decision_id, moderator=moderator).first()
        if decision is None:
            raise DecisionRefused("只有作决定的人能撤销。")
        if decision.undone_at:
            raise DecisionRefused("已经撤销过了。")
        case_type = CASE_TYPES[decision.kind]
        if case_type.get_action(decision.action).is_final:
            raise DecisionRefused("这个决定不能撤销，只能由对方申诉。")
        if timezone.now() - decision.created_at > UNDO_FOR:
            raise DecisionRefused("过了一分钟，不能撤销了。")
        # If somebody else works on the case, the decision is undone without a claim.
        with contextlib.suppress(CaseTaken):
            claim_case(decision.kind, decision.number, moderator)
        case_type.undo(decision, moderator)
        inbox.withdraw_notices(decision.keys)
        restore_putting_aside(decision)
        decision.undone_at = timezone.now()
        decision.save(update_fields=["undone_at"])
    return decision


def list_undoable_decisions(moderator: User, after: datetime) -> QuerySet[Decision]:
    """Return the decisions of this moderator after a moment that may be undone, newest first."""
    decisions = Decision.objects.filter(moderator=moderator, created_at__gt=after, undone_at=None)
    for kind, case_type in CASE_TYPES.items():
        final = [code for code, action in case_type.actions.items() if action.is_final]
        decisions = decisions.exclude(kind=kind, action__in=final)
    return decisions


def mark_as_bulk(bulk: Sequence[Decision]) -> None:
    """Mark these decisions as made by one press of a button, so that one press undoes them all."""
    if len(bulk) < 2:
        return
    for decision in bulk:
        decision.keys.append(f"{BULK_MARK}{bulk[0].pk}")
    Decision.objects.bulk_update(bulk, ["keys"])


def list_decided_together(decision: Decision) -> list[Decision]:
    """Return the decision, or all that one press of a button made with it if they may still be undone."""
    marks = [key for key in decision.keys if key.startswith(BULK_MARK)]
    if not marks:
        return [decision]
    undoable = list_undoable_decisions(decision.moderator, after=timezone.now() - UNDO_FOR)
    return list(undoable.filter(keys__contains=marks)) or [decision]


def _send_decision_notices(decision: Decision, result: DecisionResult) -> None:
    notices = result.notices
    messages = [replace(message, key=f"decision-{decision.pk}{message.key}") for message in notices]
    inbox.send_notices(
        messages, kind=result.kind, wait=NOTIFY_AFTER, text_message=result.text_message
    )
    if messages:
        decision.keys += [message.key for message in messages]
        decision.save(update_fields=["keys"])
