"""What somebody did with listings, on either side of them."""

import contextlib

from django.db.models import Q

from accounts.personal_data import alone_in
from listings.applications.ratings import list_visible_ratings
from listings.applications.transitions import (
    APPLICATION_MOVES,
    ListingMoveRefused,
    move_application,
)
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.models import (
    BulkUpload,
    ContactReveal,
    Listing,
    ListingDraft,
    ListingEvent,
    ListingRevision,
    Rating,
    SavedSearch,
    SeekerProfile,
)
from sitekit.maintenance.personal_data import ClosingObstacle, PersonalData

IN_PUBLIC = [
    ListingStatus.PENDING,
    ListingStatus.PUBLISHED,
    ListingStatus.PAUSED,
    ListingStatus.FILLED,
    ListingStatus.HELD,
]


def export(user):
    return {
        "profile": _first(SeekerProfile.objects.filter(user=user), PROFILE),
        "applications": [_application(row) for row in _applications(user)],
        "ratings": _ratings(user),
        "saved": _values(user.saved.order_by("pk"), "listing_id", "listing__title", "created_at"),
        "searches": _values(_searches(user).order_by("pk"), *SEARCH),
        "contacts_seen": _values(
            _reveals(user).order_by("pk"), "listing_id", "listing__title", "created_at"
        ),
        "listings_written": _values(
            ListingRevision.objects.filter(author=user).order_by("pk"), *REVISION
        ),
        "listings_done_by_me": _values(
            ListingEvent.objects.filter(actor=user).order_by("pk"), *EVENT
        ),
        "drafts": _values(
            ListingDraft.objects.filter(author=user).order_by("pk"), "data", "updated_at"
        ),
        "uploads": _values(
            BulkUpload.objects.filter(author=user).order_by("pk"), "name", "report", "created_at"
        ),
    }


PROFILE = (
    "name",
    "phone",
    "wechat",
    "region__name",
    "birth_year",
    "education",
    "about",
    "slots",
    "updated_at",
)
SEARCH = ("title", "query", "region__name", "frequency", "created_at", "confirmed_at", "ended_at")
REVISION = (
    "listing_id",
    "status",
    "created_at",
    "no_fee_signed_at",
    "title",
    "duties",
    "requirements",
    "address",
    "contact_name",
    "contact_phone",
    "contact_wechat",
)
EVENT = ("listing_id", "action", "before", "after", "created_at")


def _values(rows, *fields):
    return list(rows.values(*fields))


def _first(rows, fields):
    return rows.values(*fields).first()


def _applications(user):
    rows = user.applications.select_related("listing").prefetch_related("events")
    return rows.order_by("pk")


def _application(row):
    return {
        "listing": row.listing_id,
        "title": row.listing.title,
        "status": row.status,
        "handed_over": row.profile,
        "message": row.message,
        "applied_at": row.applied_at,
        "history": [
            {"before": e.before, "after": e.after, "reason": e.reason, "at": e.created_at}
            for e in row.events.all()
        ],
    }


def _ratings(user):
    """What I wrote, and what was written of me once I may read it; never by whom."""
    fields = ("application_id", "as_described", "on_time", "again", "words", "reply", "created_at")
    of_me = list_visible_ratings().filter(application__seeker=user, by=Rating.By.EMPLOYER)
    return {
        "by_me": _values(Rating.objects.filter(author=user).order_by("pk"), *fields),
        "of_me": _values(of_me.exclude(author=user).order_by("pk"), *fields),
    }


def _searches(user):
    """Those of the account, and those of its address."""
    mine = Q(user=user) | (Q(email__iexact=user.email) if user.email else Q(pk=None))
    return SavedSearch.objects.filter(mine)


def _reveals(user):
    mine = Q(user=user)
    if user.email:
        mine |= Q(email__iexact=user.email)
    if user.phone:
        mine |= Q(phone=user.phone)
    return ContactReveal.objects.filter(mine)


def list_listing_obstacles(user):
    """Listings that would stand there with nobody to answer: of employers that are only this one."""
    employers = alone_in(user)
    count = Listing.objects.filter(employer__in=employers, status__in=IN_PUBLIC).count()
    if not count:
        return []
    words = f"你名下还有 {count} 条兼职在招人、待审或核查中，先撤回它们。"
    return [ClosingObstacle(words, "/employer/")]


def erase(user):
    for pk, status in list(user.applications.values_list("pk", "status")):
        if S.WITHDRAWN in APPLICATION_MOVES[status]:
            with contextlib.suppress(ListingMoveRefused):  # the other side was faster
                move_application(pk, S.WITHDRAWN, user)
    user.applications.update(profile={}, message="")
    Rating.objects.filter(application__seeker=user, by=Rating.By.EMPLOYER).update(
        words="", reply=""
    )
    SeekerProfile.objects.filter(user=user).delete()
    user.saved.all().delete()
    _searches(user).delete()
    _reveals(user).update(email="", phone="")
    ListingDraft.objects.filter(author=user).delete()
    BulkUpload.objects.filter(author=user).delete()


PERSONAL_DATA = PersonalData(export, erase, list_listing_obstacles)
