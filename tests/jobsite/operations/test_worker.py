"""The one worker: sends at once, keeps its clock, ends when it is told to."""

import asyncio
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app

from jobsite.operations import housekeeping
from jobsite.operations.worker_tasks import (
    TaskFailed,
    hide_error_details,
    requeue_stalled_jobs,
    run_at_tick,
)
from sitekit.messages import outbox
from sitekit.models import Chore, Mail
from tests.daily_tests import mark_each
from tests.jobsite.web_processes import get_http_response
from tests.jobsite.workers import (
    LONG,
    begin,
    count_registered_workers,
    environment,
    run_sql,
    wait_for,
)
from tools.cluster.processes import find_free_port

__all__ = ["begin", "environment"]


def enqueue_mail(key):
    outbox.enqueue_messages([Mail(key=key, to="a@example.com", subject="通知", text="好了。")])


def is_sent(key):
    return Mail.objects.filter(key=key, sent_at__isnull=False).exists()


def count_delivery_jobs(status):
    return run_sql(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver' AND status = %s",
        status,
    )[0][0]


@pytest.fixture
def running(begin):
    process = begin("worker")
    wait_for(count_registered_workers, "the start of the worker")
    # Its first rounds are over: what is sent from now on was not found by the clock.
    wait_for(lambda: Chore.objects.filter(name="寄出邮件和短信").exists(), "the first round")
    wait_for(lambda: not run_sql("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'"))
    return process


def test_a_mail_leaves_because_it_was_put_and_not_by_the_clock(running, environment):
    with transaction.atomic():
        enqueue_mail("in a transaction")
    wait_for(lambda: is_sent("in a transaction"), "sending")
    assert count_delivery_jobs("todo") == 0, "jobs that went well do not stay"
    enqueue_mail("by itself")
    wait_for(lambda: is_sent("by itself"), "sending")


def test_nobody_hears_of_a_mail_whose_transaction_was_rolled_back(environment):
    with transaction.atomic():
        enqueue_mail("never")
        transaction.set_rollback(True)
    assert (Mail.objects.count(), count_delivery_jobs("todo")) == (0, 0)


def test_one_waiting_job_is_enough_and_a_second_one_breaks_nothing(environment, monkeypatch):
    with transaction.atomic():
        enqueue_mail("a")
        enqueue_mail("b")
    enqueue_mail("c")
    assert count_delivery_jobs("todo") == 1
    # Two at the same moment: both saw none waiting.
    monkeypatch.setattr(outbox.ProcrastinateJob.objects, "filter", lambda **_: Nothing())
    with transaction.atomic():
        enqueue_mail("d")
    assert (count_delivery_jobs("todo"), Mail.objects.count()) == (1, 4)


class Nothing:
    def exists(self):
        return False


def test_without_the_tables_of_the_queue_the_mail_stays(environment, monkeypatch, caplog):
    def broken():
        raise ValueError("a@example.com")

    monkeypatch.setattr(outbox, "_wake_the_worker", broken)
    enqueue_mail("a")
    assert Mail.objects.get().sent_at is None


@pytest.mark.full
def test_two_workers_do_every_job_of_the_apps(running, begin):
    begin("worker")
    wait_for(lambda: count_registered_workers() == 2, "the start of the second worker")
    wait_for(lambda: Chore.objects.count() == len(housekeeping.JOBS), "the first round")
    assert not Chore.objects.exclude(trouble="").exists()
    assert not run_sql("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'")


@pytest.mark.full
def test_lines_of_the_log_are_marked_with_the_job(begin, environment):
    environment["MAIL_URL"] = "smtp://127.0.0.1:1"
    enqueue_mail("nobody answers there")
    process = begin("worker")
    wait_for(lambda: Mail.objects.exclude(last_error="").exists(), "the first try")
    process.terminate()
    output, _ = process.communicate(timeout=LONG)
    line = r"Z WARNING sitekit\.messages\.outbox (deliver|寄出邮件和短信)\[\d+\] mails wait: "
    assert re.search(line, output.decode()), output


