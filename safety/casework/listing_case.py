"""Decisions of moderators on a listing, and the notices about them to the employer's members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.models import Employer, SignedInRequest, User
from accounts.staff.scope import StaffScope
from listings.choices import IN_PUBLIC, SETTING_ACTIONS, RevisionStatus
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingDraft, ListingRevision, RevisionAssessment
from listings.publication.completeness import list_missing_fields
from listings.publication.transitions import (
    approve_listing_edit,
    find_revision_to_approve,
    get_first_approver_id,
    list_hold_events,
    move_listing,
    needs_two_people,
    record_first_approval,
    refuse_listing_edit,
    restore_listing,
    undo_listing_event,
)
from safety.aftercare.consequences import describe_fraud_consequences
from safety.aftercare.employer_freeze import may_be_frozen
from safety.aftercare.fraud_cases import lock_listing_employers, open_fraud_case
from safety.aftercare.paused_sign_ups import notify_stop_changed
from safety.case_queues.case_findings import describe_risk, list_case_findings
from safety.case_queues.queue_filters import NO_FILTER
from safety.casework import listing_queue
from safety.casework.listing_messages import build_listing_message, describe_case_effects
from safety.casework.listing_page import build_listing_context, describe_two_people
from safety.casework.similar_listings import find_listings_like
from safety.choices import CaseKind
from safety.models import Decision, QueueFilter
from safety.models.moderation import CLOSE_AS_DOUBLE
from safety.moderation.canned_reasons import collect_found_facts, list_canned_reasons
from safety.moderation.case_type import (
    EVERY_CASE,
    NEXT_CASES_READ,
    AlikeChoice,
    CaseAction,
    CaseType,
    DetailsForm,
)
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import OwnEmployers
from safety.moderation.waiting_cases import list_listings_to_decide, list_waiting_edits
from safety.moderation.waiting_doubles import (
    build_double_key,
    describe_doubles,
    find_waiting_doubles,
)
from screening.fraud_types import RiskLevel
from sitekit.workflow.state_machine import NOTIFY_AFTER

SECOND_APPROVER_MESSAGE = "这一类要两位审核员先后通过：第一位通过以后，由另一位再看一遍。"
_STOP_ACTIONS = (S.HELD, S.REMOVED, S.REMOVED_FRAUD)
QUEUE_APPROVAL = "approve"
# The actions on a text: for a new listing, and for an edit.
APPROVALS = (S.PUBLISHED, "approve_edit")
REFUSAL_ACTIONS = (S.REJECTED, "refuse_edit")
_WITHOUT_DECIDED_TEXT = (*_STOP_ACTIONS, S.WITHDRAWN)
_TEXTED_ACTIONS = (*_STOP_ACTIONS, S.REJECTED, "refuse_edit")  # the employer has to do something


def choose_approval(case: "ListingUnderReview", moderator: User, usual: str) -> str:
    """Return the action by which this moderator approves the text: the usual one, or the first of
    two approvals; "" if this moderator already gave the first approval."""
    text = case.text or find_revision_to_approve(case.listing)
    if text is None or not needs_two_people(text):
        return usual
    first_approver = get_first_approver_id(text)
    if first_approver is None:
        return "approve_first"
    return "" if first_approver == moderator.pk else usual


def list_case_actions(case: "ListingUnderReview", moderator: User) -> tuple[str, ...]:
    """Return the actions that this moderator may take on the case."""
    actions = list_listing_actions(case.listing, has_text=case.text is not None)
    chosen = (
        choose_approval(case, moderator, action) if action in APPROVALS else action
        for action in actions
    )
    return tuple(filter(None, chosen))


def list_listing_actions(listing: Listing, *, has_text: bool) -> tuple[str, ...]:
    """Return the actions that the status allows; appeals have a queue of their own."""
    if listing.status == S.PENDING:
        return (S.PUBLISHED, S.REJECTED, S.REMOVED_FRAUD)
    if listing.status == S.HELD:
        return ("restore", S.REMOVED, S.REMOVED_FRAUD)
    if listing.status in IN_PUBLIC:
        return ("approve_edit", "refuse_edit", *_STOP_ACTIONS) if has_text else _STOP_ACTIONS
    if listing.status == S.DRAFT and _is_by_staff(listing):
        return (S.PUBLISHED,)
    return ()


def _is_by_staff(listing: Listing) -> bool:
    """Whether staff added it in the admin: it has an approved text, and is no draft of an employer."""
    is_draft = ListingDraft.objects.filter(listing=listing).exists()
    return not is_draft and listing.revisions.filter(status=RevisionStatus.APPROVED).exists()


@dataclass(frozen=True)
class ListingUnderReview:
    """A listing with the text that is decided with it; each part is read once. With `is_locked` the waiting text
    is locked when it is read."""

    listing: Listing
    is_locked: bool = False

    @cached_property
    def waiting(self) -> ListingRevision | None:
        revisions = self.listing.revisions.filter(status=RevisionStatus.WAITING)
        return (revisions.select_for_update(of=("self",)) if self.is_locked else revisions).first()

    @property
    def text(self) -> ListingRevision | None:
        """The text that is decided with the case, if any. A held listing comes back with its public
        text, and an edit that waits is decided afterwards; of a removed one nothing is decided."""
        return None if self.listing.status in _WITHOUT_DECIDED_TEXT else self.waiting

    @property
    def shown(self) -> Listing | ListingRevision:
        return self.text or self.listing

    @cached_property
    def assessment(self) -> RevisionAssessment | None:
        """The assessment of the text that is decided; without one, of the last text that was decided."""
        is_decided = ~Q(revision__status=RevisionStatus.WAITING)
        condition = is_decided if self.text is None else Q(revision=self.text)
        assessments = RevisionAssessment.objects.filter(condition, revision__listing=self.listing)
        return assessments.order_by("-pk").first()


class KeptDoubleForm(DetailsForm):
    """Asks which listing is kept when this one is closed as its double."""

    keep = forms.IntegerField(min_value=1, max_value=2**31)


class ListingCase(CaseType[ListingUnderReview]):
    kind = CaseKind.LISTING
    model = Listing
    queue_name = "listings"
    queue_label = "兼职"
    queue_title = "兼职审核"
    not_found = "没有这条兼职。"
    changed = "这件刚刚有了变化（作者改了文字或回复了，或者别人处理过）。请重新看一遍再决定。"
    # A removal has no keyboard shortcut, so that nobody does it by accident. A removal for fraud has one, because the
    # key only opens the page that names the consequences and asks again.
    actions = {
        S.PUBLISHED: CaseAction("通过", "已通过", "a", publishes=True),
        "approve_edit": CaseAction("通过修改", "已通过修改", "a", publishes=True),
        "approve_first": CaseAction(
            "第一遍通过", "第一遍通过，等另一位审核员：", "a", publishes=True, leaves_waiting=True
        ),
        S.REJECTED: CaseAction("不通过", "没有通过", "r", needs_reason=True),
        "refuse_edit": CaseAction("不通过修改", "没有通过修改", "r", needs_reason=True),
        "restore": CaseAction("恢复", "已恢复", "a", publishes=True),
        CLOSE_AS_DOUBLE: CaseAction("作为重复关掉", "已并入相同的那件："),
        S.HELD: CaseAction("风险暂停", "已风险暂停", "h", needs_reason=True),
        S.REMOVED: CaseAction("下架", "已下架", needs_reason=True),
        S.REMOVED_FRAUD: CaseAction(
            "涉诈下架", key="f", needs_reason=True, is_final=True, suggests_reason=True
        ),
    }
    asks_fraud_type = True
    sorts_reasons = True
    filter_fields = ("region", "group", "risk", "why")
    since_field = "since"
    region_path = "region"

    def find_many(self, numbers: Iterable[int]) -> dict[int, ListingUnderReview]:
        rows = Listing.objects.select_related("employer").in_bulk(numbers)
        return {pk: ListingUnderReview(listing) for pk, listing in rows.items()}

    def list_open_querysets(
        self, scope: StaffScope, moderator: User, own_employers: OwnEmployers
    ) -> Sequence[QuerySet]:
        """Return the waiting listings without joins, because counting them needs none."""
        numbers, others = own_employers
        is_own = Q(employer__in=numbers) & others.build_condition("region")
        is_edit_of_own = Q(listing__employer__in=numbers)
        is_edit_of_own &= others.build_condition("listing__region")
        listings = list_listings_to_decide().filter(scope.build_condition("region"))
        edits = list_waiting_edits().filter(scope.build_condition("listing__region"))
        return listings.exclude(is_own), edits.exclude(is_edit_of_own)

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        return listing_queue.filter_waiting_listings(filters)

    def list_queue_rows(self, filters: QueueFilter) -> QuerySet:
        return listing_queue.select_row_details(self.list_cases(filters))

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        """Leave out listings that wait for a second approver after this moderator's first approval."""
        by_others = Q(first_approver=None) | ~Q(first_approver=moderator.pk)
        rows = self.list_cases(filters).filter(by_others, picked)
        return rows.values_list("pk", flat=True)[:most]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        listing_queue.attach_queue_display(rows, moderator)
        return rows

    def build_queue_context(self, request: SignedInRequest, rows: list) -> dict[str, Any]:
        """Keep ticks and reasons if a decision on several was refused; a case that has changed loses its tick."""
        return {
            "ticked": request.POST.getlist("case"),
            "typed_reason": request.POST.get("reason", ""),
            "chosen_reasons": list(filter(None, request.POST.getlist("canned"))),
            "canned": list_canned_reasons(self.kind, {}, REFUSAL_ACTIONS) if rows else [],
        }

    def describe_case(self, row: ListingUnderReview) -> str:
        return row.listing.title

    def build_context(self, row: ListingUnderReview) -> dict[str, Any]:
        context = build_listing_context(row.listing, row.text, row.assessment)
        context["why"] += describe_two_people(row.listing, row.text)
        return {
            "waits_beside": row.waiting is not None and row.text is None,
            **describe_doubles(row.listing, row.waiting),
            **context,
        }

    def list_actions(self, row: ListingUnderReview, moderator: User) -> Sequence[str]:
        return list_case_actions(row, moderator)

    def resolve_action(self, row: ListingUnderReview, moderator: User, code: str) -> str:
        """Replace `QUEUE_APPROVAL`, which a row of the queue sends, by the action that publishes the text."""
        if code != QUEUE_APPROVAL:
            return code
        actions = list_case_actions(row, moderator)
        return next((action for action in actions if self.actions[action].publishes), code)

    def hash_state(self, row: ListingUnderReview) -> str:
        """Return a text that changes with the status, the waiting text and the last event."""
        text = row.waiting.pk if row.waiting else None
        events = row.listing.events.exclude(action__in=SETTING_ACTIONS).order_by("-pk")
        last_event = events.values_list("pk", flat=True).first()
        return listing_queue.describe_case_state(row.listing.status, text, last_event)

    def collect_reason_facts(self, row: ListingUnderReview) -> dict[str, str]:
        reasons = row.assessment.reasons if row.assessment else []
        return {
            "title": row.shown.title,
            "employer": row.listing.who,
            "missing": "、".join(list_missing_fields(row.shown)),
            "cure": "改好后再提交就行。",
            **collect_found_facts(reasons),
        }

    def list_consequences(self, row: ListingUnderReview) -> list[str]:
        return describe_fraud_consequences(row.listing)

    def may_freeze_employer(self, row: ListingUnderReview) -> bool:
        return may_be_frozen(row.listing.employer)

    def list_high_risks(self, row: ListingUnderReview) -> list[str]:
        assessment = row.assessment
        if assessment is None or assessment.level != RiskLevel.HIGH:
            return []
        fraud_type = f"，像是「{assessment.fraud_name}」" if assessment.fraud_name else ""
        findings = list_case_findings(assessment.reasons, assessment.signals)
        return [f"{describe_risk(assessment.level, assessment.score)}{fraud_type}。", *findings]

    def guess_fraud_type(self, row: ListingUnderReview) -> str:
        return row.assessment.fraud_type if row.assessment else ""

    def suggest_reason(self, row: ListingUnderReview) -> str:
        """Return the canned reason for this kind of fraud, or one that fits any."""
        facts, fraud_type = self.collect_reason_facts(row), self.guess_fraud_type(row)
        canned = list_canned_reasons(self.kind, facts, (S.REMOVED_FRAUD,)) if fraud_type else []
        words = next((reason.words for reason in canned if reason.fraud_type == fraud_type), "")
        return words or "核实后认定这条兼职是骗局，按涉诈下架。"

    def list_alike_choices(self, row: ListingUnderReview) -> list[AlikeChoice]:
        """Return similar listings that can be removed for fraud together with this one."""
        choices = []
        for similar in find_listings_like(row.listing, row.shown):
            listing = similar.listing
            if S.REMOVED_FRAUD in list_listing_actions(listing, has_text=False):
                seen = self.hash_state(ListingUnderReview(listing))
                words = f"{similar.words} · {listing.get_status_display()} · {listing.who}"
                is_elsewhere = listing.employer_id != row.listing.employer_id
                employer = listing.employer if is_elsewhere else None
                freezes = employer.name if employer and may_be_frozen(employer) else ""
                choices.append(AlikeChoice(listing.pk, seen, listing.title, words, freezes))
        return choices

    def build_details_form(
        self, row: ListingUnderReview, moderator: User, data: QueryDict | None = None
    ) -> "KeptDoubleForm | None":
        is_double = data is not None and data.get("action") == CLOSE_AS_DOUBLE
        return KeptDoubleForm(data) if is_double else None

    def build_employer_condition(self, employer: Employer) -> Q:
        return Q(employer=employer)

    def lock_cases(self, numbers: Sequence[int]) -> None:
        lock_listing_employers(numbers)
        rows = Listing.objects.filter(pk__in=numbers).order_by("pk")
        list(rows.select_for_update(of=("self",)).values("pk"))

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **details: Any
    ) -> DecisionResult:
        """Lock the listing and its waiting text first: a text submitted meanwhile waits until the
        decision is made, or changes the state that was seen. A removal for fraud opens its case in
        the same transaction."""
        if action in (S.REMOVED_FRAUD, CLOSE_AS_DOUBLE):
            lock_listing_employers([pk])
        listing = self.get_locked(Listing.objects.all(), pk)
        case = ListingUnderReview(listing, is_locked=True)
        text = case.waiting
        self.require_seen(seen, case)
        if action == CLOSE_AS_DOUBLE:
            return _close_as_double(case, moderator, details.get("keep"))
        if action not in list_case_actions(case, moderator):
            if action in APPROVALS and choose_approval(case, moderator, action) != action:
                raise DecisionRefused(SECOND_APPROVER_MESSAGE)
            raise DecisionRefused(f"「{listing.get_status_display()}」的兼职现在不能这样处理。")
        since = _get_waiting_since(listing, text)
        fraud_type = details.get("fraud_type", "")
        moved_listing = _move_listing(listing, action, moderator, reason, fraud_type)
        if action == S.REMOVED_FRAUD:
            because = details.get("not_frozen_because", "")
            fraud_case = open_fraud_case(moved_listing, moderator, reason, because)
            reason += describe_case_effects(fraud_case)
        notices = []
        if action != "approve_first":  # after a first approval nothing has changed for the members
            message = build_listing_message(moved_listing, action, reason)
            notices = build_member_messages(moved_listing.employer, message)
        keys = notify_stop_changed(listing.status, moved_listing, NOTIFY_AFTER)
        texted, event = action in _TEXTED_ACTIONS, moved_listing.last_event.pk
        return DecisionResult(event, notices, since, keys, text_message=texted)

    def undo(self, decision: Decision, moderator: User) -> None:
        undo_listing_event(decision.event, moderator)  # type: ignore[arg-type]


