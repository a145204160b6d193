"""Cases that a moderator hands to the senior moderators, with the reason.

They stay in the queue. Who is no senior is offered them last; a senior may filter for them.
"""

from collections.abc import Collection, Iterable

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from safety.models import Decision, Escalation, QueueFilter
from sitekit.forms.fields import WordsField

SENIOR_PERMISSION = "safety.take_escalations"


class EscalationForm(forms.Form):
    reason = WordsField(
        label="为什么要组长看",
        max_length=200,
        error_messages={"required": "写一句为什么要组长来定，比如：两条规则说的不一样。"},
        widget=forms.TextInput({"placeholder": "比如 拿不准算不算中介收费"}),
    )


def is_senior(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(SENIOR_PERMISSION)


def escalate_cases(kind: str, numbers: Iterable[int], moderator: User, reason: str) -> None:
    for number in numbers:
        Escalation.objects.update_or_create(
            kind=kind,
            number=number,
            defaults={
                "moderator": moderator,
                "reason": reason,
                "created_at": timezone.now(),
                "ended_by": None,
            },
        )


def return_escalated_cases(kind: str, numbers: Iterable[int]) -> None:
    """Give the cases back to all moderators."""
    Escalation.objects.filter(kind=kind, number__in=list(numbers)).delete()


def list_escalations(kind: str) -> QuerySet[Escalation]:
    """Return those of a kind of case that hold now."""
    return Escalation.objects.filter(kind=kind, ended_by=None).select_related("moderator")


def build_escalation_condition(kind: str, filters: QueueFilter, path: str = "pk") -> Q:
    """`path` leads to the number of a case."""
    if not filters.escalated:
        return Q()
    return Q(**{f"{path}__in": list_escalations(kind).order_by().values("number")})


def end_escalations(decision: Decision, numbers: Collection[int]) -> None:
    """End those of the case and of what was decided along with it."""
    rows = Escalation.objects.filter(kind=decision.kind, number__in=numbers, ended_by=None)
    rows.update(ended_by=decision)


def restore_escalations(decision: Decision) -> None:
    Escalation.objects.filter(kind=decision.kind, ended_by=decision).update(ended_by=None)
