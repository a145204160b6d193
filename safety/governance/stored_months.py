"""Finished months are counted once and written down; the running one is counted when asked for."""

import datetime
import hashlib
import json

from django.core.cache import cache
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import EmployerEvent
from cities.models import Region
from listings.models import ListingEvent
from safety.governance import counting
from safety.governance.months import (
    get_month_of,
    get_month_span,
    get_month_start,
    go_back_months,
    is_finished,
    list_published_months,
)
from safety.governance.tally import Tally
from safety.models import GovernanceMonth, ReportEvent
from sitekit.maintenance.retention import THREE_YEARS

SECONDS = 180  # for which the count of a month that is not written down yet may be shown
BATCH = 1000


def keep_finished() -> int:
    """Write down every finished month that is not yet; how many."""
    begun = _first_month()
    if begun is None:
        return 0
    there = set(
        GovernanceMonth.objects.filter(region=None, month__gte=begun).values_list(
            "month", flat=True
        )
    )
    month, done = begun, 0
    while is_finished(month):
        if month not in there:
            store_finished_months(month)
            done += 1
        month = go_back_months(month, -1)
    return done


def store_finished_months(month: datetime.date) -> None:
    """Count a month and write it down, of all places or of none; it is never written over."""
    found = counting.of_all(*get_month_span(month))
    rows = [row_of(month, code, tally) for code, tally in sorted(found.items())]
    with transaction.atomic():
        GovernanceMonth.objects.bulk_create(rows, batch_size=BATCH)


def row_of(month: datetime.date, code: int, tally: Tally) -> GovernanceMonth:
    figures = tally.as_json()
    return GovernanceMonth(
        month=month,
        region_id=code or None,
        figures=figures,
        digest=digest_month(month, code, figures),
    )


def digest_month(month: datetime.date, code: int, figures: dict) -> str:
    """Of all that a row says: whoever kept it elsewhere sees whether it is still the same."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{month:%Y-%m} {code} {text}".encode()).hexdigest()


def derivable_from() -> datetime.date:
    """The first month of which no event can have been purged."""
    oldest = timezone.now() - THREE_YEARS
    month = get_month_of(oldest)
    return month if get_month_start(month) >= oldest else go_back_months(month, -1)


def of_place(place: Region | None) -> dict[datetime.date, Tally | None]:
    """The months shown, newest first; None where a month was not counted.

    Before the newest written down, a month without a row of the place had nothing to count. The
    running month, and one that ended just now, are counted at once.
    """
    shown = list_published_months()
    mine = Q(region=place) | Q(region=None)
    rows = GovernanceMonth.objects.filter(mine, month__gte=shown[-1]).order_by()
    kept: dict[int, dict] = {counting.NATION: {}, (place.adcode if place else 0): {}}
    for code, month, figures in rows.values_list("region_id", "month", "figures"):
        kept[code or counting.NATION][month] = figures
    own, counted = kept[place.adcode if place else counting.NATION], kept[counting.NATION]
    found: dict[datetime.date, Tally | None] = {}
    for month in shown:
        if month in own:
            found[month] = Tally.from_json(own[month])
        elif month in counted:
            found[month] = Tally()
        elif month in shown[:2]:
            found[month] = get_running_month_tally(place, month)
        else:
            found[month] = None
    return found


def get_running_month_tally(place: Region | None, month: datetime.date) -> Tally:
    """As it is now, or was a few minutes ago."""
    key = f"governance-{place.adcode if place else counting.NATION}-{month}"
    found = cache.get(key)
    if found is None:
        found = counting.of_place(place, *get_month_span(month)).as_json()
        cache.set(key, found, SECONDS)
    return Tally.from_json(found)


def _first_month():
    """Of the oldest event there is, as far back as all events of a month are kept."""
    firsts = [
        model.objects.aggregate(at=Min("created_at"))["at"]
        for model in (ListingEvent, EmployerEvent, ReportEvent)
    ]
    moments = [moment for moment in firsts if moment]
    return max(get_month_of(min(moments)), derivable_from()) if moments else None
