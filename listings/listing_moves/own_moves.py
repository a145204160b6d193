"""Moves that an employer makes with its listings: pause, resume, fill, withdraw, with the notices that follow."""

from collections.abc import Collection
from typing import cast

from django.db import transaction

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.models import Employer, User
from listings.applications.notifications import notify_no_places_left
from listings.applications.transitions import count_places_left, describe_full_listing
from listings.choices import ApplicationStatus, ListingStatus
from listings.models import Application, Listing, ListingDraft
from listings.publication import submission as posting
from listings.publication.own_duplicates import require_no_own_duplicate
from listings.publication.posting_quota import require_quota
from listings.publication.transitions import (
    LISTING_MOVES,
    ListingMoveRefused,
    move_listing,
    publish_listing,
    supersede_waiting_revision,
)

WITHDRAWABLE = {
    status for status, moves in LISTING_MOVES.items() if ListingStatus.WITHDRAWN in moves
}
# A held or removed listing is restored by the staff.
RESUMABLE = (ListingStatus.PAUSED, ListingStatus.FILLED)


def require_status(listing: Listing, statuses: Collection[str], words: str) -> None:
    """Raise `ListingMoveRefused` in a listing of another status; `words` end its sentence."""
    if listing.status not in statuses:
        raise ListingMoveRefused(f"「{listing.get_status_display()}」的兼职{words}")


def move_own_listing(listing_id: int, to: ListingStatus, user: User, reason: str = "") -> None:
    """Pause, fill or withdraw the listing, and notify the applicants concerned. The staff call it with a `reason`."""
    with transaction.atomic():
        _notify_applicants(move_listing(listing_id, to, user, reason))


@transaction.atomic
def resume_own_listing(listing: Listing, user: User) -> None:
    """Publish a paused or filled listing again within the quota; a waiting revision goes on waiting.

    The status is checked on the locked row, because `listing` may have been held or removed after it was read.
    """
    listing = posting.lock_listing_with_employer(listing.pk)
    employer = cast("Employer", listing.employer)
    require_status(listing, RESUMABLE, "不能这样恢复。")
    if listing.is_past_last_day:
        raise ListingMoveRefused("有效期已经过了。先续期，再重新招人。")
    if count_places_left(listing) <= 0:
        raise ListingMoveRefused(describe_full_listing(listing))
    posting.require_open_for_posting(employer)
    require_no_own_duplicate(listing, employer, listing.pk)
    require_quota(employer, listing)
    publish_listing(listing.pk, user, with_text=False)


def _notify_applicants(listing: Listing) -> None:
    """Notify the applicants who wait; of a withdrawn listing, drop revision and draft too."""
    applications = listing.applications.select_related("seeker").order_by("pk")
    if listing.status == ListingStatus.FILLED:
        for application in applications.filter(status=ApplicationStatus.APPLIED):
            notify_no_places_left(application, listing)
    if listing.status == ListingStatus.WITHDRAWN:
        supersede_waiting_revision(listing)
        ListingDraft.objects.filter(listing=listing).delete()
        open_statuses = (ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED)
        for application in applications.filter(status__in=open_statuses):
            _notify_withdrawn(application, listing)


def _notify_withdrawn(application: Application, listing: Listing) -> None:
    """Notify the applicants. Accepted ones get a text message too, as for any change of what was agreed."""
    send_notice(
        application.seeker,
        f"application-{application.pk}-listing-withdrawn",
        f"招聘单位撤回了：{listing.title[:30]}",
        "这份活不再公开了。已经说好要去的，先跟对方问清楚再出门。",
        kind=NoticeKind.APPLICATION,
        address=f"/me/applications/{application.pk}/",
        button="看报名",
        text_message=application.status == ApplicationStatus.ACCEPTED,
    )
