"""The people who come to work on a day, for all listings of an employer."""

import datetime
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q

from accounts.models import Employer
from listings.applications.application_rows import attach_employer_display
from listings.applications.shifts import find_shift
from listings.choices import ApplicationStatus as S
from listings.models import Application
from listings.vocabulary.work_slots import describe_parts, encode_day

MAX_ROWS = 500


@dataclass(frozen=True)
class DayRow:
    """A person who comes. Only the employer sees the phone, as with the sign-up."""

    time: str
    name: str
    phone: str
    shown_phone: str
    title: str
    place: str
    ask_for: str
    listing_id: int


def list_day_workers(employer: Employer, day: datetime.date) -> list[DayRow]:
    """Return who was accepted and comes on this day, the earliest first. One query."""
    applications = (
        Application.objects.filter(listing__employer=employer, status=S.ACCEPTED)
        .filter(
            Q(listing__end_date=None)
            | Q(listing__end_date__gte=day)
            | Q(arrival__day=day)
            | Q(shift_sign_up__shift__day=day)
        )
        .select_related("listing__employer", "seeker", "arrival", "shift_sign_up__shift")
        .order_by("pk")
    )
    coming = (row for row in applications.iterator() if works_on_day(row, day))
    rows = [_build_row(row, day) for row in islice(coming, MAX_ROWS)]
    return sorted(rows, key=lambda row: (_get_sort_time(row.time), row.title, row.name))


def works_on_day(application: Application, day: datetime.date) -> bool:
    """Whether the person comes on this day: the day of their shift, or without a shift the first day, or a later one of
    the listing's weekdays.

    Of a listing that names no weekday only the first day is known.
    """
    if shift := find_shift(application):
        return day == shift.day
    arrival, listing = getattr(application, "arrival", None), application.listing
    first = arrival.day if arrival and arrival.day else listing.start_date
    if day == first:
        return True
    if (first and day < first) or (listing.end_date and day > listing.end_date):
        return False
    return bool(listing.slots & encode_day(day.weekday()))


def _build_row(application: Application, day: datetime.date) -> DayRow:
    attach_employer_display(application)
    arrival, listing = getattr(application, "arrival", None), application.listing
    shift = find_shift(application)
    parts = describe_parts(listing.slots, day.weekday())
    return DayRow(
        time=(f"{shift.hours} {shift.name}" if shift else "")
        or (arrival and arrival.time)
        or listing.work_hours
        or parts,
        name=application.name,
        phone=application.phone,
        shown_phone=application.shown_phone,
        title=listing.title,
        place=(arrival and arrival.place) or listing.name_work_places(listing.address),
        ask_for=(arrival and arrival.ask_for) or listing.contact_name,
        listing_id=listing.pk,
    )


def _get_sort_time(words: str) -> str:
    """Return the time at the beginning of the words, so that 9:00 sorts before 14:00; words without a time sort
    last."""
    hour, colon, minutes = words.replace("：", ":").partition(":")
    return f"0{hour.zfill(2)}{minutes[:2]}" if colon and hour.isdecimal() else f"1{words}"
