"""Limits on how often somebody may do something, counted for all processes: in the database, or in the
shared cache where there is one and it answers.

The person or network is stored as a keyed hash only, for the period that is counted.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import SupportsIndex

from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sitekit.models import Tally
from sitekit.telemetry.counters import LIMITS_HIT, add_count

# Seconds since 1970; the same in all processes. A test begins its own, so that none ends in the middle of it.
PERIODS_BEGIN = 0.0
_COUNT = """
    INSERT INTO sitekit_tally (key, count, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET count = sitekit_tally.count + 1
    RETURNING count
"""


def count_attempt(
    limit_name: str, counted_for: object, most_attempts: SupportsIndex, period: timedelta
) -> bool:
    """Count one more attempt; return whether it is among the first `most_attempts` of this period. `limit_name` is a
    fixed name in the code, never a person's data: /metrics shows it.

    Periods follow each other without a gap; they do not slide.
    """
    is_allowed = _count_within(limit_name, counted_for, int(most_attempts), period)
    if not is_allowed:
        add_count(LIMITS_HIT, limit_name)
    return is_allowed


def _count_within(
    limit_name: str, counted_for: object, most_attempts: int, period: timedelta
) -> bool:
    key, until = _build_key(limit_name, counted_for, period)
    if (count := _count_in_shared_cache(key, period)) is None:
        count = _count_in_table(key, until)
    return count <= most_attempts


def give_attempt_back(limit_name: str, counted_for: object, period: timedelta) -> None:
    """Take one from the attempts of this period, if the one that was counted turned out to be no attempt. What others
    counted meanwhile stays."""
    key, _until = _build_key(limit_name, counted_for, period)
    uncount = getattr(cache, "uncount", None)
    if not (uncount and uncount(key)):
        Tally.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def has_attempts_left(
    limit_name: str, counted_for: object, most_attempts: SupportsIndex, period: timedelta
) -> bool:
    """Whether one more would be among the first `most_attempts` of this period; counts nothing."""
    return bool(list_with_attempts_left(limit_name, [counted_for], most_attempts, period))


def list_with_attempts_left[Who](
    limit_name: str, everybody: Iterable[Who], most_attempts: SupportsIndex, period: timedelta
) -> list[Who]:
    """Return, in their order, those of whom one more would be among the first `most_attempts` of this period; counts
    nothing. One query for all."""
    keys = {
        _build_key(limit_name, counted_for, period)[0]: counted_for for counted_for in everybody
    }
    counts = {key: count for key in keys if (count := cache.get(key)) is not None}
    uncounted = keys.keys() - counts.keys()
    counts |= Tally.objects.filter(key__in=uncounted).values_list("key", "count")
    return [
        counted_for for key, counted_for in keys.items() if counts.get(key, 0) < int(most_attempts)
    ]


def note_once(note_name: str, noted: object, noted_for: timedelta) -> bool:
    """Note that something was done; return whether it was not noted yet. Unlike a count it is kept for that long from
    now on, whichever period begins meanwhile. `noted` must be named for good, as by its number."""
    key = _build_note_key(note_name, noted)
    if (count := _count_in_shared_cache(key, noted_for)) is None:
        count = _count_in_table(key, timezone.now() + noted_for)
    return count == 1


def is_noted(note_name: str, noted: object) -> bool:
    """Whether `note_once` noted it."""
    key = _build_note_key(note_name, noted)
    return bool(cache.get(key)) or Tally.objects.filter(key=key, count__gt=0).exists()


def get_seconds_left(period: timedelta) -> int:
    """Return how long the running period of that length still is, at least one second."""
    seconds = (timezone.now().timestamp() - PERIODS_BEGIN) % period.total_seconds()
    return max(1, math.ceil(period.total_seconds() - seconds))


def _count_in_shared_cache(key: str, period: timedelta) -> int | None:
    """Return None where there is no such cache, or it is away."""
    count = getattr(cache, "count", None)
    return count(key, period.total_seconds()) if count else None


def _count_in_table(key: str, until: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, until])
        count: int = cursor.fetchone()[0]
    return count


def _build_note_key(note_name: str, noted: object) -> str:
    return salted_hmac(f"sitekit.notes.{note_name}", str(noted), algorithm="sha256").hexdigest()


def _build_key(limit_name: str, counted_for: object, period: timedelta) -> tuple[str, datetime]:
    """Return the key of the count, and the end of its period."""
    now = timezone.now()
    period_number, seconds = divmod(now.timestamp() - PERIODS_BEGIN, period.total_seconds())
    until = now + period - timedelta(seconds=seconds)
    key = salted_hmac(
        f"sitekit.limits.{limit_name}", f"{counted_for} {int(period_number)}", algorithm="sha256"
    )
    return key.hexdigest(), until


def purge_attempts() -> None:
    """Delete the counts of the periods that are over."""
    Tally.objects.filter(until__lt=timezone.now()).delete()
