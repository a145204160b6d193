"""What waits at the desk at this moment, of one place or of the nation, in one query."""

from django.db.models import Count, Value

from cities.models import Region
from safety.choices import AppealStatus
from safety.governance.counting import codes_of
from safety.governance.figures import WAITING
from safety.models import Appeal, Report
from safety.moderation.waiting_cases import (
    list_listings_to_decide,
    list_waiting_edits,
    list_waiting_employers,
)
from safety.reports import transitions as reports


def count_open_cases(place: Region | None) -> dict[str, int]:
    """By queue. A listing counts where it is now; an appeal where its listing or employer is."""
    codes = None if place is None else codes_of(place)
    open_reports = Report.objects.filter(status__in=reports.OPEN_REPORT_STATUSES)
    open_appeals = Appeal.objects.filter(status=AppealStatus.OPEN)
    parts = [
        _in("listings", list_listings_to_decide(), "region", codes),
        _in("listings", list_waiting_edits(), "listing__region", codes),
        _in("employers", list_waiting_employers(), "region", codes),
        _in("reports", open_reports, "listing__region", codes),
        _in("appeals", open_appeals, "listing__region", codes),
    ]
    if codes is not None:
        parts.append(_in("appeals", open_appeals, "employer__region", codes))
    found = dict.fromkeys(WAITING, 0)
    for kind, n in parts[0].union(*parts[1:], all=True).order_by():
        found[kind] += n
    return found


def _in(kind, rows, where, codes):
    if codes is not None:
        rows = rows.filter(**{f"{where}__in": codes})
    rows = rows.order_by().annotate(queue=Value(kind)).values("queue")
    return rows.annotate(n=Count("pk")).values_list("queue", "n")
