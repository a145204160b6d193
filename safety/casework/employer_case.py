"""What a moderator can decide of an employer, and what its people are told."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from stdnum.cn import uscc

from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.inbox.notices import NoticeMessage
from accounts.models import Employer, EmployerCheck, EmployerEvent, SignedInRequest, User
from accounts.models import EmployerStatus as S
from accounts.verification.employer_checks import CheckFinding
from accounts.verification.submission import is_waiting, list_missing_papers
from cities.directory.regions import get_region
from cities.models import Region
from listings.publication.employer_status import (
    move_employer_with_listings,
    undo_employer_with_listings,
    verify_employer_with_listings,
)
from safety.choices import CaseKind
from safety.models import Claim, Decision
from safety.moderation.case_facts import SHOWN, employer_facts, list_employer_events
from safety.moderation.case_type import NEXT_CASES_READ, CaseType
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
_ACTIONS: dict[str, tuple[str, ...]] = {
    S.PENDING: (S.VERIFIED, S.REJECTED, S.BANNED),
    S.VERIFIED: (S.FROZEN, S.BANNED),
    S.FROZEN: ("unfrozen", S.BANNED),
    S.LAPSED: (S.BANNED,),
    S.REJECTED: (S.BANNED,),
    S.UNVERIFIED: (S.BANNED,),
}
STALE = "这家单位的资料刚刚有了变化。请重新看一遍再决定。"
# Prefixes of `Decision.keys` by which undo finds what the decision wrote beside the status.
_CHECK, _DUE = "check-", "due-"


def list_employer_actions(employer: Employer) -> tuple[str, ...]:
    """Return the possible actions; a verified employer that asks for renewal is verified anew."""
    is_renewal = employer.status == S.VERIFIED and is_waiting(employer)
    return ((S.VERIFIED,) if is_renewal else ()) + _ACTIONS.get(employer.status, ())


def hash_employer_state(employer: Employer) -> str:
    """Return a text that changes with the status, the last event and the last paper."""
    last_event = employer.events.order_by("-pk").values_list("pk", flat=True).first()
    last_paper = employer.documents.order_by("-pk").values_list("pk", flat=True).first()
    return f"{employer.status}.{last_event or 0}.{last_paper or 0}"


@dataclass
class EmployerQueueRow:
    """A row of the queue; `where` is the employer's region."""

    employer: Employer
    where: Region | None
    is_renewal: bool
    held_by: Claim | None = None
    is_mine: bool = False

    @property
    def pk(self) -> int:
        return self.employer.pk


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
        queue_rows = [
            EmployerQueueRow(row, get_region(row.region_id), row.status == S.VERIFIED)
            for row in rows
        ]
        attach_claims(self.kind, queue_rows, moderator)
        return queue_rows

    def describe_case(self, row: Employer) -> str:
        return row.name

    def build_context(self, request: SignedInRequest, row: Employer) -> dict[str, Any]:
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
        """Only a verification records checks."""
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
        """`checks` are (kind, method, last day or None) of the checks made now."""
        employer = self.get_locked(Employer.objects.all(), pk)
        self.require_seen(seen, employer)
        if action not in list_employer_actions(employer):
            raise DecisionRefused(f"「{employer.get_status_display()}」的单位现在不能这样处理。")
        since = employer.submitted_at if is_waiting(employer) else None
        if action == S.VERIFIED:
            event, keys = _verify(employer, checks, moderator, reason)
        else:
            to = S.VERIFIED if action == "unfrozen" else action
            event, keys = move_employer_with_listings(employer.pk, to, moderator, reason), []
        return DecisionResult(event.pk, _build_notices(event.employer, action, reason), since, keys)

    def undo(self, decision: Decision, moderator: User) -> None:
        """Delete the checks that the decision wrote, too."""
        checks = [int(key.removeprefix(_CHECK)) for key in _list_keys(decision, _CHECK)]
        EmployerCheck.objects.filter(employer=decision.number, pk__in=checks).delete()
        for day in _list_keys(decision, _DUE):
            due = datetime.date.fromisoformat(day.removeprefix(_DUE))
            Employer.objects.filter(pk=decision.number).update(recheck_due=due)
        undo_employer_with_listings(decision.event, moderator)  # type: ignore[arg-type]


def _list_keys(decision: Decision, start: str) -> list[str]:
    return [key for key in decision.keys if key.startswith(start)]


def _verify(
    employer: Employer,
    checks: Sequence[tuple[str, str, datetime.date | None]],
    moderator: User,
    reason: str,
) -> tuple[EmployerEvent, list[str]]:
    """Verify, return the event and the keys by which undo finds the checks and the old due date."""
    earlier_pks = set(employer.checks.values_list("pk", flat=True))
    findings: list[CheckFinding] = [
        {"kind": kind, "method": method, "expires_on": until} for kind, method, until in checks
    ]
    event = verify_employer_with_listings(employer.pk, findings, moderator, reason)
    new_pks = set(employer.checks.values_list("pk", flat=True)) - earlier_pks
    keys = [f"{_CHECK}{pk}" for pk in sorted(new_pks)]
    if employer.recheck_due:
        keys.append(f"{_DUE}{employer.recheck_due}")
    return event, keys


def _build_notices(employer: Employer, action: str, reason: str) -> list[NoticeMessage]:
    title, text, path, button = _describe_decision(employer, action, reason)
    return build_member_messages(employer, MemberMessage("", title, text, path, button))


def _describe_decision(employer: Employer, action: str, reason: str) -> tuple[str, str, str, str]:
    """Return (title, text, path, button) of the notice."""
    desk_path = reverse("listings:desk")
    appeal_path = reverse("safety:appeal_employer", args=[employer.pk])
    name = employer.name
    match action:
        case S.VERIFIED:
            text = f"下一次复核在 {employer.recheck_due:%Y-%m-%d} 之前。{reason}"
            return f"「{name}」通过了认证", text, desk_path, "去发布"
        case S.REJECTED:
            return f"「{name}」的认证没有通过", f"{reason}\n补好后再提交就行。", desk_path, "去补充"
        case "unfrozen":
            return (
                f"「{name}」已解冻",
                f"{reason}\n公开的兼职恢复显示。".strip(),
                desk_path,
                "去看看",
            )
        case S.FROZEN:
            text = f"{reason}\n核实期间发布的兼职不公开，核实完会告诉你结果。"
            return f"「{name}」已冻结，正在核实", text, desk_path, "去看看"
        case _:
            text = f"{reason}\n发布的兼职全部不再公开。觉得不对可以申诉。"
            return f"「{name}」已列入黑名单", text, appeal_path, "申诉"