def _move_listing(
    listing: Listing, action: str, moderator: User, reason: str, fraud_type: str
) -> Listing:
    match action:
        case "approve_first":
            return record_first_approval(listing.pk, moderator, reason)
        case "approve_edit":
            return approve_listing_edit(listing.pk, moderator, reason)
        case "refuse_edit":
            return refuse_listing_edit(listing.pk, moderator, reason)
        case "restore":
            return restore_listing(listing.pk, moderator, reason)
        case _:
            return move_listing(listing.pk, action, moderator, reason, fraud_type)


def _close_as_double(case: ListingUnderReview, moderator: User, keep: int | None) -> DecisionResult:
    """Refuse the listing because another waiting listing has the same text. Raises `DecisionRefused` if that is no
    longer so. The employer is locked, so that nobody submits a text of it meanwhile."""
    doubles = find_waiting_doubles(case.listing, case.waiting)
    original = next((double for double in doubles if double.pk == keep), None)
    if original is None:
        raise DecisionRefused("这两件现在不一样了，或者有一件已经处理过。请重新看一遍。")
    since = case.waiting.created_at if case.waiting else None
    reason = f"和你们的另一条「{original.title}」（第 {original.pk} 号）内容相同，两件并成一件审核，结果看那一条。"
    listing = move_listing(case.listing.pk, S.REJECTED, moderator, reason)
    address = reverse("listings:manage", args=[original.pk])
    title = f"「{listing.title}」和另一条重复，已并成一件"
    notices = build_member_messages(
        listing.employer, MemberMessage("", title, reason, address, "看那一条")
    )
    return DecisionResult(listing.last_event.pk, notices, since, [build_double_key(original.pk)])


def _get_waiting_since(listing: Listing, text: ListingRevision | None) -> datetime | None:
    if listing.status == S.HELD:
        return list_hold_events(listing).values_list("created_at", flat=True).first()
    return text.created_at if text else None
