"""The shift or the first day of somebody who was accepted, as a file for their own calendar."""

import datetime

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignedInRequest
from listings.applications.shifts import find_shift
from listings.applications.transitions import find_first_day, get_seeker_application_or_404
from listings.models import Application, Listing, Shift
from listings.shift_plans.calendar_files import Appointment, build_calendar_answer
from sitekit.web.absolute_urls import build_absolute_url, get_site_domain
from sitekit.web.pages import page

ADVICE = "谁让你先交钱、交证件、报验证码，都别给。"


@page(takes="read", login=True, cache="never")
def download_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """Raises Http404 if no day is known, or if it is not safe to go there."""
    application = get_seeker_application_or_404(request.user, pk)
    if (day := find_first_day(application)) is None:
        raise Http404("还没有定下哪一天去。")
    return build_calendar_answer(_build_appointment(application, day), f"shift-{pk}")


def _build_appointment(application: Application, day: datetime.date) -> Appointment:
    listing, arrival = application.listing, getattr(application, "arrival", None)
    shift = find_shift(application)
    begins, ends = _get_moments(shift) if shift else (day, day)
    times = arrival.time if arrival and arrival.time else "" if shift else listing.work_hours
    is_told_where = bool(arrival and arrival.place)
    words = [
        f"几点：{times}" if times else "",
        f"找谁：{arrival.ask_for}" if arrival and arrival.ask_for else "",
        f"单位：{listing.who}",
        "" if is_told_where else _list_several_places(listing),
        ADVICE,
    ]
    return Appointment(
        uid=f"application-{application.pk}@{get_site_domain()}",
        title=f"兼职：{listing.title}",
        begins=begins,
        ends=ends,
        place=arrival.place if arrival and is_told_where else listing.address_words,
        words="\n".join(filter(None, words)),
        address=build_absolute_url(reverse("listings:my_application", args=[application.pk])),
    )


def _list_several_places(listing: Listing) -> str:
    """Return all places for a seeker who must ask for the right one; "" if there is only one."""
    places = listing.work_places
    names = "；".join(map(str, places))
    return f"一共 {len(places)} 处，去哪一处问清楚：{names}" if len(places) > 1 else ""


def _get_moments(shift: Shift) -> tuple[datetime.datetime, datetime.datetime]:
    """Return when the appointment begins and ends; an end before the beginning is on the next day."""
    ends_on = shift.day + datetime.timedelta(shift.ends < shift.begins)
    zone = timezone.get_default_timezone()
    return (
        datetime.datetime.combine(shift.day, shift.begins, zone),
        datetime.datetime.combine(ends_on, shift.ends, zone),
    )
