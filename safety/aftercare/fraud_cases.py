"""Fraud cases: opened in the transaction of the removal, withdrawn in that of an upheld appeal."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import Employer, User
from listings.copies.fraud_contacts import learn_fraud_contacts
from listings.models import Listing
from safety.aftercare import other_listings, warnings
from safety.aftercare.employer_freeze import freeze_employer, is_frozen_by, unfreeze_employer
from safety.models import FraudCase
from screening.contacts.known_contacts import forget_contacts


class Withdrawal(NamedTuple):
    """What the withdrawal of a case gave back."""

    case: FraudCase
    is_unfrozen: bool
    released: list[int]  # other listings


def lock_listing_employers(listing_ids: Iterable[int]) -> None:
    """Lock the employers before any of their listings: two removals or appeals at once wait instead of
    deadlocking. As strong as the lock of its own moves, which follow: a stronger one later could
    deadlock with whoever adds a row to the employer."""
    employers = Listing.objects.filter(pk__in=listing_ids).values("employer")
    rows = Employer.objects.filter(pk__in=employers).order_by("pk")
    list(rows.select_for_update(of=("self",)).values("pk"))


def open_fraud_case(
    listing: Listing, moderator: User, reason: str, not_frozen_because: str = ""
) -> FraudCase:
    """Open the case of the event that removed this listing: blocklist its contacts, hold the
    employer's other listings, freeze the employer, warn people. Calling it again changes nothing.
    """
    with transaction.atomic():
        case, is_new = FraudCase.objects.get_or_create(
            event=listing.last_event.pk,
            defaults={
                "listing": listing,
                "fraud_type": listing.fraud_type,
                "moderator": moderator,
                "reason": reason[:300],
                "reveals": listing.reveals.count(),
                "sign_ups": listing.applications.count(),
                "not_frozen_because": not_frozen_because[:200],
            },
        )
        learn_fraud_contacts(listing)
        if is_new:
            other_listings.hold_other_listings(case)
            freeze_employer(case)
        case.warned = warnings.warn_affected_people(case)
        case.save()
    return case


def is_frozen_by_removal(listing: Listing | None) -> bool:
    """Whether its employer is frozen by the case of this listing, and by nothing since."""
    case = FraudCase.objects.filter(listing=listing, withdrawn_at=None).order_by("-pk").first()
    return listing is not None and case is not None and is_frozen_by(case)


def withdraw_fraud_case(listing: Listing, actor: User, reason: str) -> Withdrawal | None:
    """Withdraw the open case: forget the contacts, give back what the case took from the employer,
    tell the people. None if there is no case."""
    with transaction.atomic():
        cases = FraudCase.objects.select_for_update(of=("self",)).filter(listing=listing)
        case = cases.filter(withdrawn_at=None).order_by("-pk").first()
        if case is None:
            return None
        case.withdrawn_at, case.withdrawn_because = timezone.now(), reason[:300]
        case.save(update_fields=["withdrawn_at", "withdrawn_because"])
        forget_contacts(listing.pk)
        warnings.send_corrections(case)
        _leave_to_remaining_case(case)
        is_unfrozen = unfreeze_employer(
            case, actor, reason
        )  # first: who signed up reads what is shown now
        released = other_listings.release_other_listings(case, actor, reason)
        return Withdrawal(case, is_unfrozen, released)


def _leave_to_remaining_case(case: FraudCase) -> None:
    """Leave what this case held and froze to another case against the employer that still stands, which would have
    done the same. The withdrawn case is not saved and keeps its record."""
    employer = case.listing.employer
    remaining = other_listings.list_employer_fraud_cases(employer, case.listing).first()
    if remaining is None:
        return
    remaining.holds, case.holds = [*remaining.holds, *case.holds], []
    if not remaining.not_frozen_because and not remaining.freeze:
        remaining.freeze, case.freeze = case.freeze, None
    remaining.save(update_fields=["holds", "freeze"])
