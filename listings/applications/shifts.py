"""Shifts that people sign up for.

Like the places of a listing, those of a shift are counted under the lock of the listing: if two people want the
last place at the same time, the second one hears that it is taken.
"""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from listings.choices import ApplicationStatus as S
from listings.models import Application, Listing, Shift, ShiftSignUp
from sitekit.workflow.refusals import MoveRefused

TAKES_A_SHIFT = (S.APPLIED, S.ACCEPTED, S.DONE)
FIELD = "shift"


class ShiftChoice(NamedTuple):
    pk: int
    words: str
    is_full: bool


def list_shifts(listing: Listing) -> QuerySet[Shift]:
    """Return all shifts of the listing, the earliest first, with the places that are `taken`."""
    takes = Q(sign_ups__application__status__in=TAKES_A_SHIFT)
    shifts = listing.shifts.annotate(taken=Count("sign_ups", filter=takes))  # type: ignore[no-redef]
    return shifts.order_by("day", "begins", "pk")  # what is counted loses the order of the model


def _list_coming_shifts(listing: Listing) -> QuerySet[Shift]:
    """Return the shifts that have not begun."""
    now = timezone.localtime()
    later_today = Q(day=now.date(), begins__gt=now.time())
    return list_shifts(listing).filter(later_today | Q(day__gt=now.date()))


def list_shift_choices(listing: Listing) -> list[ShiftChoice]:
    """Return the coming shifts in words; a full one says so. One query."""
    return [
        ShiftChoice(shift.pk, f"{shift.words}（{_describe_places(shift)}）", not shift.places_left)
        for shift in _list_coming_shifts(listing)
    ]


def take_shift(application: Application, shift_id: int | None) -> None:
    """Store for which shift somebody signed up. The listing must be locked. Raises `MoveRefused`."""
    coming = _list_coming_shifts(application.listing)
    if shift_id is None:
        if coming.exists():
            raise MoveRefused("请选一个班次。", FIELD)
        return
    shift = coming.filter(pk=shift_id).first()
    if shift is None:
        raise MoveRefused("这个班次没有了，请换一个。", FIELD)
    if not shift.places_left:
        raise MoveRefused("这个班次刚刚满了，请换一个。", FIELD)
    ShiftSignUp.objects.create(application=application, shift=shift)


def find_shift(application: Application) -> Shift | None:
    """Return the shift that was chosen; a query, unless it was selected with the sign-up."""
    sign_up = getattr(application, "shift_sign_up", None)
    return sign_up.shift if sign_up else None


def _describe_places(shift: Shift) -> str:
    return f"还要 {shift.places_left} 人" if shift.places_left else "满了"
