"""Periodic work: what is due, one process at a time, and one that fails stops no other."""

import logging
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.periodic import PeriodicDeferrer

from jobsite.operations import housekeeping, worker_tasks
from sitekit.maintenance import periodic as chores
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.models import Chore, Mail
from sitekit.workflow import advisory_lock
from sitekit.workflow.periods import DAY, MINUTE
from tests.clock import advance_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def free_lock(db):
    """A worker that another test killed holds its lock until the database notices."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with advisory_lock.hold_advisory_lock(advisory_lock.HOUSEKEEPING_LOCK) as mine:
            if mine:
                return
        time.sleep(0.1)


@pytest.fixture
def done(free_lock, monkeypatch):
    """Names of the jobs that ran, in order; the site's own are replaced."""
    ran = []
    jobs = [
        PeriodicTask("每分钟", MINUTE, lambda: ran.append("每分钟")),
        PeriodicTask("每天", DAY, lambda: ran.append("每天") or 3),
    ]
    monkeypatch.setattr(housekeeping, "JOBS", jobs)
    return ran


@pytest.fixture
def another_process(free_lock):
    other = connection.copy()
    other.connect()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [advisory_lock.HOUSEKEEPING_LOCK])
        yield
        # The end of the connection would release it too, but maybe only after the next test has begun.
        cursor.execute("SELECT pg_advisory_unlock(%s)", [advisory_lock.HOUSEKEEPING_LOCK])
    other.close()


def test_each_is_done_when_its_time_has_come(done, monkeypatch):
    housekeeping.run_periodic_tasks()
    assert done == ["每分钟", "每天"]
    housekeeping.run_periodic_tasks()
    assert len(done) == 2, "not twice in a minute"
    advance_clock(monkeypatch, MINUTE)
    housekeeping.run_periodic_tasks()
    assert done[2:] == ["每分钟"]
    advance_clock(monkeypatch, DAY)
    housekeeping.run_periodic_tasks()
    assert done[3:] == ["每分钟", "每天"]


def test_what_was_done_by_a_clock_that_was_ahead_is_not_left_for_a_year(done, monkeypatch):
    with monkeypatch.context() as wrong_clock:
        advance_clock(wrong_clock, 365 * DAY)
        housekeeping.run_periodic_tasks()
    housekeeping.run_periodic_tasks()
    assert done == ["每分钟", "每天"] * 2
    housekeeping.run_periodic_tasks()
    assert len(done) == 4


def test_everything_can_be_done_at_once(done, capsys):
    call_command("housekeeping")
    call_command("housekeeping", "--all")
    assert done == ["每分钟", "每天"] * 2
    assert capsys.readouterr().out == "每天：3\n" * 2


@pytest.mark.usefixtures("another_process")
def test_a_second_one_says_so_and_is_content(done, capsys):
    call_command("housekeeping")
    assert "另一个进程正在做。" in capsys.readouterr().out
    assert done == []


def test_the_lock_is_given_back(done):
    housekeeping.run_periodic_tasks()
    other = connection.copy()
    other.connect()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [advisory_lock.HOUSEKEEPING_LOCK])
        assert cursor.fetchone()[0]
    other.close()


def raise_value_error():
    raise ValueError("somebody@example.com")


def test_one_that_fails_stops_no_other_and_says_nothing_personal(done, monkeypatch, caplog, capsys):
    caplog.set_level(logging.DEBUG, logger="sitekit")
    jobs = [PeriodicTask("坏的", DAY, raise_value_error), *housekeeping.JOBS]
    monkeypatch.setattr(housekeeping, "JOBS", jobs)
    with pytest.raises(SystemExit) as ended:
        call_command("housekeeping")
    assert ended.value.code == 1
    assert done == ["每分钟", "每天"]
    assert "没做成：坏的" in capsys.readouterr().err
    row = Chore.objects.get(name="坏的")
    assert row.trouble.startswith("ValueError tests/jobsite/operations/test_housekeeping.py:")
    assert row.done_at is None
    assert "somebody" not in caplog.text + row.trouble
    # It is tried again before its day is over, but not every minute.
    wait = row.due_at - timezone.now()
    assert timedelta(minutes=9) < wait <= chores.RETRY_INTERVAL


