"""Calendar months in local time, each as the date of its first day."""

import datetime

from django.utils import timezone

from sitekit.workflow.periods import get_midnight

MONTHS_SHOWN = 12
# How long after its end a month is finished: until then its events can be undone.
MONTH_END_DELAY = datetime.timedelta(hours=1)


def get_current_month() -> datetime.date:
    return get_local_month(timezone.now())


def get_local_month(moment: datetime.datetime) -> datetime.date:
    return timezone.localdate(moment).replace(day=1)


def go_back_months(month: datetime.date, steps: int = 1) -> datetime.date:
    year, index = divmod(month.year * 12 + month.month - 1 - steps, 12)
    return datetime.date(year, index + 1, 1)


def get_month_span(month: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return its first moment, and that of the month after."""
    return get_midnight(month), get_midnight(go_back_months(month, -1))


def list_published_months() -> list[datetime.date]:
    """Return the running month and those before it, newest first."""
    now = get_current_month()
    return [go_back_months(now, steps) for steps in range(MONTHS_SHOWN)]


def is_finished(month: datetime.date) -> bool:
    return timezone.now() >= get_month_span(month)[1] + MONTH_END_DELAY


def parse_month(text: str) -> datetime.date | None:
    """Parse 2026-10; None if it is no month."""
    try:
        return datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
