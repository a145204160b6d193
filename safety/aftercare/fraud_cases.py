"""Fraud cases: opened in the transaction of the removal, withdrawn in that of an upheld appeal."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Employer, User
from listings.models import Listing
from safety.aftercare import other_listings, warnings
from safety.aftercare.blocklist import add_to_blocklist, remove_from_blocklist
from safety.models import FraudCase


def lock_for_removal(listing_id: int) -> None:
    """Lock the employer before the listing: two removals at once wait instead of deadlocking."""
    employer = Listing.objects.filter(pk=listing_id).values("employer")
    list(Employer.objects.filter(pk__in=employer).select_for_update(no_key=True).values("pk"))


def open_fraud_case(listing: Listing, moderator: User, reason: str) -> FraudCase:
    """Open the case of the event that removed this listing: blocklist its contacts, hold the
    employer's other listings, warn people. Calling it again changes nothing."""
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
            },
        )
        add_to_blocklist(listing)
        held_count = other_listings.hold_other_listings(case)
        case.warned = warnings.warn_affected_people(case)
        case.held = held_count if is_new else case.held
        case.save(update_fields=["warned", "held"])
    return case


def withdraw_fraud_case(listing: Listing, reason: str) -> FraudCase | None:
    """Withdraw the open case: forget the contacts, tell the people. None if there is no case."""
    with transaction.atomic():
        cases = FraudCase.objects.select_for_update(of=("self",)).filter(listing=listing)
        case = cases.filter(withdrawn_at=None).order_by("-pk").first()
        if case is None:
            return None
        case.withdrawn_at, case.withdrawn_because = timezone.now(), reason[:300]
        case.save(update_fields=["withdrawn_at", "withdrawn_because"])
        remove_from_blocklist(listing)
        warnings.send_corrections(case)
    return case
