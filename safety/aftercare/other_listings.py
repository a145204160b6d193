"""After a fraud the other listings of the same employer are held until a moderator has checked each one.

Listings that wait for a decision go on waiting, and the desk shows the fraud beside them. A listing that was held
before the case keeps that hold.
"""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Employer, User
from listings.choices import IN_PUBLIC, ListingStatus
from listings.models import Listing, ListingEvent
from listings.publication.bulk_transitions import hold_listings, release_listings
from listings.publication.transitions import list_hold_events
from safety.aftercare.paused_sign_ups import (
    count_open_sign_ups,
    list_withdrawn,
    notify_paused,
    notify_released,
)
from safety.models import FraudCase

HOLD_REASON = "同一单位的另一条兼职被查实涉诈，先收起来，由审核员逐条重新看。"


def list_public_listings(listing: Listing) -> QuerySet[Listing]:
    """Return the other public listings of the same employer; none for a repost, which has no employer."""
    others = Listing.objects.filter(employer=listing.employer_id, employer__isnull=False)
    return others.filter(status__in=IN_PUBLIC).exclude(pk=listing.pk)


def count_consequences(listing: Listing) -> tuple[int, int]:
    """Return how many other listings a case would hold, and how many people it would notify of the holds."""
    others = list_public_listings(listing)
    return others.count(), count_open_sign_ups(others | list_withdrawn(listing))


def hold_other_listings(case: FraudCase) -> None:
    """Hold the employer's other public listings and notify the people who signed up; write both on the case."""
    events = hold_listings(list_public_listings(case.listing), case.moderator, HOLD_REASON)
    case.holds, case.held = [event.pk for event in events], len(events)
    case.paused = notify_paused(case, [event.listing_id for event in events])


def release_other_listings(case: FraudCase, actor: User, reason: str) -> list[int]:
    """Restore the listings that the case still holds, and notify the people who were told of the hold.
    Return the numbers of the restored listings."""
    holds = ListingEvent.objects.filter(pk__in=case.holds)
    events = release_listings(holds, actor, reason)
    released = [event.listing_id for event in events]
    notify_released(case, released)
    return released


def count_still_held(case: FraudCase) -> int:
    """Return how many listings are still held by the hold that the case made."""
    newest = list_hold_events(OuterRef("listing")).values("pk")[:1]
    holds = ListingEvent.objects.filter(pk__in=case.holds, pk=Subquery(newest))
    return holds.filter(listing__status=ListingStatus.HELD).count()


def list_employer_fraud_cases(
    employer: Employer | None, excluded_listing: Listing | None = None
) -> QuerySet[FraudCase]:
    """Return the cases against an employer that were not withdrawn, newest first."""
    if employer is None:
        return FraudCase.objects.none()
    fraud_cases = FraudCase.objects.filter(listing__employer=employer, withdrawn_at=None)
    return (
        fraud_cases.exclude(listing=excluded_listing).select_related("listing")
        if excluded_listing
        else fraud_cases
    )
