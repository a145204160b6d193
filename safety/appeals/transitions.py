"""Appeals against a refusal, hold, removal, freeze or ban: one for each decision, decided by another
moderator. A person also reviews what a program refused.

Upholding an appeal reverses the decision in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.employers.transitions import (
    RENEWAL_REFUSED,
    UNFROZEN_ACTION,
    UNWARNED,
    UNWATCHED,
    WARNED,
    WATCHED,
    find_refused_renewal,
    list_standing_sanctions,
    record_sanction,
)
from accounts.models import Employer, EmployerEvent, EmployerStatus, PublicText, User
from accounts.public_text.text_types import TEXT_TYPES
from accounts.public_text.transitions import approve_refused_text, is_replaced
from accounts.verification.employer_checks import take_up_renewal
from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from listings.publication.transitions import (
    FIRST_APPROVAL,
    approve_refused_revision,
    has_refused_edit,
    restore_listing,
)
from safety.aftercare.fraud_cases import lock_listing_employers, withdraw_fraud_case
from safety.aftercare.paused_sign_ups import (
    notify_ban_ended,
    notify_freeze_ended,
    notify_stop_ended,
)
from safety.appeals.outcomes import NOTHING_TO_RESTORE, send_outcome, withdraw_outcome
from safety.appeals.what_came_back import describe_listing, describe_withdrawal
from safety.case_messages.sent_files import CleanFile, store_files
from safety.choices import REFUSED_EDIT, SANCTION_LABELS
from safety.choices import AppealStatus as S
from safety.models import Appeal, AppealEvent
from safety.moderation.permissions import may_decide_appeal
from safety.moderation.ticket_codes import create_ticket_code
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import StateMachine

# The operator may promise less time, not more. An appeal keeps the due date that was promised when it came.
APPEAL_DAYS = declare_limit("appeal_days", "举报和查一查", "申诉，几天内有结果", 3, most=3)
# All moves between statuses; any other move is refused.
APPEAL_MOVES: dict[str, set[str]] = {
    S.OPEN: {S.UPHELD, S.DISMISSED},
    S.UPHELD: set(),
    S.DISMISSED: set(),
}
# Advice to the appellant, by what is appealed against.
LISTING_APPEAL_ADVICE: dict[str, str] = {
    ListingStatus.REJECTED: "照着原因改好，再提交一次，多半比申诉快。觉得判错了，再申诉。",
    ListingStatus.HELD: "说清楚有没有收钱、怎么结工钱；有聊天记录、付款记录的，写明是哪天的。",
    ListingStatus.REMOVED: "说清楚哪里判错了；只是写得不对的，也可以重新发一条写对的。",
    ListingStatus.REMOVED_FRAUD: "说清楚事情经过、钱是怎么来往的、谁能证明。",
    REFUSED_EDIT: "照着原因改好，再提交一次，多半比申诉快。觉得判错了，再申诉。",
}
EMPLOYER_APPEAL_ADVICE: dict[str, str] = {
    EmployerStatus.REJECTED: "缺什么补什么，再提交一次，多半比申诉快。觉得判错了，再申诉。",
    EmployerStatus.FROZEN: "说清楚被投诉的那件事；已经和求职者了结的，写明怎么了结的。",
    EmployerStatus.BANNED: "说清楚哪里查错了、谁能证明。",
    WARNED: "说清楚哪里看错了；写明当时是怎么约定、怎么做的。",
    WATCHED: "说清楚哪里看错了；已经改好的，写明改了什么。",
    RENEWAL_REFUSED: "缺什么补什么，再提交一次，多半比申诉快。觉得判错了，再申诉。",
}
# Each kind of text has its own advice.
TEXT_APPEAL_ADVICE: dict[str, str] = {RevisionStatus.REFUSED: ""}
type Contestable = Listing | Employer | PublicText
# By model: its column in an appeal, which also names the page, and the advice.
_CONTESTABLE: dict[type, tuple[str, dict[str, str]]] = {
    Listing: ("listing", LISTING_APPEAL_ADVICE),
    Employer: ("employer", EMPLOYER_APPEAL_ADVICE),
    PublicText: ("text", TEXT_APPEAL_ADVICE),
}
_ENDING_ACTIONS = {WARNED: UNWARNED, WATCHED: UNWATCHED}
# The status of an employer after its appeal is upheld; after a freeze it gets back the status it had before.
_STATUS_AFTER_UPHELD_APPEAL: dict[str, str] = {
    EmployerStatus.REJECTED: EmployerStatus.PENDING,
    EmployerStatus.BANNED: EmployerStatus.PENDING,
}


def _describe_refused_move(appeal: Appeal, _to: str) -> str:
    return f"这份申诉已经处理过了：{appeal.get_status_display()}。"


APPEAL_STATE_MACHINE = StateMachine(
    model=Appeal,
    event_model=AppealEvent,
    moves=APPEAL_MOVES,
    refusal=MoveRefused,
    describe_refusal=_describe_refused_move,
    never_undone=dict.fromkeys([S.OPEN, S.UPHELD], "支持申诉的决定已经生效，不能撤销。"),
    undo_marks={"reason": "撤销"},
)


class ContestableDecision(NamedTuple):
    """A decision that may be appealed against."""

    against: str
    words: str
    reason: str
    at: datetime | None
    by: User | None
    cure: str


def find_contestable_decision(subject: Contestable) -> ContestableDecision | None:
    """Return the first decision without an appeal, in this order: the decision on the status, a refused renewal, the
    newest warning or watch. If there is an appeal against each of them, return the first."""
    decisions = _list_contestable_decisions(subject)
    new = (decision for decision in decisions if not find_appeal_against(subject, decision))
    return decisions[0] if len(decisions) == 1 else next(new, next(iter(decisions), None))


def _list_contestable_decisions(subject: Contestable) -> list[ContestableDecision]:
    on_status = _find_contestable_status(subject)
    decisions = [on_status] if on_status else []
    if not isinstance(subject, Employer):
        return decisions
    if refusal := find_refused_renewal(subject):
        decisions.append(_describe_decision(RENEWAL_REFUSED, refusal, refusal.reason))
    return decisions + [
        _describe_decision(sanction.kind, sanction.event, sanction.reason)
        for sanction in list_standing_sanctions(subject.pk)
    ]


def _describe_decision(kind: str, event: EmployerEvent, reason: str) -> ContestableDecision:
    """Describe a decision that left the status of the employer unchanged."""
    return ContestableDecision(
        against=kind,
        words=SANCTION_LABELS[kind],
        reason=reason,
        at=event.created_at,
        by=event.actor,
        cure=EMPLOYER_APPEAL_ADVICE[kind],
    )


def _find_contestable_status(subject: Contestable) -> ContestableDecision | None:
    _column, cures = _CONTESTABLE[type(subject)]
    if isinstance(subject, PublicText) and is_replaced(subject):
        return None
    if subject.status in cures:
        against, words = subject.status, str(subject.get_status_display())
        events = subject.events.filter(after=subject.status).exclude(before=F("after"))
        events = events.exclude(action__in=("undo", UNFROZEN_ACTION))
    elif isinstance(subject, Listing) and has_refused_edit(subject):
        against, words = REFUSED_EDIT, "修改没有通过"
        events = subject.events.filter(action=REFUSED_EDIT)
    else:
        return None
    event = events.select_related("actor").first()
    return ContestableDecision(
        against=against,
        words=words,
        reason=event.reason if event else "",
        at=event.created_at if event else None,
        by=event.actor if event and event.actor and event.actor.is_staff else None,
        cure=TEXT_TYPES[subject.kind].appeal_advice
        if isinstance(subject, PublicText)
        else cures[against],
    )


def list_fraud_appeals() -> QuerySet[Appeal]:
    """Return the appeals against the removal for fraud of the listing `OuterRef("pk")`, newest first.

    Upheld appeals are left out: the removal was reversed by them.
    """
    standing = Appeal.objects.filter(against=ListingStatus.REMOVED_FRAUD).exclude(status=S.UPHELD)
    return standing.filter(listing=OuterRef("pk")).order_by("-pk")


def find_appealed_decision(appeal: Appeal) -> ContestableDecision | None:
    """Return the decision appealed against, if it still holds. None if a newer decision of the same kind took its
    place, such as the refusal of another text: the appeal is not about that one."""
    return _find_decision(appeal, appeal.subject)


def _find_decision(appeal: Appeal, subject: Contestable) -> ContestableDecision | None:
    decisions = (
        decision
        for decision in _list_contestable_decisions(subject)
        if decision.against == appeal.against
        and not (decision.at and decision.at > appeal.created_at)
    )
    return next(decisions, None)


def find_appeal_against(appealed: Contestable, decision: ContestableDecision) -> Appeal | None:
    """Return the appeal against this decision, open or decided; there is one at most."""
    appeals = appealed.appeals.filter(against=decision.against)
    if decision.at:
        appeals = appeals.filter(created_at__gt=decision.at)
    return appeals.order_by("-pk").first()


def find_open_appeal(appealed: Contestable) -> Appeal | None:
    """Return the appeal that waits for a decision; there is at most one."""
    return appealed.appeals.filter(status=S.OPEN).first()


def find_earlier_appeal(appealed: Contestable) -> Appeal | None:
    """Return the appeal that is shown in place of the form: an open one, or the one against the present decision."""
    if open_appeal := find_open_appeal(appealed):
        return open_appeal
    decision = find_contestable_decision(appealed)
    return find_appeal_against(appealed, decision) if decision else None


def create_appeal(
    appealed: Contestable, user: User, words: str, files: Iterable[CleanFile] = ()
) -> Appeal:
    """Create an appeal, or return the one there is. Raises `MoveRefused` if nothing can be
    appealed against."""
    model = type(appealed)
    with transaction.atomic():
        appealed = model.objects.select_for_update(of=("self",)).get(pk=appealed.pk)
        if earlier := find_open_appeal(appealed):
            return earlier
        decision = find_contestable_decision(appealed)
        if decision is None:
            raise MoveRefused("现在没有可以申诉的决定了。")
        if earlier := find_appeal_against(appealed, decision):
            return earlier
        column, _cures = _CONTESTABLE[model]
        appeal = Appeal.objects.create(
            **{column: appealed},
            ticket=create_ticket_code(),
            appellant=user,
            against=decision.against,
            decided_by=decision.by,
            words=words,
            due_at=timezone.now() + timedelta(days=int(APPEAL_DAYS)),
        )
        store_files(files, appeal)
        APPEAL_STATE_MACHINE.record_event(appeal, "", actor=user)
    return appeal


def decide_appeal(appeal_id: int, to: str, actor: User, reason: str) -> AppealEvent:
    """Uphold or dismiss an appeal. Raises `MoveRefused`, also if `actor` made the original decision."""
    reason = reason.strip()[:300]
    if to not in APPEAL_MOVES[S.OPEN] or not reason:
        raise MoveRefused("请写明为什么：申诉人会看到。")
    with transaction.atomic():
        appeal = APPEAL_STATE_MACHINE.lock(appeal_id)
        APPEAL_STATE_MACHINE.require_move(appeal, to)
        if not may_decide_appeal(actor, appeal.decided_by, get_region_code(appeal.subject)):
            raise MoveRefused("原来的决定是你作的，要由另一位审核员来看。")
        restored = ""
        if to == S.UPHELD:
            restored = _reverse_decision(appeal, actor, f"申诉成立：{reason}")
        has_changed = to == S.DISMISSED and find_appealed_decision(appeal) is None
        before, appeal.status = appeal.status, to
        appeal.outcome = f"{NOTHING_TO_RESTORE}{reason}"[:300] if has_changed else reason
        appeal.decided_at = timezone.now()
        appeal.save(update_fields=["status", "outcome", "decided_at"])
        event = APPEAL_STATE_MACHINE.record_event(appeal, before, actor=actor, reason=reason)
        send_outcome(appeal, event, list_parties(appeal.subject), restored)
    return event


def undo_appeal_event(event_id: int, actor: User) -> AppealEvent:
    """Reopen a dismissed appeal, if nothing has happened since; an upheld one is never undone."""
    return APPEAL_STATE_MACHINE.undo_last_event(event_id, actor, _forget_outcome)


def build_appeal_path(appealed: Contestable) -> str:
    """Return the path of the page on which members of the employer, or the author of a text, appeal."""
    name, _cures = _CONTESTABLE[type(appealed)]
    return reverse(f"safety:appeal_{name}", args=[appealed.pk])


def get_region_code(appealed: Contestable) -> int | None:
    """Return the code of the region of a listing, an employer or a text."""
    if not isinstance(appealed, PublicText):
        return appealed.region_id
    text_type = TEXT_TYPES[appealed.kind]
    return text_type.get_region_code(text_type.find_subjects([appealed.subject])[appealed.subject])


def list_parties(appealed: Contestable) -> list[User]:
    """Return the users who may appeal, may read the appeal, and are told its outcome."""
    if isinstance(appealed, PublicText):
        text_type = TEXT_TYPES[appealed.kind]
        row = text_type.find_subjects([appealed.subject])[appealed.subject]
        return text_type.list_authors(row, appealed.author)
    employer = appealed.employer if isinstance(appealed, Listing) else appealed
    return list(employer.members.order_by("pk")) if employer else []


def _forget_outcome(appeal: Appeal, event: AppealEvent) -> None:
    """Clear the outcome. Raises `MoveRefused` if there is a newer open appeal: only one may wait at a time."""
    subject = appeal.subject
    type(subject).objects.select_for_update(of=("self",)).get(pk=subject.pk)
    if find_open_appeal(subject):
        raise MoveRefused("这之后对方又申诉了，不能撤销了。")
    appeal.outcome, appeal.decided_at = "", None
    appeal.save(update_fields=["status", "outcome", "decided_at"])
    withdraw_outcome(event, list_parties(appeal.subject))


def _reverse_decision(appeal: Appeal, actor: User, reason: str) -> str:
    """Undo the decision appealed against; return in Chinese what else was restored. Raises `MoveRefused` if the
    decision does not hold any more."""
    appealed = appeal.subject
    if appeal.against == ListingStatus.REMOVED_FRAUD:
        lock_listing_employers([appealed.pk])
    if _find_decision(appeal, type(appealed).objects.get(pk=appealed.pk)) is None:
        raise MoveRefused("现在的状态和申诉时不一样了，没有要恢复的。请写明现在的情况，维持结案。")
    if isinstance(appealed, PublicText):
        approve_refused_text(appealed.pk, actor, reason)
    elif isinstance(appealed, Employer):
        _reverse_employer_decision(appealed.pk, appeal.against, actor, reason)
    elif appeal.against in (ListingStatus.REJECTED, REFUSED_EDIT):
        listing = approve_refused_revision(appealed.pk, actor, reason)
        if listing.last_event.action == FIRST_APPROVAL:
            return "这类兼职要两位审核员看过：还要另一位再看一遍才公开。"
        return describe_listing(listing)
    else:
        listing = restore_listing(appealed.pk, actor, reason)
        if appeal.against == ListingStatus.REMOVED_FRAUD:
            withdrawal = withdraw_fraud_case(listing, actor, reason)
            return describe_withdrawal(withdrawal) + describe_listing(listing)
        notify_stop_ended(listing)
        return describe_listing(listing)
    return ""


def _reverse_employer_decision(employer_id: int, against: str, actor: User, reason: str) -> None:
    if against == EmployerStatus.FROZEN:
        event = restore_employer_with_listings(employer_id, actor, reason)
        notify_freeze_ended(event.employer)
    elif against == RENEWAL_REFUSED:
        take_up_renewal(employer_id, actor, reason)
    elif against in _ENDING_ACTIONS:
        record_sanction(employer_id, _ENDING_ACTIONS[against], actor, reason)
    else:
        status = _STATUS_AFTER_UPHELD_APPEAL[against]
        event = move_employer_with_listings(employer_id, status, actor, reason)
        if against == EmployerStatus.BANNED:
            notify_ban_ended(event.employer)
