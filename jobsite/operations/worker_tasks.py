"""What the worker does: jobs put by others, and its own clock.

A job only says "look": what is to be done stands in rows, so that a job done twice, late or
never changes nothing but the time.
"""

import contextlib
import functools

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from jobsite.operations.delivery import deliver_messages
from jobsite.operations.housekeeping import AlreadyRunning, run_periodic_tasks
from sitekit.maintenance.periodic import locate_error
from sitekit.messages import outbox

EVERY_MINUTE = "* * * * *"
LATER = RetryStrategy(max_attempts=6, exponential_wait=4)  # seconds: 4, 16, 64 … an hour in all
STALLED = 30  # seconds without a heartbeat, which comes every 10


class TaskFailed(Exception):
    """Says kind and place only: what a job dies of is logged, and its words may name people."""


def hide_error_details(task):
    @functools.wraps(task)
    def done(*args, **kwargs):
        try:
            return task(*args, **kwargs)
        except Exception as error:
            raise TaskFailed(locate_error(error)) from None

    return done


@app.task(name=outbox.TASK, pass_context=True, retry=LATER)
@hide_error_details
def deliver_in_worker(context):
    deliver_messages(stopped=context.should_abort)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="look after the outbox", queueing_lock="outbox", pass_context=True)
@hide_error_details
def deliver_what_waited(context, timestamp):
    """What is tried again, what waited for its time, and what nobody announced."""
    deliver_messages(stopped=context.should_abort)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="housekeeping", queueing_lock="housekeeping", pass_context=True)
@hide_error_details
def keep_house(context, timestamp):
    with contextlib.suppress(AlreadyRunning):
        run_periodic_tasks(stopped=context.should_abort)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="take up stalled jobs", queueing_lock="stalled", pass_context=True)
async def take_up(context, timestamp):
    await take_up_stalled(context.app)


async def take_up_stalled(the_app, seconds=STALLED):
    """What a worker was doing when it was killed is put back into the queue."""
    manager = the_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same is waiting there already
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
