"""An employer's status with what it does to its listings, in one transaction."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.employers.transitions import (
    EmployerMoveRefused,
    change_employer_status,
    undo_employer_event,
)
from accounts.models import Employer, EmployerCheck, EmployerEvent, EmployerStatus
from accounts.verification.employer_checks import CheckFinding, add_check, verify_employer_papers
from listings.search.search_index import refresh_employer


def move_employer_with_listings(
    employer_id: int, to: str, actor, reason: str = ""
) -> EmployerEvent:
    """As `accounts.transitions.move_listing`; the search rows and cards of its listings follow."""
    with transaction.atomic():
        event = change_employer_status(employer_id, to, actor, reason)
        refresh_employer(event.employer)
    return event


def verify_employer_with_listings(
    employer_id: int, checks: Iterable[CheckFinding], reviewer, reason: str = ""
) -> EmployerEvent:
    """As `accounts.checking.verify`; what was checked stands on the cards."""
    with transaction.atomic():
        event = verify_employer_papers(employer_id, checks, reviewer, reason)
        refresh_employer(event.employer)
    return event


def add_check_with_listings(employer_id: int, check: CheckFinding, reviewer) -> EmployerCheck:
    """As `accounts.checking.add_check`."""
    with transaction.atomic():
        made = add_check(employer_id, check, reviewer)
        refresh_employer(made.employer)
    return made


def undo_employer_with_listings(event_id: int, actor) -> EmployerEvent:
    with transaction.atomic():
        event = undo_employer_event(event_id, actor)
        refresh_employer(event.employer)
    return event


def lapse_overdue_employers(limit: int = 200) -> int:
    """Verified employers whose re-check is past become lapsed; how many.

    Their listings left the public pages by the clock before: this makes the status say so.
    """
    overdue = Employer.objects.filter(
        status=EmployerStatus.VERIFIED, recheck_due__lt=timezone.localdate()
    )
    done = 0
    for pk in overdue.order_by("pk").values_list("pk", flat=True)[:limit]:
        try:
            move_employer_with_listings(pk, EmployerStatus.LAPSED, None, "到期未复核")
        except EmployerMoveRefused:  # somebody was faster
            continue
        done += 1
    return done
