"""The one way by which a moderator decides: claim, transition, row, message, all or nothing.

What a kind of case can do stands in its `CaseType`; `safety.apps` registers each here.
"""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.inbox import notices as inbox
from accounts.models import User
from safety.models import Decision
from safety.moderation.claims import CaseTaken, claim_case, release_claim
from safety.moderation.permissions import is_moderator
from sitekit.workflow.refusals import MoveRefused, Refusal

if TYPE_CHECKING:  # it needs `DecisionResult` and `DecisionRefused` from here
    from safety.moderation.case_type import CaseType

UNDO_FOR = timedelta(seconds=60)
# A little longer, so that what is undone in the last second was not sent yet.
NOTIFY_AFTER = UNDO_FOR + timedelta(seconds=5)


class DecisionRefused(Refusal):
    """Says in Chinese why a decision was not made; nothing was changed."""


REFUSALS = (DecisionRefused, CaseTaken, MoveRefused)


@dataclass(frozen=True)
class DecisionResult:
    """What carrying out a decision left: its event, its notices, since when the case waited.

    `notices` are sent once the decision can't be undone any more. Their keys are only the end of
    a key: the decision's number is put before. `keys` are marks of its own that the case type wants to
    find again when it undoes.
    """

    event: int
    notices: list[inbox.NoticeMessage] = field(default_factory=list)
    since: datetime | None = None
    keys: list[str] = field(default_factory=list)


CASE_TYPES: dict[str, "CaseType"] = {}


def register_case_type(case_type: "CaseType") -> None:
    CASE_TYPES[case_type.kind] = case_type


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
    **details,
) -> Decision:
    """Decide a case, tell whom it concerns after a minute, let go of the case."""
    desk, reason = CASE_TYPES[kind], reason.strip()
    if not is_moderator(moderator):
        raise DecisionRefused("只有审核员能作决定。")
    if action in desk.needs_reason and not reason:
        raise DecisionRefused("请写明原因：会原样告诉对方。")
    if action in desk.final and not confirmed:
        raise DecisionRefused("这个决定不能撤销，要再确认一次。")
    with transaction.atomic():
        claim_case(kind, number, moderator)
        more = {"fraud_type": fraud_type, "seen": seen, **details}
        deed = desk.carry_out(number, action, moderator, reason, **more)
        decision = Decision.objects.create(
            kind=kind,
            number=number,
            moderator=moderator,
            action=action,
            reason=reason[:300],
            canned=canned[:20],
            event=deed.event,
            keys=deed.keys,
            waited=timezone.now() - deed.since if deed.since else None,
        )
        _send_decision_notices(decision, deed.notices)
        release_claim(kind, number, moderator)
    return decision


def undo_decision(decision_id: int, moderator: User) -> Decision:
    """Within a minute, by who decided: back to what was, and nobody hears of it."""
    with transaction.atomic():
        rows = Decision.objects.select_for_update(of=("self",))
        decision = rows.filter(pk=decision_id, moderator=moderator).first()
        if decision is None:
            raise DecisionRefused("只有作决定的人能撤销。")
        if decision.undone_at:
            raise DecisionRefused("已经撤销过了。")
        desk = CASE_TYPES[decision.kind]
        if decision.action in desk.final:
            raise DecisionRefused("这个决定不能撤销，只能由对方申诉。")
        if timezone.now() - decision.created_at > UNDO_FOR:
            raise DecisionRefused("过了一分钟，不能撤销了。")
        with contextlib.suppress(CaseTaken):  # who has it now sees it change
            claim_case(decision.kind, decision.number, moderator)
        desk.undo(decision, moderator)
        inbox.withdraw_notices(decision.keys)
        decision.undone_at = timezone.now()
        decision.save(update_fields=["undone_at"])
    return decision


def list_undoable_decisions(moderator: User):
    """Decisions of this moderator that can still be undone, newest first."""
    fresh = timezone.now() - UNDO_FOR
    decisions = Decision.objects.filter(moderator=moderator, created_at__gt=fresh, undone_at=None)
    for kind, desk in CASE_TYPES.items():
        if desk.final:
            decisions = decisions.exclude(kind=kind, action__in=desk.final)
    return decisions


def _send_decision_notices(decision: Decision, notices: list[inbox.NoticeMessage]) -> None:
    messages = [replace(message, key=f"decision-{decision.pk}{message.key}") for message in notices]
    inbox.send_notices(messages, wait=NOTIFY_AFTER)
    if messages:
        decision.keys += [message.key for message in messages]
        decision.save(update_fields=["keys"])
