"""Public words other than listings at the moderators' desk: introductions, ratings, replies, messages; and the
appeals against their refusal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, QuerySet

from accounts.choices import NoticeKind
from accounts.choices import RevisionStatus as S
from accounts.inbox.notices import NoticeMessage
from accounts.models import Employer, PublicText, User
from accounts.public_text.text_types import (
    TEXT_TYPES,
    PublicTextType,
    build_subject_condition,
    build_text_region,
)
from accounts.public_text.transitions import (
    approve_public_text,
    lock_public_text,
    refuse_public_text,
    undo_public_text_event,
)
from accounts.staff.scope import StaffScope
from safety.appeals import transitions as appeals
from safety.case_queues.case_findings import (
    describe_risk,
    list_case_findings,
    list_unmarked_reasons,
)
from safety.case_queues.finding_names import get_mark_tone, list_named_findings
from safety.case_queues.queue_filters import NO_FILTER, build_region_condition
from safety.case_queues.text_excerpts import render_excerpt
from safety.casework.appeal_case import AppealCase
from safety.choices import AppealStatus, CaseKind
from safety.models import Appeal, Decision, QueueFilter
from safety.moderation.canned_reasons import collect_found_facts
from safety.moderation.case_facts import MAX_FACTS_SHOWN, list_events
from safety.moderation.case_type import EVERY_CASE, NEXT_CASES_READ, CaseAction, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import find_regions_alone, may_decide_appeal
from safety.moderation.text_changes import FieldChange, diff_texts
from safety.moderation.waiting_cases import RISK_BAND_NUMBERS, list_waiting_texts
from screening.fraud_types import RiskLevel
from textkit.marked_text import number_reasons, render_marks


@dataclass(frozen=True)
class TextUnderReview:
    """A version of a text, the row that it belongs to, which holds the public words, and the newest appeal
    against its refusal."""

    text: PublicText
    subject: Any
    appeal: Appeal | None = None

    @property
    def type(self) -> PublicTextType[Any]:
        return TEXT_TYPES[self.text.kind]

    @property
    def is_appealed(self) -> bool:
        return self.appeal is not None and self.appeal.is_open

    def may_be_decided_by(self, moderator: User) -> bool:
        """Not by the author, nor an appeal by the moderator who refused the text, unless nobody else could decide."""
        refused_by = self.appeal.decided_by if self.appeal and self.is_appealed else None
        region_code = self.type.get_region_code(self.subject)
        return all(
            may_decide_appeal(moderator, person, region_code)
            for person in (self.text.author, refused_by)
        )


class TextCase(CaseType[TextUnderReview]):
    kind = CaseKind.TEXT
    model = PublicText
    queue_name = "texts"
    queue_label = "文字"
    queue_title = "文字审核"
    not_found = "没有这段文字。"
    changed = "这段文字刚刚有了变化（作者又改了，或者别人处理过）。请重新看一遍再决定。"
    actions = {
        S.APPROVED: CaseAction("通过", "已通过", "a", publishes=True),
        S.REFUSED: CaseAction("不通过", "没有通过", "r", needs_reason=True),
        **AppealCase.actions,
    }
    does_harm = False
    filter_fields = ("region", "risk")
    since_field = "since"
    sorts_reasons = True

    def find_many(self, numbers: Iterable[int]) -> dict[int, TextUnderReview]:
        texts = PublicText.objects.select_related("author").filter(pk__in=numbers)
        return {case.text.pk: case for case in attach_subjects(texts)}

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        texts = list_waiting_texts().select_related("author").filter(build_text_place(filters))
        return texts.filter(band=RISK_BAND_NUMBERS[filters.risk]) if filters.risk else texts

    def build_region_expression(self) -> Case:
        return build_text_region()

    def build_scope_condition(self, scope: StaffScope) -> Q:
        if scope.is_national:
            return Q()
        return build_subject_condition(
            lambda text_type: scope.build_condition(text_type.region_path)
        )

    def build_employer_condition(self, employer: Employer) -> Q:
        return build_subject_condition(
            lambda text_type: Q(**{text_type.employer_path: employer.pk})
        )

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        """Leave out texts that this moderator wrote or refused, where another moderator may decide."""
        rows = self.list_cases(filters).filter(picked)
        refused = Appeal.objects.filter(status=AppealStatus.OPEN, decided_by=moderator)
        is_own = Q(author=moderator) | Q(pk__in=refused.filter(text__isnull=False).values("text"))
        if moderator.is_superuser:
            rows = rows.annotate(case_region=self.build_region_expression())
            own_rows = rows.filter(is_own).order_by()
            codes = own_rows.values_list("case_region", flat=True).distinct()
            is_own &= ~Q(case_region__in=find_regions_alone(moderator, codes))
        # Excluded before the limit applies: all of the first may be their own, and `NextCase` stops at a short list.
        cases = attach_subjects(rows.exclude(is_own)[:most])
        return [case.text.pk for case in cases]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        cases = attach_subjects(rows)
        for case in cases:
            case.text.name = self.describe_case(case)
            case.text.why = list_named_findings(case.text.reasons, case.text.signals)
            case.text.shown = render_excerpt(case.text.values, case.text.signals)
            case.text.is_own = not case.may_be_decided_by(moderator)
            case.text.appeal = case.appeal if case.is_appealed else None
        return [case.text for case in cases]

    def describe_case(self, row: TextUnderReview) -> str:
        return row.type.describe_subject(row.subject)

    def build_context(self, row: TextUnderReview) -> dict[str, Any]:
        text = row.text
        marks, spans = number_reasons(text.signals, get_mark_tone)
        earlier = PublicText.objects.filter(kind=text.kind, subject=text.subject)
        return {
            "text": text,
            "name": self.describe_case(row),
            "fields": [
                (row.type.fields[name], render_marks(words, spans.get(name, ()), overlap="split"))
                for name, words in text.values.items()
                if words
            ],
            "marks": marks,
            "why": list_unmarked_reasons(text.reasons, text.signals),
            "risk_words": describe_risk(text.level, text.score),
            "changes": _list_changes(row),
            "employer": row.type.find_employer(row.subject),
            "readers": row.type.list_readers(row.subject),
            "is_private": row.type.rules.is_private,
            "earlier": earlier.exclude(pk=text.pk).order_by("-pk")[:MAX_FACTS_SHOWN],
            "history": list_events(text),
            "appeal": row.appeal,
            "is_open": row.is_appealed or text.status == S.WAITING,
            "decision": row.appeal and appeals.find_appealed_decision(row.appeal),
        }

    def list_actions(self, row: TextUnderReview, moderator: User) -> Sequence[str]:
        if not row.may_be_decided_by(moderator):
            return ()
        if row.is_appealed:
            return tuple(AppealCase.actions)
        return (S.APPROVED, S.REFUSED) if row.text.status == S.WAITING else ()

    def hash_state(self, row: TextUnderReview) -> str:
        last_event = row.text.events.order_by("-pk").values_list("pk", flat=True).first()
        return f"{row.text.status}.{last_event or 0}.{row.appeal.status if row.appeal else ''}"

    def collect_reason_facts(self, row: TextUnderReview) -> dict[str, str]:
        return {
            "title": self.describe_case(row),
            "cure": row.type.cure,
            **collect_found_facts(row.text.reasons),
        }

    def list_high_risks(self, row: TextUnderReview) -> list[str]:
        text = row.text
        if text.level != RiskLevel.HIGH:
            return []
        findings = list_case_findings(text.reasons, text.signals)
        return [f"{describe_risk(text.level, text.score)}。", *findings]

    def list_consequences(self, row: TextUnderReview) -> list[str]:
        """Return sentences in Chinese on what upholding an appeal does."""
        who = "作者和原来的经办人" if row.appeal and row.appeal.decided_by else "作者"
        return ["这段文字马上公开。", f"{who}会收到结果和你写的理由。", "不能撤销。"]

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **_details: Any
    ) -> DecisionResult:
        try:
            text, subject = lock_public_text(pk)
        except PublicText.DoesNotExist:
            raise DecisionRefused(self.not_found) from None
        case = TextUnderReview(text, subject, _find_appeals([text]).get(pk))
        self.require_seen(seen, case)
        if action not in self.list_actions(case, moderator):
            status = case.text.get_status_display()
            raise DecisionRefused(f"「{status}」的文字现在不能这样处理。")
        if case.appeal and action in AppealCase.actions:
            appeal_event = appeals.decide_appeal(case.appeal.pk, action, moderator, reason)
            return DecisionResult(appeal_event.pk, [], case.appeal.created_at)
        decide = approve_public_text if action == S.APPROVED else refuse_public_text
        event = decide(pk, moderator, reason)
        notices = _build_notices(case, action, reason)
        return DecisionResult(event.pk, notices, case.text.created_at, kind=NoticeKind.CASES)

    def undo(self, decision: Decision, moderator: User) -> None:
        is_appeal = decision.action == AppealStatus.DISMISSED
        undo_event = appeals.undo_appeal_event if is_appeal else undo_public_text_event
        undo_event(decision.event, moderator)  # type: ignore[arg-type]


def build_text_place(filters: QueueFilter, prefix: str = "") -> Q:
    """Return the condition that a text lies in the place of the filter; `prefix` leads to the text."""
    if not filters.region_id:
        return Q()
    return build_subject_condition(
        lambda text_type: build_region_condition(filters, text_type.region_path), prefix
    )


def attach_subjects(texts: Iterable[PublicText]) -> list[TextUnderReview]:
    """Return the texts with their rows and appeals; a text whose row was deleted is left out. One query for each
    kind of text, and one for the appeals."""
    numbers: dict[str, list[int]] = defaultdict(list)
    texts = list(texts)
    for text in texts:
        numbers[text.kind].append(text.subject)
    subjects = {kind: TEXT_TYPES[kind].find_subjects(pks) for kind, pks in numbers.items()}
    appealed = _find_appeals(texts)
    return [
        TextUnderReview(text, subjects[text.kind][text.subject], appealed.get(text.pk))
        for text in texts
        if text.subject in subjects[text.kind]
    ]


def _find_appeals(texts: Iterable[PublicText]) -> dict[int, Appeal]:
    """Return the newest appeal against each text, by the number of the text."""
    rows = Appeal.objects.filter(text__in=[text.pk for text in texts])
    rows = rows.select_related("decided_by", "appellant", "text").order_by("pk")
    return {appeal.text_id: appeal for appeal in rows}  # type: ignore[misc]


def _list_changes(row: TextUnderReview) -> list[FieldChange]:
    """Compare a waiting version with the public words, a decided version with the words that it replaced."""
    is_waiting = row.text.status == S.WAITING or row.is_appealed
    before = row.type.read_values(row.subject) if is_waiting else row.text.replaced
    return [
        FieldChange(row.type.fields[name], diff_texts(before[name], words))
        for name, words in row.text.values.items()
        if before.get(name) and before[name] != words
    ]


def _build_notices(case: TextUnderReview, action: str, reason: str) -> list[NoticeMessage]:
    name = case.type.describe_subject(case.subject)
    author = case.text.author
    users = case.type.list_recipients(case.subject, author)
    titles = {user: case.type.build_approval_title(case.subject, user) for user in users}
    if action != S.APPROVED:
        authors = case.type.list_authors(case.subject, author)
        users = [author] if author.is_staff else authors  # the others never saw this version
        titles = dict.fromkeys(users, f"{name}没有通过")
        reason = f"{reason}\n{case.type.after_refusal}觉得判错了可以申诉。"
    return [
        NoticeMessage(
            user,
            f"-{user.pk}",
            titles[user],
            reason,
            case.type.get_author_address(case.subject, user),
            "去看看",
        )
        for user in users
    ]
