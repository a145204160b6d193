"""Runs over stored rows, a few in a transaction: one that was interrupted is continued by the periodic task."""

import functools
import time
from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Employer
from listings.models import BulkUpload, JobFeedRun
from sitekit.maintenance.periodic import run_guarded

CHUNK_ROWS = 10  # rows in a transaction
REQUEST_SECONDS = 2.0  # spent in a request, whose thread answers nobody else meanwhile
RUN_SECONDS = 8.0  # spent on a run by the worker
ROUND_SECONDS = 25.0  # of continuing: all other periodic work waits for it
MAX_CONTINUED = 20
INTERRUPTED_AFTER = timedelta(seconds=30)


def lock_run[Run: (BulkUpload, JobFeedRun)](
    runs: QuerySet[Run], number: int, employer_path: str
) -> tuple[Run, Employer] | None:
    """Lock a run and its employer, whose column is at `employer_path`; return both. In a transaction.

    None if it was deleted meanwhile: with its feed, or with the account of its author.
    """
    employer_id = runs.filter(pk=number).values_list(employer_path, flat=True).first()
    if employer_id is None:
        return None
    # The employer is locked first, as in `submission`; so runs wait for each other.
    employer = Employer.objects.select_for_update(of=("self",)).filter(pk=employer_id).first()
    run = runs.select_for_update(of=("self",)).filter(pk=number).first()
    return (run, employer) if run and employer else None


def continue_interrupted[Run: (BulkUpload, JobFeedRun)](
    unfinished: QuerySet[Run], process: Callable[[int], None]
) -> int:
    """Process at most `MAX_CONTINUED` runs that were begun a while ago; return how many. One that fails stops no
    other; those that there is no time for are left to the next round."""
    until = time.monotonic() + ROUND_SECONDS
    old = unfinished.filter(created_at__lt=timezone.now() - INTERRUPTED_AFTER).order_by("pk")
    count = 0
    for number in old.values_list("pk", flat=True)[:MAX_CONTINUED]:
        run_guarded(f"run {number}", functools.partial(process, number))
        count += 1
        if time.monotonic() > until:
            break
    return count
