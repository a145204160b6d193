"""Figures of the desk in the last days: what waits and for how long, and who decided what and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.fields import DurationField
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from accounts.staff.scope import StaffScope
from accounts.verification.employer_checks import list_employers_to_review
from safety.case_queues.queue_measures import describe_duration
from safety.choices import AppealStatus, CaseKind, ReportStatus
from safety.models import Appeal, CannedReason, Decision, Report
from safety.moderation.case_type import build_appeal_condition, build_case_condition
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.waiting_cases import (
    list_open_appeals,
    list_waiting_listings,
    list_waiting_texts,
)
from sitekit.databases.aggregates import Median

DAYS_SHOWN = 14
MAX_ROWS = 8
_MEDIAN_WAIT = Median("waited", output_field=DurationField())


class WaitingCases(NamedTuple):
    """The waiting cases of a queue; `oldest_at` is since when the oldest waits."""

    queue: str
    number: int
    oldest_at: datetime | None


def measure_queues(scope: StaffScope) -> list[WaitingCases]:
    """Return the waiting cases of each queue in these places. One query."""
    reports = Report.objects.filter(status__in=(ReportStatus.RECEIVED, ReportStatus.IN_REVIEW))
    appeals = CASE_TYPES[CaseKind.APPEAL].build_scope_condition(scope)
    texts = CASE_TYPES[CaseKind.TEXT].build_scope_condition(scope)
    rows = {
        "listings": (list_waiting_listings().filter(scope.build_condition("region")), "since"),
        "employers": (
            list_employers_to_review().filter(scope.build_condition("region")),
            "submitted_at",
        ),
        "texts": (list_waiting_texts().filter(texts), "since"),
        "reports": (reports.filter(scope.build_condition("listing__region")), "created_at"),
        "appeals": (list_open_appeals().filter(appeals), "created_at"),
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
    return timezone.localdate() - timedelta(days=DAYS_SHOWN - 1)


def list_recent_decisions(user: User) -> QuerySet[Decision]:
    """Return the recent decisions on cases in the places of this moderator."""
    decisions = Decision.objects.filter(created_at__date__gte=get_first_day()).order_by()
    return decisions.filter(build_case_condition(user))


def count_by_day(decisions: QuerySet[Decision]) -> list[tuple[date, int]]:
    """Return (day, number of decisions) of every day, oldest first."""
    rows = decisions.values_list(TruncDate("created_at")).annotate(n=Count("*"))
    counts = dict(rows)
    days = [get_first_day() + timedelta(days=n) for n in range(DAYS_SHOWN)]
    return [(day, counts.get(day, 0)) for day in days]


def count_by_reason(decisions: QuerySet[Decision]) -> list[tuple[str, int]]:
    """Return (label, number of decisions) of canned reasons, most frequent first; then of reasons that were
    deleted since, and of reasons in own words."""
    with_reason = decisions.exclude(reason="")
    counts = dict(with_reason.values_list("canned").annotate(n=Count("*")))
    labels = dict(CannedReason.objects.filter(code__in=counts).values_list("code", "label"))
    own_words = counts.pop("", 0)
    deleted = sum(n for code, n in counts.items() if code not in labels)
    named = [(labels[code], n) for code, n in counts.items() if code in labels]
    most_frequent = sorted(named, key=lambda row: (-row[1], row[0]))[:MAX_ROWS]
    others = (("删掉了的理由", deleted), ("自己写的", own_words))
    return [*most_frequent, *((label, n) for label, n in others if n)]


@dataclass(frozen=True)
class ModeratorFigures:
    name: str
    n: int  # decisions
    undone: int  # of these
    wait: timedelta | None  # the median time that the cases had waited
    wait_words: str


def list_moderator_figures(decisions: QuerySet[Decision]) -> list[ModeratorFigures]:
    """Return the twenty moderators with most decisions, the busiest first."""
    rows = (
        decisions.values("moderator", "moderator__name", "moderator__email")
        .annotate(n=Count("*"), undone=Count("undone_at"), wait=_MEDIAN_WAIT)
        .order_by("-n")[:20]
    )
    return [
        ModeratorFigures(
            name=row["moderator__name"] or row["moderator__email"] or "无名",
            n=row["n"],
            undone=row["undone"],
            wait=row["wait"],
            wait_words=describe_duration(row["wait"]),
        )
        for row in rows
    ]


def summarise_moderation(decisions: QuerySet[Decision], user: User) -> dict[str, Any]:
    """Return the number of decisions, the median wait, the shares undone or appealed against, and the appeals:
    those against an older decision, or against one that no moderator made, are in no share."""
    row = decisions.aggregate(n=Count("*"), undone=Count("undone_at"), wait=_MEDIAN_WAIT)
    contestable = decisions.filter(
        kind__in=(CaseKind.LISTING, CaseKind.EMPLOYER), undone_at=None
    ).exclude(reason="")
    since = Appeal.objects.filter(
        build_appeal_condition(user), text=None, created_at__date__gte=get_first_day()
    )
    appeals = since.aggregate(n=Count("*"), upheld=Count("pk", Q(status=AppealStatus.UPHELD)))
    counts = contestable.aggregate(n=Count("*"), appealed=Count("pk", _build_appealed_condition()))
    return {
        **row,
        "wait_words": describe_duration(row["wait"]),
        "undone_share": _format_share(row["undone"], row["n"]),
        "refusals": counts["n"],
        "appealed": counts["appealed"],
        "appeals": appeals["n"],
        "upheld": appeals["upheld"],
        "appealed_share": _format_share(counts["appealed"], counts["n"]),
    }


def _build_appealed_condition() -> Q:
    """Return the condition that a decision on a listing or employer was the last one before an appeal against it."""
    later_decision = Decision.objects.filter(
        kind=OuterRef(OuterRef("kind")),
        number=OuterRef(OuterRef("number")),
        created_at__gt=OuterRef(OuterRef("created_at")),
        created_at__lt=OuterRef("created_at"),
        undone_at=None,
    )
    appeals = Appeal.objects.filter(
        ~Exists(later_decision),
        decided_by=OuterRef("moderator"),
        created_at__gt=OuterRef("created_at"),
    )
    of_listing = Q(kind=CaseKind.LISTING) & Q(Exists(appeals.filter(listing=OuterRef("number"))))
    of_employer = Q(kind=CaseKind.EMPLOYER) & Q(Exists(appeals.filter(employer=OuterRef("number"))))
    return of_listing | of_employer


def _format_share(part: int, total: int) -> str:
    return f"{part / total:.0%}" if total else "—"
