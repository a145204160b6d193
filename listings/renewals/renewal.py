"""A later last day for a listing in public; its text is submitted again and judged like any edit."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.models import Listing, ListingDraft
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.completeness import MAX_LISTING_DURATION
from listings.publication.transitions import find_waiting_revision

USUAL_VALIDITY = datetime.timedelta(days=30)


def get_usual_last_day() -> datetime.date:
    return timezone.localdate() + USUAL_VALIDITY


def find_next_last_day(listing: Listing) -> datetime.date | None:
    """Return until when a renewal without a question lasts; None if the work itself ends before."""
    until = get_usual_last_day()
    if listing.end_date:
        until = min(until, listing.end_date)
    return until if listing.valid_through is None or until > listing.valid_through else None


def propose_last_day(listing: Listing) -> datetime.date:
    """Return the day that the renewal form shows first: it is later than today and will not be refused."""
    until = find_next_last_day(listing)
    if until is None:
        longest = timezone.localdate() + MAX_LISTING_DURATION
        until = min((listing.valid_through or timezone.localdate()) + USUAL_VALIDITY, longest)
    return min(until, listing.end_date) if listing.end_date else until


def submit_renewal(
    listing_id: int, until: datetime.date, user: User, *, signed_no_fee: bool
) -> str:
    """Return the outcome; submitting the same date twice renews once. Raises `SubmissionRefused`."""
    with transaction.atomic():
        listing = posting.lock_listing_with_employer(listing_id)
        if find_waiting_revision(listing):
            raise posting.SubmissionRefused("有一版修改在等审核，等有了结果再续期。")
        if until == listing.valid_through:
            return gate.PUBLISH
        content = listing.get_content() | {"valid_through": until}
        if content["end_date"] and content["end_date"] < until:
            raise posting.SubmissionRefused("工作的结束日期在这之前：请用“修改”把日期一起改了。")
        outcome = posting.submit_text(listing, content, user, signed_no_fee=signed_no_fee).outcome
        if outcome != gate.REFUSE:
            _renew_draft(listing, former=listing.valid_through, until=until)
        return outcome


def _renew_draft(listing: Listing, former: datetime.date | None, until: datetime.date) -> None:
    """Write the new last day into an edit that was begun earlier; its copy of the former day would take the renewal
    back."""
    draft = ListingDraft.objects.select_for_update(of=("self",)).filter(listing=listing).first()
    if draft and former and draft.data.get("valid_through") == [str(former)]:
        draft.data["valid_through"] = [str(until)]
        draft.edition += 1
        draft.save(update_fields=["data", "edition"])
