"""The second look as a kind of case: never for whoever approved, agree or not."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage
from accounts.models import SignedInRequest, User
from accounts.staff.scope import get_staff_scope
from listings.models import RevisionAssessment
from safety.case_queues.queue_filters import (
    NO_FILTER,
    build_group_condition,
    build_region_condition,
)
from safety.case_queues.text_excerpts import render_excerpt
from safety.casework.listing_page import build_listing_context
from safety.choices import CaseKind
from safety.dashboard.agreement import AGREEMENT_DAYS, measure_agreement
from safety.models import Decision, QueueFilter, SecondLook
from safety.moderation.case_type import EVERY_CASE, NEXT_CASES_READ, CaseAction, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.second_looks.sampling import get_second_look_percent

_V = SecondLook.Verdict


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

    def find(self, pk: int) -> SecondLook | None:
        related = ("listing__employer", "revision", "approver", "looker")
        return SecondLook.objects.select_related(*related).filter(pk=pk).first()

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        """Return what waits, without what the moderator of the filter approved."""
        rows = SecondLook.objects.filter(
            build_region_condition(filters, "listing__region"),
            build_group_condition(filters, "listing__category"),
            verdict="",
        )
        rows = rows.exclude(_is_approved_by(filters.moderator_id)) if filters.moderator_id else rows
        related = ("listing__employer", "revision", "approver")
        return rows.select_related(*related).order_by("approved_at", "pk")

    def list_waiting(
        self, moderator: User, filters: QueueFilter = NO_FILTER, picked: Q = EVERY_CASE
    ) -> Iterable[int]:
        cases = self.list_cases(filters).filter(picked).exclude(_is_approved_by(moderator.pk))
        return cases.values_list("pk", flat=True)[:NEXT_CASES_READ]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        for row in rows:
            content = row.revision or row.listing
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
        return (row.revision or row.listing).title

    def build_page_title(self, row: SecondLook) -> str:
        return f"复看：{self.describe_case(row)}"

    def build_context(self, row: SecondLook) -> dict[str, Any]:
        assessment = RevisionAssessment.objects.filter(revision=row.revision_id).first()
        context = build_listing_context(row.listing, row.revision, assessment)
        return {**context, "look": row, "text": None, "changes": []}

    def list_actions(self, row: SecondLook, moderator: User) -> Sequence[str]:
        return () if row.verdict or _has_approved(row, moderator) else tuple(self.actions)

    def hash_state(self, row: SecondLook) -> str:
        return row.verdict or "open"

    def collect_reason_facts(self, row: SecondLook) -> dict[str, str]:
        return {"title": self.describe_case(row), "employer": row.listing.who}

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **_more: Any
    ) -> DecisionResult:
        row = self.get_locked(SecondLook.objects.select_related("listing", "revision"), pk)
        self.require_seen(seen, row)
        if _has_approved(row, moderator):
            raise DecisionRefused("这是你通过的，要由别人来复看。")
        if action not in self.list_actions(row, moderator):
            raise DecisionRefused(self.changed)
        row.verdict, row.looker, row.looked_at = action, moderator, timezone.now()
        row.words = reason[:300]
        row.save(update_fields=["verdict", "looker", "looked_at", "words"])
        notices = self._build_notices(row, reason)
        return DecisionResult(row.pk, notices, row.approved_at, kind=NoticeKind.CASES)

    def _build_notices(self, row: SecondLook, reason: str) -> list[NoticeMessage]:
        """Who approved it hears of another opinion."""
        if row.verdict == _V.AGREE or row.approver is None:
            return []
        address = reverse("desk:listing", args=[row.listing_id])
        title = f"复看「{self.describe_case(row)}」：不同意通过"
        return [
            NoticeMessage(row.approver, f"-{row.approver_id}", title, reason, address, "看这件")
        ]

    def undo(self, decision: Decision, moderator: User) -> None:
        fields = {"verdict": "", "words": "", "looker": None, "looked_at": None}
        SecondLook.objects.filter(pk=decision.number).update(**fields)


def _is_approved_by(moderator_id: int) -> Q:
    """Either as the only one, or as the first of two."""
    return Q(approver=moderator_id) | Q(revision__first_approver=moderator_id)


def _has_approved(row: SecondLook, moderator: User) -> bool:
    first_approver = row.revision.first_approver_id if row.revision else None
    return moderator.pk in (row.approver_id, first_approver)
