"""By when a report is handled. The operator may promise less time, not more: the shipped times are those that the
governance pages count by and explain. A report keeps what was promised when it came."""

from datetime import timedelta

from safety.choices import ASKED_FOR_MONEY, ReportReason
from sitekit.site_settings.limits import declare_limit

GROUP = "举报和查一查"
URGENT_HOURS = declare_limit(
    "report_hours_urgent", GROUP, "要钱、违法、未成年人的举报，几小时内处理", 24, most=24
)
USUAL_HOURS = declare_limit("report_hours", GROUP, "其他举报，几小时内处理", 72, most=72)
URGENT_REASONS = frozenset([*ASKED_FOR_MONEY, ReportReason.ILLEGAL, ReportReason.MINORS])


def get_handling_time(reason: str) -> timedelta:
    hours = int(URGENT_HOURS) if reason in URGENT_REASONS else int(USUAL_HOURS)
    return timedelta(hours=hours)


def describe_handling_times() -> tuple[str, str]:
    """Return those of urgent and of other reports in words: 24 小时, 3 天."""
    return _format_hours(int(URGENT_HOURS)), _format_hours(int(USUAL_HOURS))


def _format_hours(hours: int) -> str:
    days, hours_left = divmod(hours, 24)
    return f"{days} 天" if days > 1 and not hours_left else f"{hours} 小时"
