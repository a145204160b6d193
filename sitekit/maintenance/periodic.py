"""Periodic work: what an app has to be done, how often, and when it was done last.

Each app names its own in `<app>/periodic_tasks.py`; `jobsite.operations.housekeeping` joins the lists and
`jobsite.operations.worker_tasks` makes each job a periodic task of the worker.
"""

import functools
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from sitekit.databases.read_retry import is_connection_lost
from sitekit.models import Chore
from sitekit.telemetry.error_places import locate_error

logger = logging.getLogger(__name__)
RETRY_INTERVAL = timedelta(minutes=10)  # what failed is not done anew every minute
# a job begins later than its tick, and not always by as much
TICK_TOLERANCE = timedelta(seconds=30)


class PeriodicTask(NamedTuple):
    """`run_task` may be done at any time, twice as well; it may return how many things it did.

    One that may take long is `patient`: it is given a function that says when to stop.
    One that `locks_itself` is done beside the others, which are done one after the other.
    """

    name: str
    every: timedelta
    do: Callable[..., object]
    patient: bool = False
    locks_itself: bool = False

    @property
    def cron(self) -> str:
        """When the worker asks whether the job is due.

        Every ten minutes for a daily one too: procrastinate forgets a tick that is older than ten
        minutes, so that a rarer one would be lost in each pause of the worker.
        """
        return "* * * * *" if self.every < RETRY_INTERVAL else "*/10 * * * *"


def list_due_tasks(jobs: Iterable[PeriodicTask]) -> list[PeriodicTask]:
    """Return those whose time has come, in the order given, and those that are due later than their period allows:
    they were done by a clock that was ahead."""
    now = timezone.now()
    soon = now + TICK_TOLERANCE
    waiting = dict(Chore.objects.filter(due_at__gt=soon).values_list("name", "due_at"))
    return [job for job in jobs if not soon < waiting.get(job.name, now) <= now + job.every]


def run_task(job: PeriodicTask, stopped: Callable[[], bool] = lambda: False) -> tuple[object, bool]:
    """Return what the task returned and whether it went well; note both, and when it is due next."""
    begun = timezone.now()
    act = functools.partial(job.do, stopped) if job.patient else job.do
    result, trouble = run_guarded(job.name, act)
    row: dict[str, object] = {
        "due_at": begun + (min(job.every, RETRY_INTERVAL) if trouble else job.every),
        "trouble": trouble,
    }
    if not trouble:
        row["done_at"] = timezone.now()
    Chore.objects.update_or_create(name=job.name, defaults=row)
    return result, not trouble


def run_guarded(name: str, act: Callable[[], object]) -> tuple[object, str]:
    """Return the result and what went wrong; an error is logged, so that other tasks still run.

    Raise the error if the database cannot be reached.
    """
    try:
        return act(), ""
    except Exception as error:
        if is_connection_lost(error):
            raise
        trouble = locate_error(error)
        logger.error("%s failed: %s", name, trouble)  # noqa: TRY400 - its words may name people
        return None, trouble
