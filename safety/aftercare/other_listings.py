"""The other listings of an employer of a fraud: held until a moderator has checked each.

Waiting ones go on waiting, and the desk shows the fraud. Moderators decide about the employer itself.
"""

from django.db.models import QuerySet

from accounts.models import Employer
from listings.models import Listing
from listings.publication.transitions import hold_listings
from safety.models import FraudCase

HOLD_REASON = "同一单位的另一条兼职被查实涉诈，先收起来，由审核员逐条重新看。"


def hold_other_listings(case: FraudCase) -> int:
    """Hold the employer's other public listings; return how many."""
    employer = case.listing.employer_id
    if employer is None:
        return 0
    other_listings = Listing.objects.filter(employer=employer).exclude(pk=case.listing_id)
    return hold_listings(other_listings, case.moderator, HOLD_REASON)


def list_employer_fraud_cases(
    employer: Employer | None, but: Listing | None = None
) -> QuerySet[FraudCase]:
    """Return the cases against an employer that were not withdrawn, newest first."""
    if employer is None:
        return FraudCase.objects.none()
    fraud_cases = FraudCase.objects.filter(listing__employer=employer, withdrawn_at=None)
    return fraud_cases.exclude(listing=but).select_related("listing") if but else fraud_cases
