"""The lengths of time that limits and intervals are counted in, and where a day begins."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def get_midnight(day: date) -> datetime:
    """Return the first moment of the day in the time zone of the site."""
    return timezone.make_aware(datetime.combine(day, time()))
