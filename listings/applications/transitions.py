"""The only way to create or move an application: lock, check, change, event, one transaction.

The listing is always locked before the application: places are counted under its lock.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.choices import ConsentKind, TextKind
from accounts.models import EmployerMember, PublicText, User
from accounts.public_text.submission import submit_public_text
from accounts.public_text.transitions import find_unseen_text
from accounts.sign_in import consents
from listings.applications.arrivals import ArrivalPlan, write_arrival
from listings.applications.notifications import (
    notify_applied,
    notify_enough_applications,
    notify_moved,
    notify_no_places_left,
)
from listings.applications.shifts import find_shift, take_shift
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.detail.contact_reveals import ContactViewer, is_contact_shown, record_reveal
from listings.detail.detail_context import (
    LIVE,
    SAFE_STATES,
    get_public_state,
    get_state_for_applicants,
)
from listings.models import Application, ApplicationEvent, Listing
from listings.publication.transitions import LISTING_MOVES, move_listing
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from listings.webhooks.events import enqueue_application
from sitekit.models import Operator
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import StateMachine, build_reason_requests

# All moves between statuses; any other move is refused.
APPLICATION_MOVES: dict[str, set[str]] = {
    S.APPLIED: {S.ACCEPTED, S.DECLINED, S.WITHDRAWN},
    S.ACCEPTED: {S.WITHDRAWN, S.DONE, S.NO_SHOW},
    S.DECLINED: set(),
    S.WITHDRAWN: set(),
    S.DONE: set(),
    S.NO_SHOW: set(),
}
TAKES_A_PLACE = (S.ACCEPTED, S.DONE)
_NOT_TAKEN_CONTACT = "本站不在网上收报名。看看这份兼职的联系方式，直接联系招聘单位吧。"
_NOT_TAKEN = "本站不在网上收报名，这份兼职也没有留联系方式。先看看别的吧。"


class AlreadyApplied(MoveRefused):
    """There is one application for each seeker and listing; `application` is the existing one."""

    def __init__(self, application: Application) -> None:
        super().__init__("你已经报过名了。")
        self.application = application


APPLICATION_STATE_MACHINE = StateMachine(
    model=Application,
    event_model=ApplicationEvent,
    moves=APPLICATION_MOVES,
    refusal=MoveRefused,
    describe_refusal=lambda application, to: (
        f"「{application.get_status_display()}」的报名不能改成「{S(to).label}」。"
    ),
    needs_reason=build_reason_requests([S.DECLINED, S.NO_SHOW]),
    select_related=["seeker"],
)


def create_application(
    listing_id: int,
    seeker: User,
    profile: dict[str, Any],
    message: str = "",
    *,
    shift_id: int | None = None,
) -> Application:
    """Create an application; the consent to hand over `profile` is stored with it.

    What the seeker wrote stands in it once it passed the gate; most does at once.
    """
    with transaction.atomic():
        if not _lock_open_user(User.objects.filter(pk=seeker.pk)):
            raise MoveRefused("账号已经注销，没有报名。")
        listing = _lock_listing(listing_id)
        if existing := listing.applications.filter(seeker=seeker).first():
            raise AlreadyApplied(existing)
        if words := explain_closed_listing(listing, seeker):
            raise MoveRefused(words)
        _require_age(listing, profile)
        written = {name: profile[name] for name in ("name", "about") if name in profile}
        application = Application.objects.create(
            listing=listing, seeker=seeker, profile=profile | dict.fromkeys(written, "")
        )
        take_shift(application, shift_id)
        values = written | {"message": message}
        submit_public_text(TextKind.APPLICATION, application.pk, values, seeker)
        application.refresh_from_db(fields=["profile", "message"])
        consents.give_consent(seeker, ConsentKind.HANDOVER, about=f"application:{application.pk}")
        APPLICATION_STATE_MACHINE.record_event(application, "", actor=seeker)
        enqueue_application(application)
        notify_applied(application)
        if has_enough_applications(listing):
            notify_enough_applications(application)
    return application


def move_application(
    application_id: int,
    to: str,
    actor: User,
    reason: str = "",
    *,
    arrival: ArrivalPlan | None = None,
) -> Application:
    """Make a move of `APPLICATION_MOVES`; accepting for the last place marks the listing as filled.

    `arrival` tells an accepted seeker when and where to come.
    """
    APPLICATION_STATE_MACHINE.require_reason(to, reason)
    with transaction.atomic():
        application = lock_application(application_id)
        listing = application.listing
        APPLICATION_STATE_MACHINE.require_move(application, to)
        _require_actor(application, to, actor)
        if to == S.ACCEPTED:
            _require_place(listing)
            _require_age(listing, application.profile)
        if to in (S.DONE, S.NO_SHOW):
            _require_day_reached(application)
        before, application.status = application.status, to
        application.save(update_fields=["status", "updated_at"])
        APPLICATION_STATE_MACHINE.record_event(application, before, actor=actor, reason=reason)
        if to == S.WITHDRAWN:
            consents.withdraw_consent(
                actor, ConsentKind.HANDOVER, about=f"application:{application.pk}"
            )
        if to == S.ACCEPTED:
            _record_acceptance(application, arrival, actor)
        notify_moved(application, before, reason)
    return application


def _record_acceptance(application: Application, arrival: ArrivalPlan | None, actor: User) -> None:
    """Write what an acceptance brings with it: the contact is shown, the arrival, and a place less."""
    listing = application.listing
    # The page of an accepted application shows the contact; the sign-up asked for the age.
    if is_contact_shown(listing):
        said_grown = listing.minimum_age == ADULT_AGE_YEARS
        record_reveal(listing, ContactViewer(application.seeker, said_grown=said_grown))
    if arrival:
        write_arrival(application, arrival, actor)
    _fill_listing(listing, actor)


def reword_application(application_id: int, seeker: User, values: dict[str, str]) -> Application:
    """Replace the words that wait for a moderator or were refused; the new words may have to wait too."""
    with transaction.atomic():
        application = lock_application(application_id)
        if words := explain_fixed_words(application):
            raise MoveRefused(words)
        submit_public_text(TextKind.APPLICATION, application.pk, values, seeker)
        application.refresh_from_db(fields=["profile", "message"])
    return application


def explain_fixed_words(application: Application) -> str:
    """Return why the words of a sign-up cannot be changed, or ""."""
    if application.status not in (S.APPLIED, S.ACCEPTED):
        return f"这份报名是「{application.get_status_display()}」，写的话不用再改。"
    if get_state_for_applicants(application.listing) not in SAFE_STATES:
        return "这份兼职正在核查或已经下架，报名时写的话现在不能改。"
    return "" if find_unseen_words(application) else "报名时写的话单位已经看得到，不能再改。"


def find_unseen_words(application: Application) -> PublicText | None:
    """Return the words of the sign-up if they wait for a moderator or were refused. Once the employer can read the
    profile, its name is set."""
    if application.profile.get("name"):
        return None
    return find_unseen_text(TextKind.APPLICATION, application.pk)


def get_seeker_application_or_404(user: User, pk: int) -> Application:
    applications = Application.objects.select_related(
        "listing__employer", "seeker", "arrival", "shift_sign_up__shift"
    )
    return get_object_or_404(applications, seeker=user, pk=pk)


def find_first_day(application: Application) -> date | None:
    """Return the day on which an accepted seeker is to come: of the shift, else of the arrangement, else of the
    listing.

    Return None if no day is known, if it is past, or if it is not safe to go.
    """
    listing = application.listing
    if application.status != S.ACCEPTED or get_state_for_applicants(listing) not in SAFE_STATES:
        return None
    shift, arrival = find_shift(application), getattr(application, "arrival", None)
    day = shift.day if shift else (arrival and arrival.day) or listing.start_date
    return day if day and day >= timezone.localdate() else None


def lock_open_seeker(application_id: int) -> bool:
    """Lock the seeker, so that the account is not closed before this transaction ends; return whether it is still
    open.

    Call it before locking the application, because closing an account locks in this order.
    """
    return _lock_open_user(User.objects.filter(applications=application_id))


def _lock_open_user(users: QuerySet[User]) -> bool:
    return users.select_for_update(of=("self",)).get().closed_at is None


def list_applications_to_employer(user: User) -> QuerySet[Application]:
    """Return the applications to employers that the user is a member of."""
    applications = Application.objects.select_related(
        "listing__employer", "seeker", "arrival", "shift_sign_up__shift"
    )
    return applications.filter(listing__employer__memberships__user=user)


def get_employer_application_or_404(user: User, pk: int) -> Application:
    """Return an application to an employer that the user is a member of."""
    return get_object_or_404(list_applications_to_employer(user), pk=pk)


def count_places_left(listing: Listing) -> int:
    return listing.headcount - listing.applications.filter(status__in=TAKES_A_PLACE).count()


def describe_full_listing(listing: Listing) -> str:
    return f"招 {listing.headcount} 人，已经录用满了。要多招，先改人数。"


def explain_closed_listing(listing: Listing, user: User) -> str:
    """Return why the user cannot apply, or ""."""
    if listing.is_repost:
        return "这是转载的信息，本站联系不到招聘单位，不能在这里报名。"
    if get_public_state(listing) != LIVE:
        return "这份兼职现在不招人了。"
    if not Operator.current().takes_applications:
        return _NOT_TAKEN_CONTACT if is_contact_shown(listing) else _NOT_TAKEN
    if EmployerMember.objects.filter(employer__listings=listing.pk, user=user).exists():
        return "这是你自己单位发的兼职，不能报名。"
    return _explain_full_listing(listing)


def _explain_full_listing(listing: Listing) -> str:
    if count_places_left(listing) <= 0:
        return "这份兼职的人已经招够了。"
    if has_enough_applications(listing):
        return "报名的人够多了，这份兼职现在不收新的报名。想等等看，可以先收藏。"
    return ""


def has_enough_applications(listing: Listing) -> bool:
    """Whether as many people signed up as the employer wants to read. Withdrawn sign-ups do not count."""
    if listing.most_applications is None:
        return False
    standing = listing.applications.exclude(status=S.WITHDRAWN)
    return standing.count() >= listing.most_applications


def _lock_listing(listing_id: int) -> Listing:
    rows = Listing.objects.select_related("employer").select_for_update(of=("self",))
    return rows.get(pk=listing_id)


def lock_application(application_id: int) -> Application:
    listing_id = Application.objects.values_list("listing_id", flat=True).get(pk=application_id)
    listing = _lock_listing(listing_id)
    application = APPLICATION_STATE_MACHINE.lock(application_id)
    application.listing = listing
    return application


def _require_age(listing: Listing, profile: dict[str, Any]) -> None:
    """Raise unless the seeker confirmed the age. It is checked again, because the listing may have changed since
    the form was shown."""
    if listing.minimum_age == ADULT_AGE_YEARS and not profile.get("grown"):
        raise MoveRefused(f"这份活要年满 {ADULT_AGE_YEARS} 周岁，报名时没有确认这一点。")


def _require_actor(application: Application, to: str, actor: User) -> None:
    if to == S.WITHDRAWN:
        is_allowed = actor.pk == application.seeker_id
    else:
        if application.listing.status == ListingStatus.REMOVED_FRAUD:
            raise MoveRefused("这条兼职因涉诈下架，报名不能再处理。")
        members = EmployerMember.objects.filter(employer__listings=application.listing_id)
        is_allowed = members.filter(user=actor).exists()
    if not is_allowed:
        raise MoveRefused("这一步不归你做。")


def is_before_first_day(application: Application) -> bool:
    """Whether it is too early to say if the accepted seeker came."""
    day = find_first_day(application)
    return day is not None and day > timezone.localdate()


def _require_day_reached(application: Application) -> None:
    if is_before_first_day(application):
        raise MoveRefused("还没到上工的日子，到了那天再记做完了或者没到岗。")


def _require_place(listing: Listing) -> None:
    if get_public_state(listing) not in SAFE_STATES:
        raise MoveRefused("这份兼职正在核查或已经下架，现在不能录用人。")
    if count_places_left(listing) <= 0:
        raise MoveRefused(describe_full_listing(listing))


def _fill_listing(listing: Listing, actor: User) -> None:
    """If no place is left, mark the listing as filled and notify the seekers who still wait."""
    if count_places_left(listing) > 0:
        return
    if ListingStatus.FILLED in LISTING_MOVES[listing.status]:
        move_listing(listing.pk, ListingStatus.FILLED, actor, "录用满了")
    waiting = listing.applications.filter(status=S.APPLIED).select_related("seeker")
    for application in waiting.order_by("pk"):
        notify_no_places_left(application, listing)
