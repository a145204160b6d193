"""Cases that a moderator hands to the senior moderators, with the reason.

They stay in the queue. Who is no senior is offered them last; a senior may filter for them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from safety.case_queues.case_notes import add_case_note, list_case_notes
from safety.models import CaseNote, Escalation, QueueFilter
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


def escalate_cases(
    kind: str, numbers: Sequence[int], moderator: User, reason: str
) -> Escalation | None:
    """Hand over a case, the first of them, and those that are put aside along with it. What a colleague handed over
    before stays so: of the first that one is returned, and the reason becomes a note of it."""
    rows = list_escalations(kind).filter(number__in=numbers)
    earlier = {row.number: row for row in rows if row.moderator_id != moderator.pk}
    for number in numbers:
        if number in earlier:
            continue
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
    if numbers[0] in earlier:
        _note_reason(kind, numbers[0], moderator, f"也要交给组长：{reason}")
    return earlier.get(numbers[0])


def _note_reason(kind: str, number: int, moderator: User, words: str) -> None:
    """Once: the button may be pressed twice."""
    if not list_case_notes(kind, number).filter(author=moderator, words=words).exists():
        add_case_note(kind, number, moderator, words)


def return_escalated_cases(kind: str, numbers: Sequence[int], moderator: User) -> None:
    """Give the cases back to all moderators; why they were handed over becomes a note of the first of them."""
    with transaction.atomic():
        rows = list_escalations(kind).filter(number__in=numbers)
        rows = rows.select_for_update(of=("self",)).order_by("number")
        reasons = {row.number: row.reason for row in rows}
        Escalation.objects.filter(kind=kind, number__in=numbers).delete()
        reason = reasons.get(numbers[0]) or next(iter(reasons.values()), "")
        if reason:
            words = f"退回给大家。交给组长的原因是：{reason}"
            add_case_note(kind, numbers[0], moderator, words)


def end_escalations(
    kind: str, find_waiting_numbers: Callable[[Iterable[int]], Collection[int]]
) -> int:
    """End those of cases that wait no more though nobody decided them, as when a text was withdrawn: the next text
    is another matter. Who handed a case over, and why, becomes a note of it. Return how many ended."""
    with transaction.atomic():
        # Of what is decided or given back at this moment the next run takes care.
        rows = list_escalations(kind).select_for_update(of=("self",), skip_locked=True)
        waiting_numbers = find_waiting_numbers([row.number for row in rows])
        past = [row for row in rows if row.number not in waiting_numbers]
        notes = [
            CaseNote(
                kind=kind,
                number=row.number,
                author=row.moderator,
                words=f"交给过组长：{row.reason}",
                created_at=row.created_at,
            )
            for row in past
        ]
        CaseNote.objects.bulk_create(notes)
        Escalation.objects.filter(pk__in=[row.pk for row in past]).delete()
    return len(past)


def list_escalations(kind: str) -> QuerySet[Escalation]:
    """Return those of a kind of case that hold now."""
    return Escalation.objects.filter(kind=kind, ended_by=None).select_related("moderator")


def build_escalation_condition(kind: str, filters: QueueFilter, path: str = "pk") -> Q:
    """`path` leads to the number of a case."""
    if not filters.escalated:
        return Q()
    return Q(**{f"{path}__in": list_escalations(kind).order_by().values("number")})
