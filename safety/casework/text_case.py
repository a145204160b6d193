"""Words besides those of listings at the moderators' desk: introductions, ratings, replies, messages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import QueryDict

from accounts.choices import RevisionStatus as S
from accounts.inbox.notices import NoticeMessage
from accounts.models import PublicText, User
from accounts.public_text.text_types import TEXT_TYPES, PublicTextType
from accounts.public_text.transitions import (
    approve_public_text,
    lock_public_text,
    refuse_public_text,
    undo_public_text_event,
)
from safety.choices import CaseKind
from safety.models import Decision
from safety.moderation.case_facts import SHOWN, list_events
from safety.moderation.case_type import NEXT_CASES_READ, CaseAction, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import may_decide_appeal
from safety.moderation.text_changes import FieldChange, diff_texts
from screening.fraud_types import RiskLevel
from textkit.marked_text import number_reasons, render_marks

_BANDS = Case(
    When(level=RiskLevel.HIGH, then=Value(0)),
    When(level=RiskLevel.MEDIUM, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class TextUnderReview:
    """A version with the row that it belongs to, which holds what is public."""

    text: PublicText
    subject: Any

    @property
    def type(self) -> PublicTextType[Any]:
        return TEXT_TYPES[self.text.kind]


class TextCase(CaseType[TextUnderReview]):
    kind = CaseKind.TEXT
    queue_name = "texts"
    queue_label = "文字"
    queue_title = "文字审核"
    not_found = "没有这段文字。"
    changed = "这段文字刚刚有了变化（作者又改了，或者别人处理过）。请重新看一遍再决定。"
    actions = {
        S.APPROVED: CaseAction("通过", "已通过", "a"),
        S.REFUSED: CaseAction("不通过", "已退回", "r", needs_reason=True),
    }
    sorts_reasons = True

    def find(self, pk: int) -> TextUnderReview | None:
        text = PublicText.objects.select_related("author").filter(pk=pk).first()
        return next(iter(_attach_subjects([text])), None) if text else None

    def list_queue_rows(self, query: QueryDict) -> QuerySet:
        texts = PublicText.objects.filter(status=S.WAITING).select_related("author")
        return texts.order_by(_BANDS, "created_at", "pk")

    def list_waiting(self, moderator: User) -> Iterable[int]:
        rows = self.list_queue_rows(QueryDict())[:NEXT_CASES_READ]
        return [text.pk for text in rows if may_decide_appeal(moderator, text.author)]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        cases = _attach_subjects(rows)
        for case in cases:
            case.text.name = self.describe_case(case)
            case.text.shown = " / ".join(words for words in case.text.values.values() if words)
            case.text.is_own = not may_decide_appeal(moderator, case.text.author)
        return [case.text for case in cases]

    def describe_case(self, row: TextUnderReview) -> str:
        return row.type.describe_subject(row.subject)

    def build_context(self, row: TextUnderReview) -> dict[str, Any]:
        text = row.text
        marks, spans = number_reasons(text.signals)
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
            "changes": _list_changes(row),
            "employer": row.type.find_employer(row.subject),
            "readers": row.type.list_readers(row.subject),
            "is_private": row.type.rules.is_private,
            "earlier": earlier.exclude(pk=text.pk).order_by("-pk")[:SHOWN],
            "history": list_events(text),
        }

    def list_actions(self, row: TextUnderReview, moderator: User) -> Sequence[str]:
        """What staff write in somebody's place is decided by another of them."""
        may_decide = may_decide_appeal(moderator, row.text.author)
        return tuple(self.actions) if row.text.status == S.WAITING and may_decide else ()

    def hash_state(self, row: TextUnderReview) -> str:
        last_event = row.text.events.order_by("-pk").values_list("pk", flat=True).first()
        return f"{row.text.status}.{last_event or 0}"

    def collect_reason_facts(self, row: TextUnderReview) -> dict[str, str]:
        reasons = row.text.reasons
        return {
            "title": self.describe_case(row),
            "found": "；".join(reason["words"].rstrip("。") for reason in reasons),
            "cure": "改好后再提交就行。",
        }

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **_more: Any
    ) -> DecisionResult:
        try:
            case = TextUnderReview(*lock_public_text(pk))
        except PublicText.DoesNotExist:
            raise DecisionRefused(self.not_found) from None
        self.require_seen(seen, case)
        if action not in self.list_actions(case, moderator):
            status = case.text.get_status_display()
            raise DecisionRefused(f"「{status}」的文字现在不能这样处理。")
        decide = approve_public_text if action == S.APPROVED else refuse_public_text
        event = decide(pk, moderator, reason)
        return DecisionResult(event.pk, _build_notices(case, action, reason), case.text.created_at)

    def undo(self, decision: Decision, moderator: User) -> None:
        undo_public_text_event(decision.event, moderator)  # type: ignore[arg-type]


def _attach_subjects(texts: Iterable[PublicText]) -> list[TextUnderReview]:
    """One query for each kind; a text whose row was deleted is left out."""
    numbers: dict[str, list[int]] = defaultdict(list)
    texts = list(texts)
    for text in texts:
        numbers[text.kind].append(text.subject)
    subjects = {kind: TEXT_TYPES[kind].find_subjects(pks) for kind, pks in numbers.items()}
    return [
        TextUnderReview(text, subjects[text.kind][text.subject])
        for text in texts
        if text.subject in subjects[text.kind]
    ]


def _list_changes(row: TextUnderReview) -> list[FieldChange]:
    """Compare a waiting version with what is public, a decided one with what it replaced."""
    is_waiting = row.text.status == S.WAITING
    before = row.type.read_values(row.subject) if is_waiting else row.text.replaced
    return [
        FieldChange(row.type.fields[name], diff_texts(before[name], words))
        for name, words in row.text.values.items()
        if before.get(name) and before[name] != words
    ]


def _build_notices(case: TextUnderReview, action: str, reason: str) -> list[NoticeMessage]:
    name = case.type.describe_subject(case.subject)
    author = case.text.author
    if action == S.APPROVED:
        title = f"{name}通过了"
    else:
        title = f"{name}没有通过"
        reason = f"{reason}\n原来公开的没有变。{case.type.after_refusal}"
    return [
        NoticeMessage(
            user,
            f"-{user.pk}",
            title,
            reason,
            case.type.get_author_address(case.subject, user),
            "去看看",
        )
        for user in case.type.list_recipients(case.subject, author)
    ]
