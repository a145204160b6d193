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
    """Lock the employers before any of their listings, so that two removals or appeals at the same time wait
    for each other instead of deadlocking. The lock is as strong as the lock of the moves that follow: a stronger
    lock later could deadlock with a transaction that adds a row to the employer."""
    employers = Listing.objects.filter(pk__in=listing_ids).values("employer")
    rows = Employer.objects.filter(pk__in=employers).order_by("pk")
    list(rows.select_for_update(of=("self",)).values("pk"))


def open_fraud_case(
    listing: Listing, moderator: User, reason: str, not_frozen_because: str = ""
) -> FraudCase:
    """Open a fraud case for the event that removed this listing: blocklist its contacts, hold the
    employer's other listings, freeze the employer and warn the affected people. Calling it again changes nothing.
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
    """Whether the employer is frozen, and the fraud case of this listing is what froze it last."""
    case = FraudCase.objects.filter(listing=listing, withdrawn_at=None).order_by("-pk").first()
    return listing is not None and case is not None and is_frozen_by(case)


def withdraw_fraud_case(listing: Listing, actor: User, reason: str) -> Withdrawal | None:
    """Withdraw the open fraud case of the listing: forget its contacts, restore what the case took from the
    employer, and correct the warnings. Return None if there is no open case."""
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
        # Before the listings are released: the notices of that say whether the employer is still frozen.
        is_unfrozen = unfreeze_employer(case, actor, reason)
        released = other_listings.release_other_listings(case, actor, reason)
        return Withdrawal(case, is_unfrozen, released)


def _leave_to_remaining_case(case: FraudCase) -> None:
    """If another case against the employer still stands, hand over to it what this case held and froze: that case
    would have done the same. The withdrawn case is not saved, so its record stays as it was."""
    employer = case.listing.employer
    remaining = other_listings.list_employer_fraud_cases(employer, case.listing).first()
    if remaining is None:
        return
    remaining.holds, case.holds = [*remaining.holds, *case.holds], []
    if not remaining.not_frozen_because and not remaining.freeze:
        remaining.freeze, case.freeze = case.freeze, None
    remaining.save(update_fields=["holds", "freeze"])
