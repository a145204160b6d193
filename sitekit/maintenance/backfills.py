"""Rows that are there already get what a new release wants of them: in batches, by the worker.

A batch and how far it came are one transaction, so what is killed goes on behind the last whole batch. Its rows are
locked meanwhile: what others change at that moment is not undone.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable

from sitekit.models import BackfillProgress

ROWS_PER_TRANSACTION = 100  # rows: whoever wants to change one of them waits for the others
# For a lock: all others of the batch would wait as long. Shorter than the second after which PostgreSQL ends one of
# two that wait for each other, so that it is never the visitor.
LONGEST_WAIT = "500ms"
A_TURN = 20  # seconds; the other periodic jobs wait meanwhile


class Backfill(NamedTuple):
    """`fill` gets the numbers of some of `rows`, and may get them again. A higher `version` has all filled anew.

    Code with a lower one fills nothing after it, but writes rows as it always did: it leaves its own version, so that
    the higher one begins again.
    """

    name: str
    version: int
    rows: Callable[[], QuerySet[Any]]
    fill: Callable[[Sequence[int]], object]


def continue_backfills(
    backfills: Iterable[Backfill], stopped: Callable[[], bool] = lambda: False
) -> int:
    """Go on where the last turn ended, for the time of a turn; return how many rows were filled."""
    end = time.monotonic() + A_TURN
    count = 0
    for backfill in backfills:
        while not stopped() and time.monotonic() < end:
            filled = _fill_unless_busy(backfill)
            if not filled:
                break
            count += filled
    return count


def redo_backfill(backfill: Backfill) -> int:
    """Fill all rows from the first on and return how many there were; the worker goes on if this is killed."""
    rows = BackfillProgress.objects.filter(name=backfill.name)
    rows.delete()
    while not rows.filter(finished_at__isnull=False).exists():
        continue_backfills([backfill])
    return rows.get().row_count


def restart_backfill(backfill: Backfill) -> None:
    """Let the worker fill all rows again, after a change of the settings that they depend on."""
    done = BackfillProgress.objects.filter(name=backfill.name)
    done.update(version=backfill.version, reached=0, row_count=0, finished_at=None)


def _fill_unless_busy(backfill: Backfill) -> int:
    try:
        return _fill_batch(backfill)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            return 0  # left for the next turn
        raise


@atomic
def _fill_batch(backfill: Backfill) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
    progress = _lock_progress(backfill)
    if progress.version > backfill.version:
        left = {"version": backfill.version, "finished_at": timezone.now()}
        BackfillProgress(name=backfill.name, **left).save()
        return 0
    if progress.finished_at:
        return 0
    rows = backfill.rows().filter(pk__gt=progress.reached).order_by("pk")
    locked = rows.select_for_update(no_key=True).values_list("pk", flat=True)
    numbers = list(locked[:ROWS_PER_TRANSACTION])
    if numbers:
        backfill.fill(numbers)
        progress.reached = numbers[-1]
        progress.row_count += len(numbers)
    else:
        progress.finished_at = timezone.now()
    progress.save()
    return len(numbers)


def _lock_progress(backfill: Backfill) -> BackfillProgress:
    """Return the row that says how far it came; two workers don't fill the same rows."""
    locked = BackfillProgress.objects.select_for_update()
    progress, _ = locked.get_or_create(name=backfill.name, defaults={"version": backfill.version})
    if progress.version < backfill.version:
        return BackfillProgress(name=backfill.name, version=backfill.version)
    return progress
