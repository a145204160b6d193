"""The second look as a kind of case: agree or disagree with an approval. The approver never gets it."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db.models import PositiveIntegerField, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage
from accounts.models import Employer, PublicText, SignedInRequest, User
from accounts.public_text.text_types import build_subject_condition, build_text_region
from accounts.staff.scope import StaffScope, get_staff_scope
from listings.models import Listing, ListingContent, RevisionAssessment
from safety.case_queues.queue_filters import (
    NO_FILTER,
    build_group_condition,
    build_region_condition,
)
from safety.case_queues.text_excerpts import render_excerpt
from safety.casework.listing_page import build_listing_context
from safety.casework.text_case import TextCase, attach_subjects, build_text_place
from safety.choices import CaseKind
from safety.dashboard.agreement import (
    AGREEMENT_DAYS,
    build_second_look_scope,
    measure_agreement,
)
from safety.models import Decision, QueueFilter, SecondLook
from safety.moderation.case_type import EVERY_CASE, NEXT_CASES_READ, CaseAction, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import OwnEmployers
from safety.second_looks.sampling import get_second_look_percent

_V = SecondLook.Verdict
_RELATED = ("listing__employer", "revision", "text", "approver")
TEXT_CASE = TextCase()


class SecondLookCase(CaseType[SecondLook]):
    kind = CaseKind.SECOND
    model = SecondLook
    queue_name = "second_looks"
    queue_label = "复看"
    queue_title = "抽查复看"
    not_found = "没有这件复看。"
    changed = "这件刚刚有人看过了。"
    actions = {
        _V.AGREE: CaseAction("同意通过", "复看同意", "a"),
        _V.DISAGREE: CaseAction("不同意", "复看不同意", "r", needs_reason=True),
    }
    does_harm = False
    sorts_reasons = True
    filter_fields = ("region", "group")
    since_field = "approved_at"

    def find_many(self, numbers: Iterable[int]) -> dict[int, SecondLook]:
        return SecondLook.objects.select_related(*_RELATED, "looker").in_bulk(numbers)

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        """Return the waiting second looks, without approvals by the moderator of the filter."""
        of_listing = build_region_condition(filters, "listing__region")
        of_listing &= build_group_condition(filters, "listing__category")
        # A text has no category, so it passes every filter by category.
        of_text = build_text_place(filters, "text__")
        rows = SecondLook.objects.filter(
            Q(of_listing, text=None) | Q(of_text, text__isnull=False), verdict=""
        )
        rows = (
            rows.exclude(_build_approver_condition(filters.moderator_id))
            if filters.moderator_id
            else rows
        )
        return rows.select_related(*_RELATED).order_by("approved_at", "pk")

    def list_open_querysets(
        self, scope: StaffScope, moderator: User, own_employers: OwnEmployers
    ) -> Sequence[QuerySet]:
        (cases,) = super().list_open_querysets(scope, moderator, own_employers)
        return (cases.exclude(_build_approver_condition(moderator.pk)),)

    def build_scope_condition(self, scope: StaffScope) -> Q:
        return build_second_look_scope(scope)

    def build_region_expression(self) -> Coalesce:
        of_text = build_text_region("text__")
        return Coalesce("listing__region", of_text, output_field=PositiveIntegerField())

    def build_employer_condition(self, employer: Employer) -> Q:
        of_texts = build_subject_condition(
            lambda text_type: Q(**{text_type.employer_path: employer.pk}), "text__"
        )
        return Q(listing__employer=employer) | of_texts

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        cases = (
            self.list_cases(filters).filter(picked).exclude(_build_approver_condition(moderator.pk))
        )
        return cases.values_list("pk", flat=True)[:most]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        cases = {
            case.text.pk: case for case in attach_subjects(row.text for row in rows if row.text)
        }
        for row in rows:
            if row.text:
                case = cases.get(row.text.pk)
                row.title = TEXT_CASE.describe_case(case) if case else _describe_lost(row.text)
                row.excerpt = render_excerpt(row.text.values, ())
            else:
                content = _get_content(row)
                row.title = content.title
                row.excerpt = render_excerpt({"duties": content.duties}, ())
        return rows

    def build_queue_context(self, request: SignedInRequest, rows: list) -> dict[str, Any]:
        return {
            "agreement": measure_agreement(get_staff_scope(request.user)),
            "agreement_days": AGREEMENT_DAYS,
            "percent": get_second_look_percent(),
        }

    def describe_case(self, row: SecondLook) -> str:
        if row.text is None:
            return _get_content(row).title
        case = TEXT_CASE.find(row.text.pk)
        return TEXT_CASE.describe_case(case) if case else _describe_lost(row.text)

    def build_page_title(self, row: SecondLook) -> str:
        return f"复看：{self.describe_case(row)}"

    def build_context(self, row: SecondLook) -> dict[str, Any]:
        if row.text is None:
            listing = cast("Listing", row.listing)
            assessment = RevisionAssessment.objects.filter(revision=row.revision_id).first()
            context = build_listing_context(listing, row.revision, assessment)
            context |= {"case_page": "safety/casework/listing.html", "text": None, "changes": []}
        else:
            case = TEXT_CASE.find(row.text.pk)
            context = TEXT_CASE.build_context(case) if case else {"name": _describe_lost(row.text)}
            context |= {"case_page": "safety/casework/text.html"}
        return context | {"look": row}

    def list_actions(self, row: SecondLook, moderator: User) -> Sequence[str]:
        return () if row.verdict or _has_approved(row, moderator) else tuple(self.actions)

    def hash_state(self, row: SecondLook) -> str:
        return row.verdict or "open"

    def collect_reason_facts(self, row: SecondLook) -> dict[str, str]:
        employer = row.listing.who if row.listing else ""
        return {"title": self.describe_case(row), "employer": employer}

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **_details: Any
    ) -> DecisionResult:
        row = self.get_locked(SecondLook.objects.select_related("listing", "revision", "text"), pk)
        self.require_seen(seen, row)
        if _has_approved(row, moderator):
            raise DecisionRefused("这是你通过的，要由别人来复看。")
        if action not in self.list_actions(row, moderator):
            raise DecisionRefused(self.changed)
        row.verdict, row.looker, row.looked_at = action, moderator, timezone.now()
        row.words = reason[:300]
        row.save(update_fields=["verdict", "looker", "looked_at", "words"])
        notices = self._build_notices(row, reason)
        # Nobody waits for a second look: it does not count among the waits of the dashboard.
        return DecisionResult(row.pk, notices, kind=NoticeKind.CASES)

    def _build_notices(self, row: SecondLook, reason: str) -> list[NoticeMessage]:
        """Return the notice to the approver if the second look disagrees."""
        if row.verdict == _V.AGREE or row.approver is None:
            return []
        kind, number = ("text", row.text_id) if row.text_id else ("listing", row.listing_id)
        address = reverse(f"desk:{kind}", args=[number])
        title = f"复看「{self.describe_case(row)}」：不同意通过"
        return [
            NoticeMessage(row.approver, f"-{row.approver_id}", title, reason, address, "看这件")
        ]

    def undo(self, decision: Decision, moderator: User) -> None:
        fields = {"verdict": "", "words": "", "looker": None, "looked_at": None}
        SecondLook.objects.filter(pk=decision.number).update(**fields)


def _build_approver_condition(moderator_id: int) -> Q:
    """Return the condition that the moderator approved it, alone or as the first of two, or wrote the text."""
    is_approver = Q(approver=moderator_id) | Q(revision__first_approver=moderator_id)
    return is_approver | Q(text__author=moderator_id)


def _has_approved(row: SecondLook, moderator: User) -> bool:
    first_approver = row.revision.first_approver_id if row.revision else None
    author = row.text.author_id if row.text else None
    return moderator.pk in (row.approver_id, first_approver, author)


def _get_content(row: SecondLook) -> ListingContent:
    return cast("ListingContent", row.revision or row.listing)


def _describe_lost(text: PublicText) -> str:
    """Describe a text whose row was deleted."""
    return f"{text.get_kind_display()}（已删除）"
