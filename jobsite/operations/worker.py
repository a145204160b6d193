"""The worker: procrastinate's, begun anew when the database went away, ended with its parent."""

import asyncio
import contextlib
import logging
import os
import signal

from gunicorn.systemd import sd_notify
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.psycopg_connector import PsycopgConnector

from jobsite.operations.worker_tasks import deliver_in_worker, requeue_stalled_jobs
from sitekit.databases.separate_connections import get_session_alias
from sitekit.messages import outbox

logger = logging.getLogger(__name__)
# So that a code goes out beside a long round of housekeeping and a training of the model.
AT_ONCE = 4
WORKER_RETRY_SECONDS = 2  # seconds before another try
STOP_GRACE_SECONDS = 1  # seconds until running jobs are told to stop
POLL_SECONDS = 1  # seconds until the next of the jobs that are done one after the other


async def run_worker(with_parent: int | None = None) -> None:
    """Work until a signal comes, or until the parent process, if its id is given, is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.create_task(_work_until_stopped(stop))
    await _wait_for_end(stop, with_parent)
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def _wait_for_end(stop, parent):
    """Wait until `stop` is set or the parent is gone, then set `stop`. Wake up once a second: nothing reports the end
    of the parent, and systemd expects signs of life from this loop (`WatchdogSec` of its unit)."""
    while not stop.is_set() and parent in (None, os.getppid()):
        sd_notify("WATCHDOG=1", logger)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    stop.set()


async def _work_until_stopped(stop):
    while not stop.is_set():
        try:
            await _run_task_worker()
        except Exception as error:  # whatever it was, the next try may find it mended
            logger.warning("the worker begins anew (%s)", type(error).__name__)
        await asyncio.sleep(WORKER_RETRY_SECONDS)


async def _run_task_worker():
    # It listens, which takes a session.
    connector = PsycopgConnector(kwargs=connector_params(get_session_alias()))
    with app.replace_connector(connector):
        async with app.open_async():
            await requeue_stalled_jobs(app)
            with contextlib.suppress(AlreadyEnqueued):  # something may lie there for long
                await deliver_in_worker.configure(queueing_lock=outbox.TASK).defer_async()
            await app.run_worker_async(
                concurrency=AT_ONCE,
                fetch_job_polling_interval=POLL_SECONDS,
                install_signal_handlers=False,
                shutdown_graceful_timeout=STOP_GRACE_SECONDS,
                delete_jobs="successful",
            )
