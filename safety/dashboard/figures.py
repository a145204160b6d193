"""Figures of the desk: what waits, how long, what was decided by whom and why. Bounded by days."""

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.db.models.aggregates import Aggregate
from django.db.models.fields import DurationField
from django.db.models.functions import TruncDate
from django.utils import timezone

from safety.choices import AppealStatus, CaseKind, ReportStatus
from safety.models import Appeal, CannedReason, Decision, Report
from safety.moderation.waiting_cases import list_waiting_employers, list_waiting_listings

DAYS = 14
MOST_ROWS = 8


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    name = "median"
    output_field = DurationField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def count_waiting_cases():
    """[(queue, how many, since when the oldest waits)]"""
    oldest = list_waiting_listings().order_by("since").values_list("since", flat=True)
    papers = list_waiting_employers().values_list("submitted_at", flat=True)
    reports = Report.objects.filter(status__in=(ReportStatus.RECEIVED, ReportStatus.IN_REVIEW))
    appeals = Appeal.objects.filter(status=AppealStatus.OPEN)
    return {
        "listings": oldest.first(),
        "employers": papers.first(),
        "reports": reports.aggregate(at=Min("created_at"))["at"],
        "appeals": appeals.aggregate(at=Min("created_at"))["at"],
    }


def first_day():
    return timezone.localdate() - timedelta(days=DAYS - 1)


def _recent():
    return Decision.objects.filter(created_at__date__gte=first_day())


def by_day():
    """[(day, how many)] of every day, the oldest first."""
    day = TruncDate("created_at")
    rows = _recent().order_by().annotate(day=day).values("day").annotate(n=Count("*"))
    counts = {row["day"]: row["n"] for row in rows}
    days = [first_day() + timedelta(days=n) for n in range(DAYS)]
    return [(day, counts.get(day, 0)) for day in days]


def by_reason():
    """[(label, how many)] of canned reasons, the most frequent first; own words last."""
    rows = _recent().order_by().exclude(reason="").values("canned").annotate(n=Count("*"))
    counts = {row["canned"]: row["n"] for row in rows}
    labels = dict(CannedReason.objects.filter(code__in=counts).values_list("code", "label"))
    own = sum(n for code, n in counts.items() if code not in labels)
    named = [(labels[code], n) for code, n in counts.items() if code in labels]
    found = sorted(named, key=lambda row: (-row[1], row[0]))[:MOST_ROWS]
    return [*found, ("自己写的", own)] if own else found


def by_moderator():
    """[(name, how many, how many undone, median wait)]"""
    rows = (
        _recent()
        .order_by()
        .values("moderator", "moderator__name", "moderator__email")
        .annotate(n=Count("*"), undone=Count("undone_at"), wait=Median("waited"))
        .order_by("-n")[:20]
    )
    return [
        {
            **row,
            "name": row["moderator__name"] or row["moderator__email"] or "无名",
            "wait_words": length_words(row["wait"]),
        }
        for row in rows
    ]


def summarise_moderation():
    """How many, the median wait, and the shares that were undone or appealed against."""
    row = _recent().aggregate(n=Count("*"), undone=Count("undone_at"), wait=Median("waited"))
    contestable = (
        _recent()
        .filter(kind__in=(CaseKind.LISTING, CaseKind.EMPLOYER), undone_at=None)
        .exclude(reason="")
    )
    against = Appeal.objects.filter(created_at__date__gte=first_day())
    counted = against.aggregate(n=Count("*"), upheld=Count("pk", Q(status=AppealStatus.UPHELD)))
    refusals = contestable.count()
    return {
        **row,
        "wait_words": length_words(row["wait"]),
        "undone_share": _share(row["undone"], row["n"]),
        "refusals": refusals,
        "appeals": counted["n"],
        "upheld": counted["upheld"],
        "appealed_share": _share(counted["n"], refusals),
    }


def _share(part, whole):
    return f"{part / whole:.0%}" if whole else "—"


def length_words(length) -> str:
    """A stretch of time as people say it."""
    if length is None:
        return ""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"
