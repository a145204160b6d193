"""Decisions of moderators on an employer, and the notices about them to its members."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from stdnum.cn import uscc

from accounts.choices import WATCH_DAYS
from accounts.employers import transitions
from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.employers.public_words import judge_employer_name
from accounts.models import Employer, EmployerCheck, EmployerEvent, SignedInRequest, User
from accounts.models import EmployerStatus as S
from accounts.staff.scope import get_staff_scope
from accounts.verification.employer_checks import (
    CheckFinding,
    list_employers_to_review,
    refuse_renewal,
)
from accounts.verification.paper_codes import compare_licence_code
from accounts.verification.submission import is_waiting, list_missing_papers
from cities.directory.regions import get_region
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
    undo_employer_with_listings,
    verify_employer_with_listings,
)
from safety.aftercare.paused_sign_ups import (
    count_sign_ups_at,
    notify_banned,
    notify_freeze_ended,
    notify_frozen,
    notify_verified,
)
from safety.appeals.transitions import build_appeal_path
from safety.case_queues.queue_filters import build_region_condition
from safety.choices import CaseKind
from safety.models import Decision, QueueFilter
from safety.moderation.case_facts import MAX_FACTS_SHOWN, collect_employer_facts, list_events
from safety.moderation.case_type import CaseAction, CaseType, DetailsForm
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.paper_checks.checks_form import ChecksForm
from sitekit.forms.phone_numbers import mask_phone
from sitekit.workflow.state_machine import NOTIFY_AFTER

_REVIEWS = (S.VERIFIED, S.REJECTED)
_ACTIONS: dict[str, tuple[str, ...]] = {
    S.PENDING: (*_REVIEWS, S.BANNED),
    S.VERIFIED: (S.FROZEN, S.BANNED),
    S.FROZEN: (transitions.UNFROZEN_ACTION, S.BANNED),
    S.LAPSED: (S.BANNED,),
    S.REJECTED: (S.BANNED,),
    S.UNVERIFIED: (S.BANNED,),
}
# Prefixes of `Decision.keys` by which undo finds what the decision wrote beside the status.
_CHECK, _DUE, _DAYS, _HANDED_IN = "check-", "due-", "days-", "handed-in-"
_CONTEST = "觉得不对可以申诉。"
_LOOKED_AT = "新发的和修改的兼职都由审核员看过再公开。"
# Actions that leave the status as it is, each with the action that undoes it.
_SANCTIONS = {
    transitions.WARNED: transitions.UNWARNED,
    transitions.UNWARNED: transitions.WARNED,
    transitions.WATCHED: transitions.UNWATCHED,
    transitions.UNWATCHED: transitions.WATCHED,
}


class WatchForm(DetailsForm):
    """For how many days a person looks at every listing of the employer."""

    days = forms.TypedChoiceField(
        coerce=int, choices=[(days, f"{days} 天") for days in WATCH_DAYS], initial=30
    )


def list_employer_actions(employer: Employer) -> tuple[str, ...]:
    """Return the possible actions. A renewal can be passed or refused; the employer stays verified either way."""
    actions = (*(_REVIEWS if _is_renewal(employer) else ()), *_ACTIONS.get(employer.status, ()))
    return (*actions, *_list_sanctions(employer)) if actions else ()


def _is_renewal(employer: Employer) -> bool:
    return employer.status == S.VERIFIED and is_waiting(employer)


def _list_sanctions(employer: Employer) -> tuple[str, ...]:
    """Return the sanctions that are milder than a freeze; a warning may be given again."""
    standing = transitions.find_sanctions(employer.pk)
    return (
        transitions.WARNED,
        *((transitions.UNWARNED,) if standing.is_warned else ()),
        transitions.UNWATCHED if standing.watched_until else transitions.WATCHED,
    )


class EmployerCase(CaseType[Employer]):
    kind = CaseKind.EMPLOYER
    model = Employer
    queue_name = "employers"
    queue_label = queue_title = "单位资料"
    not_found = "没有这家单位。"
    changed = "这家单位的资料刚刚有了变化。请重新看一遍再决定。"
    # A ban has no keyboard shortcut, so that nobody does it by accident.
    actions = {
        S.VERIFIED: CaseAction("通过认证", "已认证", "a"),
        S.REJECTED: CaseAction("不通过", "没有通过", "r", needs_reason=True),
        S.FROZEN: CaseAction("冻结", "已冻结", "h", needs_reason=True),
        transitions.UNFROZEN_ACTION: CaseAction("解冻", "已解冻", "a"),
        S.BANNED: CaseAction("列入黑名单", needs_reason=True, is_final=True),
        transitions.WARNED: CaseAction("警告", "已警告", needs_reason=True, leaves_waiting=True),
        transitions.UNWARNED: CaseAction(
            "撤回警告", "已撤回警告：", needs_reason=True, leaves_waiting=True
        ),
        transitions.WATCHED: CaseAction(
            "以后逐条看", "以后逐条看：", needs_reason=True, leaves_waiting=True
        ),
        transitions.UNWATCHED: CaseAction("不再逐条看", "不再逐条看：", leaves_waiting=True),
    }
    sorts_reasons = True
    since_field = "submitted_at"
    region_path = "region"

    def find_many(self, numbers: Iterable[int]) -> dict[int, Employer]:
        return Employer.objects.select_related("region").in_bulk(numbers)

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        return list_employers_to_review().filter(build_region_condition(filters, "region"))

    def build_employer_condition(self, employer: Employer) -> Q:
        return Q(pk=employer.pk)

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        for row in rows:
            row.where = get_region(row.region_id)
        return rows

    def build_queue_context(self, request: SignedInRequest, rows: list) -> dict[str, Any]:
        """A frozen employer waits for a decision too, but it is named above the queue and not in it."""
        frozen = Employer.objects.filter(
            self.build_scope_condition(get_staff_scope(request.user)), status=S.FROZEN
        )
        newest = list(frozen.order_by("-pk")[: MAX_FACTS_SHOWN + 1])
        return {
            "frozen": newest[:MAX_FACTS_SHOWN],
            "has_more_frozen": len(newest) > MAX_FACTS_SHOWN,
        }

    def describe_case(self, row: Employer) -> str:
        return row.name

    def build_context(self, row: Employer) -> dict[str, Any]:
        return {
            "employer": row,
            "where": get_region(row.region_id),
            "phone": mask_phone(row.contact_phone),
            "licence_is_right": uscc.is_valid(row.licence_code),
            "lacking": list_missing_papers(row),
            "name_reasons": judge_employer_name(row.name, row).reasons,
            "waiting": is_waiting(row),
            "documents": [
                (document, compare_licence_code(document, row.licence_code))
                for document in row.documents.select_related("uploaded_by")
            ],
            "people": row.memberships.select_related("user"),
            "can_verify": S.VERIFIED in list_employer_actions(row),
            "sanctions": transitions.find_sanctions(row.pk),
            "history": list_events(row),
            "listings": row.listings.order_by("-pk")[:MAX_FACTS_SHOWN],
            **collect_employer_facts(row),
        }

    def list_actions(self, row: Employer, moderator: User) -> Sequence[str]:
        return list_employer_actions(row)

    def hash_state(self, row: Employer) -> str:
        """Return a text that changes with the status, the last event and the last paper."""
        last_event = row.events.order_by("-pk").values_list("pk", flat=True).first()
        last_paper = row.documents.order_by("-pk").values_list("pk", flat=True).first()
        return f"{row.status}.{last_event or 0}.{last_paper or 0}"

    def collect_reason_facts(self, row: Employer) -> dict[str, str]:
        return {
            "employer": row.name,
            "missing": "、".join(list_missing_papers(row)),
            "cure": "补好后再提交就行。",
        }

    def list_consequences(self, row: Employer) -> list[str]:
        return [
            f"它的 {row.listings.count()} 条兼职全部不再公开。",
            f"报了名、还没结束的 {count_sign_ups_at(row)} 人会收到提醒，请他们别去。",
            "同一信用代码、同一手机、同一负责人不能再登记。",
            "不能撤销。对方只能申诉，由另一位审核员来看。",
        ]

    def build_details_form(
        self, row: Employer, moderator: User, data: QueryDict | None = None
    ) -> DetailsForm | None:
        """Return a form for a verification, which records checks, or for a watch, which lasts for some days."""
        action = None if data is None else data.get("action")
        if action == transitions.WATCHED:
            return WatchForm(data)
        if action not in (None, S.VERIFIED):
            return None
        return ChecksForm(data, employer=row, moderator=moderator)

    def build_page_forms(
        self, row: Employer, moderator: User, data: QueryDict | None = None
    ) -> dict[str, DetailsForm | None]:
        has_days = data is not None and "days" in data
        watch_form = WatchForm(data if has_days else None, auto_id="id_watch_%s")
        return super().build_page_forms(row, moderator, data) | {"watch_form": watch_form}

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **details: Any
    ) -> DecisionResult:
        """The detail `checks` holds the checks that the moderator made now."""
        employer = self.get_locked(Employer.objects.all(), pk)
        self.require_seen(seen, employer)
        if action not in list_employer_actions(employer):
            raise DecisionRefused(f"「{employer.get_status_display()}」的单位现在不能这样处理。")
        since = employer.submitted_at if is_waiting(employer) else None
        if action == S.VERIFIED:
            event, keys = _verify_case_employer(
                employer, details.get("checks", ()), moderator, reason
            )
            keys += notify_verified(event.employer, NOTIFY_AFTER)
        elif action == transitions.UNFROZEN_ACTION:
            event = restore_employer_with_listings(employer.pk, moderator, reason)
            keys = notify_freeze_ended(event.employer, NOTIFY_AFTER)
        elif action in _SANCTIONS:
            days = details.get("days") or transitions.find_sanctions(employer.pk).watch_days
            event = transitions.record_sanction(employer.pk, action, moderator, reason, days)
            keys = [f"{_DAYS}{days}"]
        elif action == S.REJECTED and _is_renewal(employer):
            event, keys = refuse_renewal(employer.pk, moderator, reason), [f"{_HANDED_IN}{since}"]
        else:
            event, keys = move_employer_with_listings(employer.pk, action, moderator, reason), []
        if action == S.BANNED:
            notify_banned(event)
        elif action == S.FROZEN:
            keys = notify_frozen(event, NOTIFY_AFTER)
        build_message = _build_sanction_message if action in _SANCTIONS else _build_message
        done = event.action if event.action == transitions.RENEWAL_REFUSED else action
        message = build_message(event.employer, done, reason)
        notices = build_member_messages(event.employer, message)
        return DecisionResult(event.pk, notices, since, keys, text_message=True)

    def undo(self, decision: Decision, moderator: User) -> None:
        """Undo the decision, also the checks that it wrote and the name that it made public."""
        if ends_by := _SANCTIONS.get(decision.action):
            days = sum(map(int, decision.list_marks(_DAYS)))
            transitions.undo_sanction(decision.event, ends_by, moderator, days)  # type: ignore[arg-type]
            return
        checks = decision.list_marks(_CHECK)
        EmployerCheck.objects.filter(employer=decision.number, pk__in=checks).delete()
        due_days = decision.list_marks(_DUE)
        for day in filter(None, due_days):
            due = datetime.date.fromisoformat(day)
            Employer.objects.filter(pk=decision.number).update(recheck_due=due)
        for moment in decision.list_marks(_HANDED_IN):
            handed_in = datetime.datetime.fromisoformat(moment)
            Employer.objects.filter(pk=decision.number).update(submitted_at=handed_in)
        changes = EmployerEvent.objects.values_list("changes", flat=True).get(pk=decision.event)  # type: ignore[misc]
        if "checked_name" in changes:
            earlier_name = changes["checked_name"][0]
            Employer.objects.filter(pk=decision.number).update(checked_name=earlier_name)
        undo_employer_with_listings(decision.event, moderator)  # type: ignore[arg-type]
        if "" in due_days:  # it never was verified before; a verified one must have a date
            Employer.objects.filter(pk=decision.number).update(recheck_due=None)


def _verify_case_employer(
    employer: Employer, checks: Sequence[CheckFinding], moderator: User, reason: str
) -> tuple[EmployerEvent, list[str]]:
    """Verify the employer; return the event and the keys by which undo finds the checks and the old due date."""
    earlier_pks = set(employer.checks.values_list("pk", flat=True))
    event = verify_employer_with_listings(employer.pk, checks, moderator, reason)
    new_pks = set(employer.checks.values_list("pk", flat=True)) - earlier_pks
    keys = [f"{_CHECK}{pk}" for pk in sorted(new_pks)]
    keys.append(f"{_DUE}{employer.recheck_due or ''}")
    if employer.submitted_at:
        keys.append(f"{_HANDED_IN}{employer.submitted_at}")
    return event, keys


def _build_message(employer: Employer, action: str, reason: str) -> MemberMessage:
    address, papers = reverse("listings:desk"), reverse("accounts:papers")
    name = employer.name
    match action:
        case S.VERIFIED:
            text = f"下一次复核在 {employer.recheck_due:%Y-%m-%d} 之前。{reason}"
            return MemberMessage("", f"「{name}」通过了认证", text, address, "去发布")
        case S.REJECTED:
            text = f"{reason}\n补好后再提交就行。{_CONTEST}"
            return MemberMessage("", f"「{name}」的认证没有通过", text, address, "去补充")
        case transitions.RENEWAL_REFUSED:
            due = f"到期日是 {employer.recheck_due:%Y-%m-%d}，在那以前兼职照常公开"
            text = f"{reason}\n{due}。补好后再提交复核就行。{_CONTEST}"
            return MemberMessage("", f"「{name}」的复核没有通过", text, papers, "去补充")
        case transitions.UNFROZEN_ACTION:
            is_verified = employer.status == S.VERIFIED
            after = "公开的兼职恢复显示。" if is_verified else "资料和冻结以前一样，可以继续办理。"
            text = f"{reason}\n{after}".strip()
            return MemberMessage("", f"「{name}」已解冻", text, address, "去看看")
        case S.FROZEN:
            text = f"{reason}\n核实期间发布的兼职不公开，核实完会告诉你结果。{_CONTEST}"
            return MemberMessage("", f"「{name}」已冻结，正在核实", text, address, "去看看")
        case _:
            text = f"{reason}\n发布的兼职全部不再公开。{_CONTEST}"
            address = build_appeal_path(employer)
            return MemberMessage("", f"「{name}」已列入黑名单", text, address, "申诉")


def _build_sanction_message(employer: Employer, action: str, reason: str) -> MemberMessage:
    title, text = {
        transitions.WARNED: ("收到一次警告", "再有这样的情况，会暂停发布或冻结单位。" + _CONTEST),
        transitions.UNWARNED: ("的警告已撤回", ""),
        transitions.WATCHED: ("发的兼职要逐条审核", _LOOKED_AT + _CONTEST),
        transitions.UNWATCHED: ("的逐条审核结束了", "新发的兼职不再逐条审核。"),
    }[action]
    until = transitions.find_sanctions(employer.pk).watched_until
    if action == transitions.WATCHED and until:
        text = f"{until:%Y-%m-%d} 以前，{text}"
    words = f"{reason}\n{text}".strip()
    return MemberMessage(
        "", f"「{employer.name}」{title}", words, reverse("listings:desk"), "去看看"
    )