@pytest.fixture
def notices(tmp_path):
    """Where systemd would listen, and what it was told; whoever tells waits while nobody reads."""
    words, path = [], str(tmp_path / "notices")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(path)

        def read_words():
            while word := door.recv(100):
                words.append(word)

        reading = threading.Thread(target=read_words)
        reading.start()
        yield path, words
        door.shutdown(socket.SHUT_RD)
        reading.join()


@pytest.mark.parametrize("number", mark_each(3, [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]))
def test_it_goes_on_and_gives_signs_of_life_until_it_is_stopped(begin, number, notices):
    port, (path, words) = find_free_port(), notices
    process = begin("worker", f"--probe=127.0.0.1:{port}", NOTIFY_SOCKET=path)
    wait_for(count_registered_workers, "the start of the worker")
    assert set(words) == {b"WATCHDOG=1"}, "systemd waits for it"
    assert "worker: alive" in get_http_response(port, "/readyz").text, "containers ask for it"
    assert process.poll() is None
    process.send_signal(number)
    output, _ = process.communicate(timeout=LONG)
    assert (process.returncode, output) == (0, b"")
    assert count_registered_workers() == 0, "it signs off"


@pytest.mark.full
def test_it_ends_with_the_process_that_began_it(begin):
    shell = ["sh", "-c", '"$@" --with-parent $$ & wait', "sh"]
    parent = begin("worker", through=shell)
    wait_for(count_registered_workers, "the start of the worker")
    parent.kill()
    parent.wait(timeout=LONG)
    wait_for(lambda: not count_registered_workers(), "its end")


@pytest.mark.full
def test_it_outlives_its_connections(running):
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
    )
    run_sql(others, connection.settings_dict["NAME"], connection.connection.info.backend_pid)
    enqueue_mail("after")
    wait_for(lambda: is_sent("after"), "sending after the database came back")
    assert running.poll() is None


def test_what_a_dead_worker_was_doing_is_taken_up_again(environment):
    with transaction.atomic():
        enqueue_mail("left")
    run_sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
    run_sql(
        "UPDATE procrastinate_jobs SET status = 'doing',"
        " worker_id = (SELECT max(id) FROM procrastinate_workers)"
    )
    take_up(seconds=3600)
    assert (count_delivery_jobs("doing"), count_delivery_jobs("todo")) == (1, 0), (
        "its heart may still beat"
    )
    run_sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    take_up(seconds=30)
    assert (count_delivery_jobs("doing"), count_delivery_jobs("todo")) == (0, 1)


def test_what_waits_there_already_is_not_put_back_a_second_time(environment):
    enqueue_mail("left")
    run_sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    enqueue_mail("new")
    take_up(seconds=30)
    assert (count_delivery_jobs("doing"), count_delivery_jobs("todo")) == (0, 1)


def take_up(seconds):
    async def once():
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await requeue_stalled_jobs(app, seconds)

    # In a thread of its own: in this one Playwright's loop runs, once a browser test was before.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, once()).result()


def test_what_a_lost_connection_broke_off_is_left_to_the_next_tick():
    job = housekeeping.JOBS[0]
    with pytest.raises(OperationalError, match="too slow"):
        run_at_tick(job, partial(raise_database_error, "too slow", "57014"))
    run_at_tick(job, partial(raise_database_error, "shut down", "57P01"))


def raise_database_error(words, state):
    cause = psycopg.OperationalError(words)
    cause.sqlstate = state
    raise OperationalError(words) from cause


def test_what_a_job_dies_of_is_told_without_its_words():
    @hide_error_details
    def die():
        raise ValueError("somebody@example.com")

    with pytest.raises(TaskFailed) as caught:
        die()
    assert str(caught.value).startswith("ValueError tests/jobsite/operations/test_worker.py:")
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
