"""What the worker does: jobs put by others, the periodic jobs of the apps, and its own clock.

A job only says "look": what is to be done stands in rows, so that a job done twice, late or
never changes nothing but the time.
"""

import functools
import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from jobsite.operations import housekeeping
from sitekit.databases.read_retry import is_connection_lost
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.messages import outbox
from sitekit.telemetry.current_work import Work, work_on
from sitekit.telemetry.error_places import locate_error

logger = logging.getLogger(__name__)
EVERY_MINUTE = "* * * * *"
ONE_AFTER_THE_OTHER = "housekeeping"  # in the order they were put, whichever worker does them
# seconds: 4, 16, 64 … an hour in all
RETRY_STRATEGY = RetryStrategy(max_attempts=6, exponential_wait=4)
STALLED_SECONDS = 30  # seconds without a heartbeat, which comes every 10


class TaskFailed(Exception):
    """Says only what kind of error it was, and where. The error of a failed job is logged, and its own words may name
    people."""

    has_plain_words = True


def hide_error_details(task):
    @functools.wraps(task)
    def done(*args, **kwargs):
        try:
            return task(*args, **kwargs)
        except Exception as error:
            raise TaskFailed(locate_error(error)) from None

    return done


def name_job(task):
    """Decorate a task so that its log lines are marked with the name and number of the job, in procrastinate's
    notation."""

    @functools.wraps(task)
    def done(context, *args, **kwargs):
        name = context.job.task_name
        with work_on(Work(f"{name}[{context.job.id}]", name)):
            return task(context, *args, **kwargs)

    return done


@app.task(name=outbox.TASK, pass_context=True, retry=RETRY_STRATEGY)
@hide_error_details
@name_job
def deliver_in_worker(context):
    housekeeping.deliver_messages(stopped=context.should_abort)


def run_at_tick(job: PeriodicTask, perform: Callable[[], object]) -> None:
    """Call `perform`. If the command does the same work now, or the connection to the database was lost, return and
    leave it to the next tick: a job that raises counts as failed and waits for a person."""
    try:
        perform()
    except housekeeping.AlreadyRunning:
        pass
    except (OperationalError, InterfaceError) as error:
        if not is_connection_lost(error):
            raise
        logger.warning("%s: the connection to the database was lost", job.name)


def register_job(job: PeriodicTask) -> None:
    """Let the worker check at each tick whether the job is due, and run it if it is."""
    perform = housekeeping.perform_jobs if job.locks_itself else housekeeping.run_periodic_tasks

    @app.periodic(cron=job.cron)
    @app.task(
        name=job.name,
        queueing_lock=job.name,
        lock=None if job.locks_itself else ONE_AFTER_THE_OTHER,
        pass_context=True,
    )
    @hide_error_details
    @name_job
    def perform_when_due(context: JobContext, timestamp: int) -> None:
        run_at_tick(job, functools.partial(perform, [job], stopped=context.should_abort))


for periodic_job in [*housekeeping.JOBS, *housekeeping.WORKER_JOBS]:
    register_job(periodic_job)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="take up stalled jobs", queueing_lock="stalled", pass_context=True)
async def requeue_stalled(context, timestamp):
    await requeue_stalled_jobs(context.app)


async def requeue_stalled_jobs(the_app, seconds=STALLED_SECONDS):
    """Put jobs back into the queue whose worker gave no sign of life for so many seconds. A job that waits there
    already is deleted instead."""
    manager = the_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same is waiting there already
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
