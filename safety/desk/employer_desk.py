"""What a moderator can decide of an employer, and what its people are told."""

import datetime

from django.urls import reverse

from accounts.member_notices import MemberMessage, build_member_messages
from accounts.models import Employer, EmployerCheck
from accounts.models import EmployerStatus as S
from accounts.submitting import is_waiting
from listings import standing
from safety.choices import CaseKind
from safety.deciding import Deed, Refused, register
from safety.desk import cases

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


def actions(employer) -> tuple[str, ...]:
    """One that is verified and asks for its renewal in good time is verified anew."""
    renewal = employer.status == S.VERIFIED and is_waiting(employer)
    return ((S.VERIFIED,) if renewal else ()) + _ACTIONS.get(employer.status, ())


def seen(employer) -> str:
    """What a moderator looked at: another status, event or paper makes it stale."""
    last = employer.events.order_by("-pk").values_list("pk", flat=True).first()
    paper = employer.documents.order_by("-pk").values_list("pk", flat=True).first()
    return f"{employer.status}.{last or 0}.{paper or 0}"


class EmployerDesk:
    final: frozenset[str] = frozenset({S.BANNED})
    needs_reason: frozenset[str] = frozenset({S.REJECTED, S.FROZEN, S.BANNED})

    def carry_out(self, number, action, moderator, reason, *, seen="", checks=(), **_more):
        """`checks` are (kind, method, last day or None) of what was looked at just now."""
        employer = Employer.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if employer is None:
            raise Refused("没有这家单位。")
        if seen and seen != _seen(employer):
            raise Refused(STALE)
        if action not in actions(employer):
            raise Refused(f"「{employer.get_status_display()}」的单位现在不能这样处理。")
        since = employer.submitted_at if is_waiting(employer) else None
        if action == S.VERIFIED:
            event, keys = _verify(employer, checks, moderator, reason)
        else:
            to = S.VERIFIED if action == "unfrozen" else action
            event, keys = standing.move_employer(employer.pk, to, moderator, reason), []
        return Deed(event.pk, _build_notices(event.employer, action, reason), since, keys)

    def undo(self, decision, moderator):
        """What was noted as checked by the decision goes with it."""
        checks = [int(key.removeprefix(_CHECK)) for key in _of(decision, _CHECK)]
        EmployerCheck.objects.filter(employer=decision.number, pk__in=checks).delete()
        for day in _of(decision, _DUE):
            due = datetime.date.fromisoformat(day.removeprefix(_DUE))
            Employer.objects.filter(pk=decision.number).update(recheck_due=due)
        standing.undo_employer(decision.event, moderator)

    def name(self, number):
        return Employer.objects.filter(pk=number).values_list("name", flat=True).first() or number

    def queue(self, moderator):
        return cases.employers().values_list("pk", flat=True)[:200]


_seen = seen


def _of(decision, start):
    return [key for key in decision.keys if key.startswith(start)]


def _verify(employer, checks, moderator, reason):
    before = set(employer.checks.values_list("pk", flat=True))
    found = [
        {"kind": kind, "method": method, "expires_on": until} for kind, method, until in checks
    ]
    event = standing.verify_employer(employer.pk, found, moderator, reason)
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


register(CaseKind.EMPLOYER, EmployerDesk())
