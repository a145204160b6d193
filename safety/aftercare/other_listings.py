"""The other listings of an employer of whom one was a fraud: out of sight until each was looked at.

Those that wait go on waiting; the desk says why they need a closer look. What becomes of the
employer itself a moderator decides.
"""

from accounts.models import Employer
from listings.models import Listing
from listings.publication.transitions import hold_all
from safety.models import FraudCase

WORDS = "同一单位的另一条兼职被查实涉诈，先收起来，由审核员逐条重新看。"


def hold_other_listings(case: FraudCase) -> int:
    """How many of the employer's listings that stood in public are held now."""
    employer = case.listing.employer_id
    if employer is None:
        return 0
    rest = Listing.objects.filter(employer=employer).exclude(pk=case.listing_id)
    return hold_all(rest, case.moderator, WORDS)


def list_employer_fraud_cases(employer: Employer | None, but: Listing | None = None):
    """Cases that stand against an employer, newest first."""
    if employer is None:
        return FraudCase.objects.none()
    found = FraudCase.objects.filter(listing__employer=employer, withdrawn_at=None)
    return found.exclude(listing=but).select_related("listing") if but else found
