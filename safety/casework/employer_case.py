"""What a moderator can decide of an employer, and what its people are told."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from stdnum.cn import uscc

from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.models import Employer, EmployerCheck, User
from accounts.models import EmployerStatus as S
from accounts.verification.submission import is_waiting, list_missing_papers
from cities.directory.regions import get_region
from listings.publication.employer_status import (
    move_employer_with_listings,
    undo_employer_with_listings,
    verify_employer_with_listings,
)
from safety.choices import CaseKind
from safety.models import Decision
from safety.moderation.case_facts import SHOWN, employer_facts, list_employer_events
from safety.moderation.case_type import NEXT_CASES_READ, CaseType, ModeratorRequest
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.forms import ChecksForm
from safety.moderation.waiting_cases import list_waiting_employers
from sitekit.forms.phone_numbers import format_phone

LABELS = {
    S.VERIFIED: "通过认证",
    S.REJECTED: "不通过",
    S.FROZEN: "冻结",
    "unfrozen": "解冻",
    S.BANNED: "列入黑名单",
}
_ACTIONS = {
    S.PENDING: (S.VERIFIED, S.REJECTED, S.BANNED),
    S.VERIFIED: (S.FROZEN, S.BANNED),
    S.FROZEN: ("unfrozen", S.BANNED),
    S.LAPSED: (S.BANNED,),
    S.REJECTED: (S.BANNED,),
    S.UNVERIFIED: (S.BANNED,),
}
STALE = "这家单位的资料刚刚有了变化。请重新看一遍再决定。"
# Marks by which undo finds what the decision wrote beside the status.
_CHECK, _DUE = "check-", "due-"


def list_employer_actions(employer) -> tuple[str, ...]:
    """One that is verified and asks for its renewal in good time is verified anew."""
    renewal = employer.status == S.VERIFIED and is_waiting(employer)
    return ((S.VERIFIED,) if renewal else ()) + _ACTIONS.get(employer.status, ())


def hash_employer_state(employer) -> str:
    """What a moderator looked at: another status, event or paper makes it stale."""
    last = employer.events.order_by("-pk").values_list("pk", flat=True).first()
    paper = employer.documents.order_by("-pk").values_list("pk", flat=True).first()
    return f"{employer.status}.{last or 0}.{paper or 0}"


class EmployerCase(CaseType[Employer]):
    kind = CaseKind.EMPLOYER
    queue_name = "employers"
    queue_label = queue_title = "单位资料"
    not_found = "没有这家单位。"
    changed = STALE
    labels = LABELS
    decided_labels = {
        S.VERIFIED: "已认证",
        S.REJECTED: "已退回",
        S.FROZEN: "已冻结",
        "unfrozen": "已解冻",
    }
    # What ends an employer has no key: it is meant to be slow.
    keys = {S.VERIFIED: "a", "unfrozen": "a", S.REJECTED: "r", S.FROZEN: "h"}
    final = frozenset({S.BANNED})
    needs_reason = frozenset({S.REJECTED, S.FROZEN, S.BANNED})
    sorts_reasons = True

    def find(self, pk: int) -> Employer | None:
        return Employer.objects.select_related("region").filter(pk=pk).first()

    def list_waiting(self, moderator: User) -> Iterable[int]:
        return list_waiting_employers().values_list("pk", flat=True)[:NEXT_CASES_READ]

    def list_open_querysets(self) -> Sequence[QuerySet]:
        return (list_waiting_employers(),)

    def list_queue_rows(self, query: QueryDict) -> QuerySet:
        return list_waiting_employers()

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        for row in rows:
            row.where = get_region(row.region_id)
            row.is_renewal = row.status == S.VERIFIED
        return rows

    def describe_case(self, row: Employer) -> str:
        return row.name

    def build_context(self, request: ModeratorRequest, row: Employer) -> dict[str, Any]:
        return {
            "employer": row,
            "where": get_region(row.region_id),
            "phone": format_phone(row.contact_phone) if row.contact_phone else "",
            "licence_is_right": uscc.is_valid(row.licence_code),
            "lacking": list_missing_papers(row),
            "waiting": is_waiting(row),
            "documents": row.documents.select_related("uploaded_by"),
            "people": row.memberships.select_related("user"),
            "can_verify": S.VERIFIED in list_employer_actions(row),
            "history": list_employer_events(row),
            "listings": row.listings.order_by("-pk")[:SHOWN],
            **employer_facts(row),
        }

    def list_actions(self, row: Employer, moderator: User) -> Sequence[str]:
        return list_employer_actions(row)

    def hash_state(self, row: Employer) -> str:
        return hash_employer_state(row)

    def collect_reason_facts(self, row: Employer) -> dict[str, str]:
        return {
            "employer": row.name,
            "missing": "、".join(list_missing_papers(row)),
            "cure": "补好后再提交就行。",
        }

    def list_consequences(self, row: Employer) -> list[str]:
        return [
            f"它的 {row.listings.count()} 条兼职全部不再公开。",
            "同一信用代码、同一手机、同一成员不能再登记。",
            "不能撤销。对方只能申诉，由另一位审核员来看。",
        ]

    def build_details_form(self, row: Employer, data: QueryDict | None = None) -> ChecksForm | None:
        """To verify says what was looked at; the other decisions leave that part alone."""
        if data is not None and data.get("action") != S.VERIFIED:
            return None
        return ChecksForm(data, employer=row)

    def carry_out(
        self,
        pk: int,
        action: str,
        moderator: User,
        reason: str,
        *,
        seen: str = "",
        checks: Sequence[tuple[str, str, datetime.date | None]] = (),
        **_more: Any,
    ) -> DecisionResult:
        """`checks` are (kind, method, last day or None) of what was looked at just now."""
        employer = self.get_locked(Employer.objects.all(), pk)
        self.require_seen(seen, employer)
        if action not in list_employer_actions(employer):
            raise DecisionRefused(f"「{employer.get_status_display()}」的单位现在不能这样处理。")
        since = employer.submitted_at if is_waiting(employer) else None
        if action == S.VERIFIED:
            event, keys = _verify(employer, checks, moderator, reason)
        else:
            to = S.VERIFIED if action == "unfrozen" else action
            event, keys = (
                move_employer_with_listings(employer.pk, to, moderator, reason),
                [],
            )
        return DecisionResult(event.pk, _build_notices(event.employer, action, reason), since, keys)

    def undo(self, decision: Decision, moderator: User) -> None:
        """What was noted as checked by the decision goes with it."""
        checks = [int(key.removeprefix(_CHECK)) for key in _of(decision, _CHECK)]
        EmployerCheck.objects.filter(employer=decision.number, pk__in=checks).delete()
        for day in _of(decision, _DUE):
            due = datetime.date.fromisoformat(day.removeprefix(_DUE))
            Employer.objects.filter(pk=decision.number).update(recheck_due=due)
        undo_employer_with_listings(decision.event, moderator)  # type: ignore[arg-type]


def _of(decision, start):
    return [key for key in decision.keys if key.startswith(start)]


def _verify(employer, checks, moderator, reason):
    before = set(employer.checks.values_list("pk", flat=True))
    found = [
        {"kind": kind, "method": method, "expires_on": until} for kind, method, until in checks
    ]
    event = verify_employer_with_listings(employer.pk, found, moderator, reason)
    made = set(employer.checks.values_list("pk", flat=True)) - before
    keys = [f"{_CHECK}{pk}" for pk in sorted(made)]
    if employer.recheck_due:
        keys.append(f"{_DUE}{employer.recheck_due}")
    return event, keys


def _build_notices(employer, action, reason):
    title, words, where, button = _message(employer, action, reason)
    return build_member_messages(employer, MemberMessage("", title, words, where, button))


def _message(employer, action, reason):
    own = reverse("listings:desk")
    appeal = reverse("safety:appeal_employer", args=[employer.pk])
    name = employer.name
    match action:
        case S.VERIFIED:
            until = employer.recheck_due
            words = f"下一次复核在 {until:%Y-%m-%d} 之前。{reason}"
            return f"「{name}」通过了认证", words, own, "去发布"
        case S.REJECTED:
            return f"「{name}」的认证没有通过", f"{reason}\n补好后再提交就行。", own, "去补充"
        case "unfrozen":
            return f"「{name}」已解冻", f"{reason}\n公开的兼职恢复显示。".strip(), own, "去看看"
        case S.FROZEN:
            words = f"{reason}\n核实期间发布的兼职不公开，核实完会告诉你结果。"
            return f"「{name}」已冻结，正在核实", words, own, "去看看"
        case _:
            words = f"{reason}\n发布的兼职全部不再公开。觉得不对可以申诉。"
            return f"「{name}」已列入黑名单", words, appeal, "申诉"
