"""How often somebody may do something: counted in the database, the same for all processes.

Who it was is kept as a keyed hash only, and not longer than the stretch of time that is counted.
"""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sitekit.models import Tally

_COUNT = """
    INSERT INTO sitekit_tally (key, count, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET count = sitekit_tally.count + 1
    RETURNING count
"""


def count_attempt(what, who, most, within):
    """Count one more time; whether it is among the first `most` of this stretch (a timedelta)."""
    stretch, seconds = divmod(timezone.now().timestamp(), within.total_seconds())
    until = timezone.now() + within - timedelta(seconds=seconds)
    key = salted_hmac(f"sitekit.limits.{what}", f"{who} {int(stretch)}", algorithm="sha256")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key.hexdigest(), until])
        return cursor.fetchone()[0] <= most


def purge_attempts():
    """Forget the stretches that are over."""
    Tally.objects.filter(until__lt=timezone.now()).delete()
