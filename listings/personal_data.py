"""What a user did with listings, as seeker or as employer."""

import contextlib
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Manager, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.models import Employer, EmployerMember, User
from accounts.personal_data import list_employers_without_other_members
from accounts.staff.roles import SWITCH_OFF
from listings.applications.public_words import forget_rating_words
from listings.applications.ratings import list_visible_ratings
from listings.applications.shifts import find_shift
from listings.applications.transitions import (
    APPLICATION_MOVES,
    move_application,
)
from listings.choices import IN_PUBLIC, ListingStatus
from listings.choices import ApplicationStatus as S
from listings.employer_api.tokens import forget_tokens
from listings.feed_imports.feed_owners import hand_over_feeds
from listings.models import (
    ApiToken,
    Application,
    ApplicationNote,
    Arrival,
    BulkUpload,
    ContactReveal,
    JobFeed,
    Listing,
    ListingDraft,
    ListingEvent,
    ListingRevision,
    Rating,
    SeekerProfile,
)
from listings.search_subscriptions.saved_searches import list_user_searches
from listings.webhooks.endpoints import forget_webhooks
from sitekit.maintenance.personal_data import ClosingObstacle, PersonalData, StaffWay
from sitekit.messages.channel_base import find_own_phone
from sitekit.workflow.refusals import MoveRefused

PROFILE = "name phone wechat region__name birth_year education about slots updated_at"
SEARCH = "title query region__name frequency created_at confirmed_at ended_at"
API_FIELDS = "name scope created_at expires_at last_used_at withdrawn_at"
REVISION = (
    "listing_id status created_at no_fee_signed_at title duties requirements address coordinates further_places "
    "contact_name contact_phone contact_wechat"
)
RATING = "application_id as_described on_time again words reply created_at"


def export(user: User) -> dict[str, Any]:
    profiles = _list_values(SeekerProfile.objects.filter(user=user), PROFILE)
    revisions = ListingRevision.objects.filter(author=user)
    events = ListingEvent.objects.filter(actor=user)
    uploads = BulkUpload.objects.filter(author=user)
    reveal_columns = "listing_id listing__title said_grown created_at"
    applications = user.applications.select_related(
        "listing", "arrival", "note", "shift_sign_up__shift"
    ).prefetch_related("events")
    return {
        "profile": profiles[0] if profiles else None,
        "applications": [_describe_application(row) for row in applications.order_by("pk")],
        "ratings": _describe_ratings(user),
        "notes_on_applications": _list_values(
            ApplicationNote.objects.filter(author=user), "application_id words updated_at"
        ),
        "saved": _list_values(user.saved, "listing_id listing__title created_at"),
        "blocked_employers": [
            {"employer": row.employer.public_name, "created_at": row.created_at}
            for row in user.blocked_employers.select_related("employer")
        ],
        "searches": _list_values(list_user_searches(user), SEARCH),
        "contacts_seen": _list_values(_list_reveals(user), reveal_columns),
        "listings_written": _list_values(revisions, REVISION),
        "listings_done_by_me": _list_values(events, "listing_id action before after created_at"),
        "drafts": _list_values(ListingDraft.objects.filter(author=user), "data updated_at"),
        "uploads": _list_values(uploads, "name report created_at"),
        "api_tokens": _list_values(ApiToken.objects.filter(made_by=user), API_FIELDS),
        "job_feeds": _list_values(JobFeed.objects.filter(author=user), "name address created_at"),
    }


def _list_values(rows: QuerySet[Any] | Manager[Any], fields: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*fields.split()))


def _describe_application(row: Application) -> dict[str, Any]:
    return {
        "listing": row.listing_id,
        "title": row.listing.title,
        "status": row.status,
        "handed_over": row.profile,
        "message": row.message,
        "shift": shift.words if (shift := find_shift(row)) else None,
        "arrival": _describe_arrival(getattr(row, "arrival", None)),
        "noted_by_employer": note.words if (note := getattr(row, "note", None)) else None,
        "applied_at": row.applied_at,
        "history": [
            {"before": e.before, "after": e.after, "reason": e.reason, "at": e.created_at}
            for e in row.events.all()
        ],
    }


def _describe_arrival(arrival: Arrival | None) -> dict[str, Any] | None:
    if arrival is None:
        return None
    return {name: getattr(arrival, name) for name in ("day", "time", "place", "ask_for")}


