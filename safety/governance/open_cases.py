"""Counts the cases that wait at the desk now, of one place or of the nation, in one query."""

from typing import Any

from django.db.models import Count, QuerySet, Value

from accounts.verification.employer_checks import list_employers_to_review
from cities.models import Region
from safety.governance.counting import list_place_codes
from safety.governance.figures import WAITING
from safety.models import Report
from safety.moderation.waiting_cases import (
    list_listings_to_decide,
    list_open_appeals,
    list_waiting_edits,
    list_waiting_texts,
)
from safety.reports import transitions as reports


def count_open_cases(place: Region | None) -> dict[str, int]:
    """Return the numbers by queue. A listing counts where it is now, an appeal where its listing or
    employer is; texts besides those of listings have no place, and count in the nation alone."""
    codes = None if place is None else list_place_codes(place)
    open_reports = Report.objects.filter(status__in=reports.OPEN_REPORT_STATUSES)
    open_appeals = list_open_appeals()
    parts = [
        _count_queue("listings", list_listings_to_decide(), "region", codes),
        _count_queue("listings", list_waiting_edits(), "listing__region", codes),
        _count_queue("employers", list_employers_to_review(), "region", codes),
        _count_queue("reports", open_reports, "listing__region", codes),
        _count_queue("appeals", open_appeals, "listing__region", codes),
    ]
    counts = dict.fromkeys(WAITING, 0)
    if codes is None:
        parts.append(_count_queue("texts", list_waiting_texts(), "", codes))
    else:
        del counts["texts"]
        parts.append(_count_queue("appeals", open_appeals, "employer__region", codes))
    for kind, n in parts[0].union(*parts[1:], all=True).order_by():
        counts[kind] += n
    return counts


def _count_queue(
    kind: str, rows: QuerySet[Any], region_field: str, codes: list[int] | None
) -> QuerySet[Any]:
    """Return (kind, number of rows), of the rows in the places if `codes` are given."""
    if codes is not None:
        rows = rows.filter(**{f"{region_field}__in": codes})
    rows = rows.order_by().annotate(queue=Value(kind)).values("queue")
    return rows.annotate(n=Count("pk")).values_list("queue", "n")
