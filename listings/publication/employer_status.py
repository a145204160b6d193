"""Changes of an employer together with the search rows of its listings, in one transaction."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from accounts.employers.membership import lock_employer
from accounts.employers.transitions import (
    change_employer_status,
    restore_frozen_employer,
    undo_employer_event,
)
from accounts.models import Employer, EmployerCheck, EmployerEvent, EmployerStatus
from accounts.verification.employer_checks import lapse_employer, verify_employer_papers
from listings.models import ListingSearch
from listings.search.search_index import CHECKS, refresh_employer


def _refresh_listings_after[**Arguments](
    change: Callable[Arguments, EmployerEvent],
) -> Callable[Arguments, EmployerEvent]:
    """Return the change followed by new search rows and cards, which show status and checks."""

    @transaction.atomic
    @wraps(change)
    def change_with_listings(*args: Arguments.args, **kwargs: Arguments.kwargs) -> EmployerEvent:
        event = change(*args, **kwargs)
        refresh_employer(event.employer)
        return event

    return change_with_listings


move_employer_with_listings = _refresh_listings_after(change_employer_status)
restore_employer_with_listings = _refresh_listings_after(restore_frozen_employer)
verify_employer_with_listings = _refresh_listings_after(verify_employer_papers)
undo_employer_with_listings = _refresh_listings_after(undo_employer_event)


def refresh_changed_employer(employer: Employer, **_signal: object) -> None:
    """Receiver of `employer_facts_changed`."""
    refresh_employer(employer)


def lapse_overdue_employers(limit: int = 200) -> int:
    """Move verified employers whose re-check date is past to lapsed; return how many.

    Their listings are hidden by date already; this brings the status in line.
    """
    overdue = Employer.objects.filter(
        status=EmployerStatus.VERIFIED, recheck_due__lt=timezone.localdate()
    )
    numbers = overdue.order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(_lapse_with_listings(pk) for pk in numbers)


@transaction.atomic
def _lapse_with_listings(employer_id: int) -> bool:
    """Return whether it lapsed; not if another process was first."""
    event = lapse_employer(employer_id)
    if event:
        refresh_employer(event.employer)
    return event is not None


def refresh_rows_of_expired_checks(limit: int = 200) -> int:
    """Write the rows and cards anew that still tell of a check which has run out; return of how many employers.

    What the verification rests on ends it as a whole; a visit may run out before that.
    """
    numbers = list(_list_outdated_employers()[:limit])
    for number in numbers:
        with transaction.atomic():
            refresh_employer(lock_employer(number))
    return len(numbers)


def _list_outdated_employers() -> QuerySet[EmployerCheck, int]:
    today = timezone.localdate()
    same = EmployerCheck.objects.filter(
        employer=OuterRef("employer"), kind=OuterRef("kind"), ended_on=None
    )
    valid = same.exclude(expires_on__lt=today)
    bit = Case(*(When(kind=kind, then=Value(number)) for kind, number in CHECKS.items()))
    shared_bits = CombinedExpression(F("checks"), "&", OuterRef("bit"), output_field=IntegerField())
    rows = ListingSearch.objects.filter(listing__employer=OuterRef("employer"))
    rows_with_it = rows.alias(shared_bits=shared_bits).filter(shared_bits__gt=0)
    expired = EmployerCheck.objects.filter(expires_on__lt=today, ended_on=None, kind__in=CHECKS)
    outdated = expired.alias(bit=bit).filter(~Exists(valid), Exists(rows_with_it))
    return outdated.order_by("employer").values_list("employer", flat=True).distinct()
