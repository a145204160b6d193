"""The command in a process of its own, as `make run` and a service start it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from news.management.commands.send_alerts import LOCK

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]
LONG = 60  # seconds after which something hangs


@pytest.fixture
def environment(tmp_path):
    to = connection.settings_dict
    user = f"{quote(to['USER'] or '')}:{quote(to['PASSWORD'] or '', safe='')}"
    host = quote(str(to["HOST"] or ""), safe="")
    return os.environ | {
        "DATABASE_URL": f"postgresql://{user}@{host}:{to['PORT'] or 5432}/{quote(to['NAME'])}",
        "SECRET_KEY": "tests",
        "DEBUG": "1",
        "MAIL_URL": f"file:{tmp_path}",
    }


@pytest.fixture
def begin(environment):
    """Starts the command; whatever goes wrong, nothing of it stays."""
    begun = []

    def started(*words, through=()):
        command = [*through, sys.executable, "manage.py", "send_alerts", *words]
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield started
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=LONG)
        process.stdout.close()


def wait_for(condition):
    until = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.05)


IS_LOCKED = """
    SELECT EXISTS (
        SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND objid = %s AND datname = current_database()
    )
"""


def is_sending():
    with connection.cursor() as cursor:
        cursor.execute(IS_LOCKED, [LOCK])
        return cursor.fetchone()[0]


def test_one_round_and_done(begin):
    process = begin()
    output, _ = process.communicate(timeout=LONG)
    assert (process.returncode, output) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_until_it_is_stopped_and_lets_no_second_one_in(begin, number):
    first = begin("--every", "1")
    wait_for(is_sending)
    second = begin("--every", "1")
    output, _ = second.communicate(timeout=LONG)
    assert second.returncode == 0
    assert "另一个进程已经在发。" in output.decode()
    assert first.poll() is None
    first.send_signal(number)
    output, _ = first.communicate(timeout=LONG)
    assert (first.returncode, output) == (0, b"")
    wait_for(lambda: not is_sending())


def test_it_ends_with_the_process_that_began_it(begin):
    shell = ["sh", "-c", '"$@" --with-parent $$ & wait', "sh"]
    parent = begin("--every", "1", through=shell)
    wait_for(is_sending)
    parent.kill()
    parent.wait(timeout=LONG)
    wait_for(lambda: not is_sending())


def test_never_is_no_interval(begin):
    process = begin("--every", "0")
    output, _ = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert "--every 至少 1 秒" in output.decode()
