"""Figures of the desk: what waits, how long, what was decided by whom and why, in the last days."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Value
from django.db.models.aggregates import Aggregate
from django.db.models.fields import DurationField
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.verification.employer_checks import list_employers_to_review
from safety.case_queues.queue_measures import describe_duration
from safety.choices import AppealStatus, CaseKind, ReportStatus
from safety.models import Appeal, CannedReason, Decision, Report
from safety.moderation.waiting_cases import (
    list_open_appeals,
    list_waiting_listings,
    list_waiting_texts,
)

DAYS = 14
MOST_ROWS = 8


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    name = "median"
    output_field = DurationField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


class WaitingCases(NamedTuple):
    """The oldest of those of a queue waits since `oldest_at`."""

    queue: str
    number: int
    oldest_at: datetime | None


def measure_queues() -> list[WaitingCases]:
    """Return what waits in each queue, by one query."""
    reports = Report.objects.filter(status__in=(ReportStatus.RECEIVED, ReportStatus.IN_REVIEW))
    rows = {
        "listings": (list_waiting_listings(), "since"),
        "employers": (list_employers_to_review(), "submitted_at"),
        "texts": (list_waiting_texts(), "created_at"),
        "reports": (reports, "created_at"),
        "appeals": (list_open_appeals(), "created_at"),
    }
    measured = [
        waiting.order_by()
        .values(queue=Value(queue))
        .annotate(n=Count("pk"), oldest_at=Min(since))
        .values_list("queue", "n", "oldest_at")
        for queue, (waiting, since) in rows.items()
    ]
    union = measured[0].union(*measured[1:], all=True).order_by()
    by_queue = {row[0]: WaitingCases(*row) for row in union}
    return [by_queue.get(queue, WaitingCases(queue, 0, None)) for queue in rows]


def get_first_day() -> date:
    return timezone.localdate() - timedelta(days=DAYS - 1)


def _list_recent_decisions() -> QuerySet[Decision]:
    return Decision.objects.filter(created_at__date__gte=get_first_day()).order_by()


def count_by_day() -> list[tuple[date, int]]:
    """Return (day, number of decisions) of every day, oldest first."""
    rows = _list_recent_decisions().values_list(TruncDate("created_at")).annotate(n=Count("*"))
    counts = dict(rows)
    days = [get_first_day() + timedelta(days=n) for n in range(DAYS)]
    return [(day, counts.get(day, 0)) for day in days]


def count_by_reason() -> list[tuple[str, int]]:
    """Return (label, number of decisions) of canned reasons, most frequent first; the reasons in
    own words last."""
    with_reason = _list_recent_decisions().exclude(reason="")
    counts = dict(with_reason.values_list("canned").annotate(n=Count("*")))
    labels = dict(CannedReason.objects.filter(code__in=counts).values_list("code", "label"))
    own_words = sum(n for code, n in counts.items() if code not in labels)
    named = [(labels[code], n) for code, n in counts.items() if code in labels]
    most_frequent = sorted(named, key=lambda row: (-row[1], row[0]))[:MOST_ROWS]
    return [*most_frequent, ("自己写的", own_words)] if own_words else most_frequent


def count_by_moderator() -> list[dict[str, Any]]:
    """Return rows of name, number of decisions `n`, `undone`, and the median wait in words."""
    rows = (
        _list_recent_decisions()
        .values("moderator", "moderator__name", "moderator__email")
        .annotate(n=Count("*"), undone=Count("undone_at"), wait=Median("waited"))
        .order_by("-n")[:20]
    )
    return [
        {
            **row,
            "name": row["moderator__name"] or row["moderator__email"] or "无名",
            "wait_words": describe_duration(row["wait"]),
        }
        for row in rows
    ]


def summarise_moderation() -> dict[str, Any]:
    """Return the number of decisions, the median wait, and the shares undone or appealed against."""
    row = _list_recent_decisions().aggregate(
        n=Count("*"), undone=Count("undone_at"), wait=Median("waited")
    )
    contestable = (
        _list_recent_decisions()
        .filter(kind__in=(CaseKind.LISTING, CaseKind.EMPLOYER), undone_at=None)
        .exclude(reason="")
    )
    since = Appeal.objects.filter(text=None, created_at__date__gte=get_first_day())
    appeals = since.aggregate(n=Count("*"), upheld=Count("pk", Q(status=AppealStatus.UPHELD)))
    refusals = contestable.count()
    return {
        **row,
        "wait_words": describe_duration(row["wait"]),
        "undone_share": _format_share(row["undone"], row["n"]),
        "refusals": refusals,
        "appeals": appeals["n"],
        "upheld": appeals["upheld"],
        "appealed_share": _format_share(appeals["n"], refusals),
    }


def _format_share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"