def test_without_a_database_there_is_no_going_on(done, monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr(
        housekeeping, "JOBS", [PeriodicTask("没有库", DAY, gone), *housekeeping.JOBS]
    )
    with pytest.raises(OperationalError):
        housekeeping.run_periodic_tasks()
    assert done == []


def test_it_stops_when_it_is_told_to(done):
    housekeeping.run_periodic_tasks(stopped=lambda: True)
    assert done == []


def test_a_patient_job_hears_when_to_stop(monkeypatch):
    heard = []
    job = PeriodicTask("慢", MINUTE, lambda stopped: heard.append(stopped()), patient=True)
    monkeypatch.setattr(housekeeping, "JOBS", [job])
    housekeeping.run_periodic_tasks(stopped=lambda: False)
    assert heard == [False]


def test_the_sites_own_can_all_be_done_twice(stock):
    for _ in range(2):
        _done, failed = housekeeping.run_periodic_tasks(everything=True)
        assert failed == []
    assert Chore.objects.filter(trouble="").count() == len(housekeeping.JOBS)


def test_every_job_has_a_name_of_its_own():
    names = [job.name for job in housekeeping.JOBS]
    assert len(set(names)) == len(names)


def test_without_a_worker_mails_leave_with_the_housekeeping(mailoutbox):
    Mail.objects.create(key="k", to="a@example.com", subject="通知", text="好了。")
    housekeeping.run_periodic_tasks()
    assert [message.subject for message in mailoutbox] == ["通知"]


class Context:
    """What procrastinate gives a task, of a worker that goes on."""

    def __init__(self, name):
        self.job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=name)

    def should_abort(self):
        return False


def run_periodic_task(name):
    """The worker's task of this job, begun as procrastinate begins it."""
    app.tasks[name](Context(name), timestamp=0)


def done_at(name):
    return Chore.objects.values_list("done_at", flat=True).filter(name=name).first()


def test_the_worker_does_a_job_when_its_time_has_come(monkeypatch):
    run_periodic_task("清理计数")
    first = done_at("清理计数")
    assert first
    advance_clock(monkeypatch, timedelta(minutes=50))
    run_periodic_task("清理计数")
    assert done_at("清理计数") == first
    advance_clock(monkeypatch, timedelta(minutes=10))
    run_periodic_task("清理计数")
    assert done_at("清理计数") > first


@pytest.mark.usefixtures("another_process")
def test_the_worker_leaves_to_the_command_what_it_is_doing_but_goes_on_sending(mailoutbox):
    Mail.objects.create(key="k", to="a@example.com", subject="通知", text="好了。")
    run_periodic_task("清理计数")
    run_periodic_task("寄出邮件和短信")
    assert done_at("清理计数") is None
    assert done_at("寄出邮件和短信") and len(mailoutbox) == 1


def test_every_job_is_a_periodic_task_of_the_worker_and_waits_in_the_queue_once():
    periodic = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    for job in housekeeping.JOBS:
        task = periodic[job.name].task
        lock = None if job.locks_itself else worker_tasks.ONE_AFTER_THE_OTHER
        assert (periodic[job.name].cron, task.lock) == (job.cron, lock)
        assert task.queueing_lock == job.name


@pytest.mark.parametrize("minute", [0, 1, 9, 10, 59])
def test_a_worker_that_begins_anew_asks_for_every_job_at_once(minute):
    """Its latest tick is one that procrastinate does not think outdated."""
    begun = timezone.now().replace(minute=minute, second=59).timestamp()
    asked = {
        task.task.name
        for task, _ in PeriodicDeferrer(app.periodic_registry).get_previous_tasks(begun)
    }
    assert {job.name for job in housekeeping.JOBS} <= asked