def _describe_ratings(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return the ratings by the user, and those of the user that are visible, without authors."""
    of_me = list_visible_ratings().filter(application__seeker=user, by=Rating.By.EMPLOYER)
    return {
        "by_me": _list_values(Rating.objects.filter(author=user), RATING),
        "of_me": _list_values(of_me.exclude(author=user), RATING),
    }


def _list_reveals(user: User) -> QuerySet[ContactReveal]:
    condition = Q(user=user)
    if user.email:
        condition |= Q(email__iexact=user.email)
    if phone := find_own_phone(user):
        condition |= Q(phone=phone)
    return ContactReveal.objects.filter(condition)


def list_listing_obstacles(user: User) -> list[ClosingObstacle]:
    """Return an obstacle for the open listings of employers that have no other member."""
    employers = list_employers_without_other_members(user)
    statuses = sorted(IN_PUBLIC | {ListingStatus.PENDING, ListingStatus.HELD})
    listings = Listing.objects.filter(employer__in=employers, status__in=statuses).order_by()
    rows_by_status = listings.values_list("employer", "status").annotate(count=Count("pk"))
    counts = {(pk, status): count for pk, status, count in rows_by_status}
    if not counts:
        return []
    words = f"名下还有 {sum(counts.values())} 条兼职在招人、待审或核查中"
    cure = "先撤回它们。"
    if any(status == ListingStatus.HELD for _pk, status in counts):
        cure = "在核查的撤不了，等有了结果再来，觉得判错了可以申诉；其余的先撤回。"
    employer_pks = sorted({pk for pk, _status in counts})
    query = {"employer__in": ",".join(map(str, employer_pks)), "status__in": ",".join(statuses)}
    rows = f"{reverse('admin:listings_listing_changelist')}?{urlencode(query, safe=',')}"
    return [
        ClosingObstacle(
            f"你{words}。{cure}",
            f"{words}：请本人撤回，或者在「个人的请求」替本人撤回；核查中的，等审核员在审核台处理完。",
            (
                StaffWay(rows, "listings.view_listing"),
                StaffWay(reverse("switch_off", args=[user.pk]), SWITCH_OFF),
            ),
            "/employer/",
        )
    ]


def erase(user: User) -> None:
    for pk, status in list(user.applications.values_list("pk", "status")):
        if S.WITHDRAWN in APPLICATION_MOVES[status]:
            with contextlib.suppress(MoveRefused):  # moved by the other side meanwhile
                move_application(pk, S.WITHDRAWN, user)
    user.applications.update(profile={}, message="")
    ApplicationNote.objects.filter(application__seeker=user).delete()
    of_user = Rating.objects.filter(application__seeker=user, by=Rating.By.EMPLOYER)
    forget_rating_words(of_user)
    of_user.update(words="", reply="")
    SeekerProfile.objects.filter(user=user).delete()
    user.saved.all().delete()
    user.blocked_employers.all().delete()
    list_user_searches(user).delete()
    _list_reveals(user).update(email="", phone="")
    forget_tokens(user)
    _hand_over_drafts(user)
    # The lines belong to the employer; those not yet processed are refused, because their author is gone.
    BulkUpload.objects.filter(author=user).exclude(employer__in=_list_shared(user)).delete()
    hand_over_feeds(user)
    forget_webhooks(list_employers_without_other_members(user))


def _list_shared(user: User) -> QuerySet[Employer]:
    """Return the employers with members other than the user; the user need not be a member any more."""
    others = EmployerMember.objects.filter(employer=OuterRef("pk")).exclude(user=user)
    return Employer.objects.filter(Exists(others))


def _hand_over_drafts(user: User) -> None:
    """Give the drafts that the user began to another owner or member of the employer; delete those that nobody can
    take.

    A draft belongs to the person who began it, whatever colleagues wrote in it since.
    """
    others = EmployerMember.objects.filter(employer=OuterRef("listing__employer"))
    heirs = others.exclude(user=user).order_by("role", "pk").values("user")[:1]  # owners first
    drafts = ListingDraft.objects.filter(author=user).annotate(heir=Subquery(heirs))
    for number, heir in list(drafts.exclude(heir=None).values_list("pk", "heir")):
        ListingDraft.objects.filter(pk=number).update(author=heir)
    ListingDraft.objects.filter(author=user).delete()


PERSONAL_DATA = PersonalData(export, erase, list_listing_obstacles)
