"""Cases that a moderator hands to the senior moderators, with the reason.

They stay in the queue. Other moderators are offered them last; a senior moderator may filter for them.
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
    """Hand over a case, the first of `numbers`, and the cases that are put aside together with it. If a colleague
    handed over a case before, that escalation stays: for the first case it is returned, and the new reason becomes a
    note."""
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
    """Write the reason as a note, once even if the button is pressed twice."""
    if not list_case_notes(kind, number).filter(author=moderator, words=words).exists():
        add_case_note(kind, number, moderator, words)


def return_escalated_cases(kind: str, numbers: Sequence[int], moderator: User) -> None:
    """Give the cases back to all moderators. Why they were handed over becomes a note on the first case."""
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
    """End the escalations of cases that do not wait any more though nobody decided them, for instance because a text
    was withdrawn; they do not concern the next text. Who handed a case over, and why, becomes a note on it. Return how
    many ended."""
    with transaction.atomic():
        # Rows that are locked, because the case is decided or given back now, are left to the next run.
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
    """Return the escalations of a kind of case that hold now."""
    return Escalation.objects.filter(kind=kind, ended_by=None).select_related("moderator")


def build_escalation_condition(kind: str, filters: QueueFilter, path: str = "pk") -> Q:
    """Return the condition that a case is handed over, if the filter asks for that; `path` leads to its number."""
    if not filters.escalated:
        return Q()
    return Q(**{f"{path}__in": list_escalations(kind).order_by().values("number")})
