"""Finished months are counted once and stored; the running month is counted on request."""

import datetime
import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import EmployerEvent
from cities.directory.regions import NATION_KEY
from cities.models import Region
from listings.models import ListingEvent
from safety.governance import counting, months
from safety.governance.tally import FigureTally
from safety.models import GovernanceMonth, ReportEvent
from sitekit.maintenance.retention import THREE_YEARS
from sitekit.workflow.periods import get_midnight

CACHE_SECONDS = 180  # for the count of a month that is not stored yet
TALLIES_PER_INSERT = 1000


def store_missing_months() -> int:
    """Store every finished month that is not stored yet; return how many."""
    first = _find_first_month()
    if first is None:
        return 0
    rows = GovernanceMonth.objects.filter(region=None, month__gte=first)
    stored = set(rows.values_list("month", flat=True))
    month, stored_now = first, 0
    while months.is_finished(month):
        if month not in stored:
            store_finished_month(month)
            stored_now += 1
        month = months.go_back_months(month, -1)
    return stored_now


def store_finished_month(month: datetime.date) -> None:
    """Count a month and store it for all places in one transaction; it is never overwritten."""
    tallies = counting.count_all_places(*months.get_month_span(month))
    rows = [build_month_row(month, code, tally) for code, tally in sorted(tallies.items())]
    with transaction.atomic():
        GovernanceMonth.objects.bulk_create(rows, batch_size=TALLIES_PER_INSERT)


def build_month_row(month: datetime.date, code: int, tally: FigureTally) -> GovernanceMonth:
    figures = tally.as_json()
    return GovernanceMonth(
        month=month,
        region_id=code or None,
        figures=figures,
        digest=digest_month(month, code, figures),
    )


def digest_month(month: datetime.date, code: int, figures: dict[str, Any]) -> str:
    """Return a hash of the row's content, which shows later whether it was changed."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{month:%Y-%m} {code} {text}".encode()).hexdigest()


def get_first_derivable_month() -> datetime.date:
    """Return the first month of which no event can have been purged."""
    oldest = timezone.now() - THREE_YEARS
    month = months.get_local_month(oldest)
    return month if get_midnight(month) >= oldest else months.go_back_months(month, -1)


def get_month_tallies(place: Region | None) -> dict[datetime.date, FigureTally]:
    """Return the tallies of the published months that were counted, newest first.

    A stored month without a row of the place had nothing to count there. The running month, and one
    that ended just now, are counted on request.
    """
    published = months.list_published_months()
    of_place_or_nation = Q(region=place) | Q(region=None)
    rows = GovernanceMonth.objects.filter(of_place_or_nation, month__gte=published[-1]).order_by()
    stored: dict[tuple[datetime.date, int | None], dict] = {
        (month, code): figures
        for month, code, figures in rows.values_list("month", "region", "figures")
    }
    code = place.adcode if place else None
    tallies: dict[datetime.date, FigureTally] = {}
    for month in published:
        if (month, code) in stored:
            tallies[month] = FigureTally.from_json(stored[month, code])
        elif (month, None) in stored:
            tallies[month] = FigureTally()
        elif month in published[:2]:
            tallies[month] = get_running_month_tally(place, month)
    return tallies


def get_running_month_tally(place: Region | None, month: datetime.date) -> FigureTally:
    """Count the month, or return the count of up to `CACHE_SECONDS` ago."""
    key = f"governance-{place.adcode if place else NATION_KEY}-{month}"
    figures = cache.get(key)
    if figures is None:
        figures = counting.count_place(place, *months.get_month_span(month)).as_json()
        cache.set(key, figures, CACHE_SECONDS)
    return FigureTally.from_json(figures)


def _find_first_month() -> datetime.date | None:
    """Return the month of the oldest event, or the first month of which no event can have been purged."""
    firsts = [
        model.objects.aggregate(at=Min("created_at"))["at"]
        for model in (ListingEvent, EmployerEvent, ReportEvent)
    ]
    moments = [moment for moment in firsts if moment]
    if not moments:
        return None
    return max(months.get_local_month(min(moments)), get_first_derivable_month())
