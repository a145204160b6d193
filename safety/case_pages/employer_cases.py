"""The other cases of an employer that wait beside one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.models import Employer, User
from accounts.staff.scope import get_staff_scope
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.desk_layout import count_rows


class EmployerCases(NamedTuple):
    """How many cases of one queue concern the employer, and where they stand together."""

    label: str
    number: int
    address: str


def list_employer_cases(
    employer: Employer | None, moderator: User, kind: str = "", number: int = 0
) -> list[EmployerCases]:
    """Return the queues with cases of this employer that lie where the moderator's rights hold, not
    counting the one named; two queries."""
    if employer is None:
        return []
    scope = get_staff_scope(moderator)
    waiting = {
        case_type: case_type.list_cases_in(scope).filter(
            case_type.build_employer_condition(employer)
        )
        for case_type in CASE_TYPES.values()
    }
    waiting = {
        case_type: cases.exclude(pk=number) if case_type.kind == kind else cases
        for case_type, cases in waiting.items()
    }
    columns: dict[str, Any] = {
        f"n_{case_type.kind}": count_rows(cases) for case_type, cases in waiting.items()
    }
    row: Mapping[str, Any] = Employer.objects.filter(pk=employer.pk).values(**columns).get()
    return [
        EmployerCases(
            case_type.queue_label,
            row[f"n_{case_type.kind}"],
            reverse("desk:employer_cases", args=[employer.pk]),
        )
        for case_type in waiting
        if row[f"n_{case_type.kind}"]
    ]
