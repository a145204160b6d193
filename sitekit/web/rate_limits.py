"""Limits on how often somebody may do something, counted in the database for all processes.

The person or network is stored as a keyed hash only, for the period that is counted.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sitekit.models import Tally

_COUNT = """
    INSERT INTO sitekit_tally (key, count, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET count = sitekit_tally.count + 1
    RETURNING count
"""


def count_attempt(what: str, who: object, most: int, within: timedelta) -> bool:
    """Count one more attempt; return whether it is among the first `most` of this period.

    Periods of the length `within` follow each other without a gap; they do not slide.
    """
    key, until = _build_key(what, who, within)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, until])
        return cursor.fetchone()[0] <= most


def has_attempts_left(what: str, who: object, most: int, within: timedelta) -> bool:
    """Whether one more would be among the first `most` of this period; counts nothing."""
    key, _until = _build_key(what, who, within)
    return not Tally.objects.filter(key=key, count__gte=most).exists()


def _build_key(what: str, who: object, within: timedelta) -> tuple[str, datetime]:
    """Return the key of the count, and the end of its period."""
    period, seconds = divmod(timezone.now().timestamp(), within.total_seconds())
    until = timezone.now() + within - timedelta(seconds=seconds)
    key = salted_hmac(f"sitekit.limits.{what}", f"{who} {int(period)}", algorithm="sha256")
    return key.hexdigest(), until


def purge_attempts() -> None:
    """Delete the counts of the periods that are over."""
    Tally.objects.filter(until__lt=timezone.now()).delete()
