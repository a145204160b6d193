"""How many cases pass a filter, and how long the oldest of them has waited; in all and for each risk."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Min, QuerySet, Value
from django.utils import timezone

from screening.fraud_types import RiskLevel


class RiskMeasure(NamedTuple):
    risk: str
    label: str
    number: int
    oldest_at: datetime | None

    @property
    def oldest_age(self) -> str:
        return describe_age(self.oldest_at)


class QueueMeasure(NamedTuple):
    number: int
    oldest_at: datetime | None
    risks: list[RiskMeasure]

    @property
    def oldest_age(self) -> str:
        return describe_age(self.oldest_at)


def measure_cases(
    cases: QuerySet, since_field: str, risk: str, band_numbers: Mapping[str, int] | None = None
) -> QueueMeasure:
    """Count the cases of this risk, or of any if it is "", and find since when the oldest one waits. One query.

    `cases` are those of any risk. `band_numbers` is the `band` of each risk; with it the cases have a column `band`,
    and the measure has a row for each risk.
    """
    band = F("band") if band_numbers else Value(0)
    rows = (
        cases.order_by()
        .values(measured_band=band)
        .annotate(n=Count("pk"), oldest_at=Min(since_field))
        .values_list("measured_band", "n", "oldest_at")
    )
    measured = {number: (n, oldest_at) for number, n, oldest_at in rows}
    if not band_numbers:
        return QueueMeasure(*measured.get(0, (0, None)), [])
    risks = [
        RiskMeasure(level, f"风险{level.label}", *measured.get(band_numbers[level], (0, None)))
        for level in (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW)
    ]
    chosen = [row for row in risks if risk in ("", row.risk)]
    oldest = min((row.oldest_at for row in chosen if row.oldest_at), default=None)
    return QueueMeasure(sum(row.number for row in chosen), oldest, risks)


def describe_age(since: datetime | None) -> str:
    return describe_duration(timezone.now() - since) if since else ""


def describe_duration(length: timedelta | None) -> str:
    """Return the length of time in minutes, hours or days in Chinese; "" for None."""
    if length is None:
        return ""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 24 else f"{hours // 24} 天"
