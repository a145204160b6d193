"""Cases that a moderator puts aside: skipped (for oneself, until tomorrow) or deferred with a reason.

They stay in the queue. The next case is one that nobody put aside, then one that the moderator
skipped, then one that others deferred or handed to the senior moderators. A moderator who deferred a
case still finds it in the queue before its day comes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from safety.case_queues.escalations import is_senior, list_escalations
from safety.models import Decision, Escalation, Postponement
from sitekit.forms.fields import WordsField
from sitekit.workflow.periods import get_midnight

DAYS_TO_POSTPONE = {"1": "明天", "3": "三天后", "7": "一周后"}


class DeferForm(forms.Form):
    days = forms.ChoiceField(label="推迟到", choices=list(DAYS_TO_POSTPONE.items()))
    why = WordsField(
        label="为什么",
        max_length=100,
        error_messages={"required": "写一句为什么推迟，同事看得到，比如：等单位回电话。"},
        widget=forms.TextInput({"placeholder": "比如 等单位回电话"}),
    )


def get_start_of_day(days_ahead: int) -> datetime:
    """Return the first moment of the day that is so many days ahead; 0 is today."""
    return get_midnight(timezone.localdate() + timedelta(days=days_ahead))


def skip_case(kind: str, numbers: Iterable[int], moderator: User) -> None:
    _save_postponements(kind, numbers, moderator, get_start_of_day(1), "")


def defer_case(
    kind: str, numbers: Iterable[int], moderator: User, days_ahead: int, reason: str
) -> None:
    """Offer the cases to this moderator again only from the start of the day after `days_ahead` days."""
    _save_postponements(kind, numbers, moderator, get_start_of_day(days_ahead), reason)


def _save_postponements(
    kind: str, numbers: Iterable[int], moderator: User, until: datetime, reason: str
) -> None:
    now = timezone.now()
    for number in numbers:
        Postponement.objects.update_or_create(
            kind=kind,
            number=number,
            moderator=moderator,
            defaults={"until": until, "reason": reason, "created_at": now, "ended_by": None},
        )


def resume_case(kind: str, numbers: Iterable[int], moderator: User) -> None:
    """Forget that this moderator put the case aside."""
    Postponement.objects.filter(kind=kind, number__in=list(numbers), moderator=moderator).delete()


def list_postponements(at: datetime) -> QuerySet[Postponement]:
    """Return the postponements that hold at this moment."""
    return Postponement.objects.filter(until__gt=at, ended_by=None)


def end_putting_aside(decision: Decision, numbers: Collection[int]) -> None:
    """End the postponements and escalations of the decided case and of the cases decided together with it."""
    for model in (Postponement, Escalation):
        rows = model._default_manager.filter(kind=decision.kind, number__in=numbers)
        rows.filter(ended_by=None).update(ended_by=decision)


def restore_putting_aside(decision: Decision) -> None:
    """Restore the postponements and escalations that an undone decision had ended."""
    for model in (Postponement, Escalation):
        rows = model._default_manager.filter(kind=decision.kind, ended_by=decision)
        rows.update(ended_by=None)


@dataclass(frozen=True)
class CasesPutAside:
    """The cases of a kind that are put aside now, from the view of one moderator."""

    moderator: User
    by_number: dict[int, list[Postponement]] = field(default_factory=dict)
    escalated: dict[int, Escalation] = field(default_factory=dict)
    is_senior: bool = False

    @property
    def own(self) -> set[int]:
        return {number for number, rows in self.by_number.items() if any(map(self.is_own, rows))}

    @property
    def skipped(self) -> list[int]:
        """The cases that the moderator skipped, the longest ago first."""
        rows = [row for row in self._list_own_rows() if not row.reason]
        return [row.number for row in sorted(rows, key=lambda row: (row.created_at, row.pk))]

    @property
    def deferred_by_others(self) -> set[int]:
        return {
            number
            for number, rows in self.by_number.items()
            if number not in self.own and any(row.reason for row in rows)
        }

    @property
    def left_to_others(self) -> set[int]:
        """The cases that are offered last: others deferred them, or they wait for a senior moderator."""
        for_seniors = set() if self.is_senior else self.escalated.keys() - self.own
        return self.deferred_by_others | for_seniors

    @property
    def left_out(self) -> set[int]:
        """The cases that are offered only after all others."""
        return self.own | self.left_to_others

    def is_own(self, row: Postponement) -> bool:
        return row.moderator_id == self.moderator.pk

    def list_of(self, number: int | None) -> list[Postponement]:
        """Return the postponements of a case that the moderator sees: their own, and the deferrals of others."""
        rows = self.by_number.get(number, []) if number is not None else []
        return [row for row in rows if row.reason or self.is_own(row)]

    def get_own(self, number: int | None) -> Postponement | None:
        return next(filter(self.is_own, self.list_of(number)), None)

    def get_escalation(self, number: int | None) -> Escalation | None:
        return self.escalated.get(number) if number is not None else None

    def attach_to(self, rows: Sequence[Any]) -> None:
        """Set `case_number`, `put_aside`, `own_postponement` and `escalation` on the rows of a queue."""
        for row in rows:
            row.case_number = row.pk
            row.put_aside = self.list_of(row.pk)
            row.own_postponement = self.get_own(row.pk)
            row.escalation = self.get_escalation(row.pk)

    def list_stages(self) -> list[Q]:
        """Return the conditions of the stages in which cases are offered as the next one, in order."""
        return [
            ~Q(pk__in=self.left_out),
            Q(pk__in=self.skipped),
            Q(pk__in=self.left_to_others),
        ]

    def _list_own_rows(self) -> list[Postponement]:
        return [row for rows in self.by_number.values() for row in rows if self.is_own(row)]


def find_cases_put_aside(kind: str, moderator: User) -> CasesPutAside:
    by_number: dict[int, list[Postponement]] = defaultdict(list)
    for row in list_postponements(timezone.now()).filter(kind=kind).select_related("moderator"):
        by_number[row.number].append(row)
    escalated = {row.number: row for row in list_escalations(kind)}
    return CasesPutAside(moderator, dict(by_number), escalated, is_senior(moderator))
