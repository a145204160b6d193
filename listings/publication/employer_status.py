"""Changes of an employer together with the search rows of its listings, in one transaction."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.employers.transitions import (
    EmployerMoveRefused,
    change_employer_status,
    undo_employer_event,
)
from accounts.models import Employer, EmployerCheck, EmployerEvent, EmployerStatus, User
from accounts.verification.employer_checks import CheckFinding, add_check, verify_employer_papers
from listings.search.search_index import refresh_employer


def move_employer_with_listings(
    employer_id: int, to: str, actor: User | None, reason: str = ""
) -> EmployerEvent:
    """`change_employer_status`, then refresh the search rows and cards of its listings."""
    with transaction.atomic():
        event = change_employer_status(employer_id, to, actor, reason)
        refresh_employer(event.employer)
    return event


def verify_employer_with_listings(
    employer_id: int, checks: Iterable[CheckFinding], reviewer: User, reason: str = ""
) -> EmployerEvent:
    """`verify_employer_papers`, then refresh the search rows and cards, which show the checks."""
    with transaction.atomic():
        event = verify_employer_papers(employer_id, checks, reviewer, reason)
        refresh_employer(event.employer)
    return event


def add_check_with_listings(employer_id: int, check: CheckFinding, reviewer: User) -> EmployerCheck:
    with transaction.atomic():
        employer_check = add_check(employer_id, check, reviewer)
        refresh_employer(employer_check.employer)
    return employer_check


def undo_employer_with_listings(event_id: int, actor: User | None) -> EmployerEvent:
    with transaction.atomic():
        event = undo_employer_event(event_id, actor)
        refresh_employer(event.employer)
    return event


def lapse_overdue_employers(limit: int = 200) -> int:
    """Move verified employers whose re-check date is past to lapsed; return how many.

    Their listings are hidden by date already; this brings the status in line.
    """
    overdue = Employer.objects.filter(
        status=EmployerStatus.VERIFIED, recheck_due__lt=timezone.localdate()
    )
    lapsed = 0
    for pk in overdue.order_by("pk").values_list("pk", flat=True)[:limit]:
        try:
            move_employer_with_listings(pk, EmployerStatus.LAPSED, None, "到期未复核")
        except EmployerMoveRefused:  # moved by another process meanwhile
            continue
        lapsed += 1
    return lapsed
