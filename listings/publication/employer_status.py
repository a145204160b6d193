"""An employer's status with what it does to its listings, in one transaction."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.employers import transitions
from accounts.models import Employer, EmployerCheck, EmployerEvent, EmployerStatus
from accounts.verification import employer_checks as checking
from listings.search import search_index as index


def move_employer_with_listings(
    employer_id: int, to: str, actor, reason: str = ""
) -> EmployerEvent:
    """As `accounts.transitions.move_listing`; the search rows and cards of its listings follow."""
    with transaction.atomic():
        event = transitions.change_employer_status(employer_id, to, actor, reason)
        index.refresh_employer(event.employer)
    return event


def verify_employer_with_listings(
    employer_id: int, checks: Iterable[checking.CheckFinding], reviewer, reason: str = ""
) -> EmployerEvent:
    """As `accounts.checking.verify`; what was checked stands on the cards."""
    with transaction.atomic():
        event = checking.verify_employer_papers(employer_id, checks, reviewer, reason)
        index.refresh_employer(event.employer)
    return event


def add_check_with_listings(
    employer_id: int, check: checking.CheckFinding, reviewer
) -> EmployerCheck:
    """As `accounts.checking.add_check`."""
    with transaction.atomic():
        made = checking.add_check(employer_id, check, reviewer)
        index.refresh_employer(made.employer)
    return made


def undo_employer_with_listings(event_id: int, actor) -> EmployerEvent:
    with transaction.atomic():
        event = transitions.undo_employer_event(event_id, actor)
        index.refresh_employer(event.employer)
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
        except transitions.EmployerMoveRefused:  # somebody was faster
            continue
        done += 1
    return done
