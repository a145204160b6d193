"""The list of a day: on the screen, on paper, as a file."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.employers.membership import get_own_employer
from accounts.models import SignedInRequest
from listings.day_lists.day_list import list_day_workers
from listings.day_lists.day_list_files import (
    XLSX_TYPE,
    build_day_list_csv,
    build_day_list_xlsx,
)
from sitekit.web.pages import page
from sitekit.workflow.periods import DAY


@page(takes="read", login=True, cache="never")
def show_day_list(request: SignedInRequest) -> HttpResponse:
    employer, day = get_own_employer(request), _read_day(request)
    context = {
        "employer": employer,
        "day": day,
        "is_today": day == timezone.localdate(),
        "rows": list_day_workers(employer, day),
        "before": day - DAY,
        "after": day + DAY,
    }
    return render(request, "listings/day_lists/day_list.html", context)


@page(takes="read", login=True, cache="never")
def download_day_list_csv(request: SignedInRequest) -> HttpResponse:
    rows = list_day_workers(get_own_employer(request), _read_day(request))
    return _build_download_response(
        request, build_day_list_csv(rows), "text/csv; charset=utf-8", "csv"
    )


@page(takes="read", login=True, cache="never")
def download_day_list_xlsx(request: SignedInRequest) -> HttpResponse:
    day = _read_day(request)
    rows = list_day_workers(get_own_employer(request), day)
    return _build_download_response(request, build_day_list_xlsx(rows, day), XLSX_TYPE, "xlsx")


def _read_day(request: SignedInRequest) -> datetime.date:
    """Return the day in the address; today if there is none, or none that exists."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    today = timezone.localdate()
    return day if day and abs((day - today).days) <= 366 else today


def _build_download_response(
    request: SignedInRequest, content: bytes, content_type: str, suffix: str
) -> HttpResponse:
    name = f"day-{_read_day(request).isoformat()}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
