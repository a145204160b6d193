"""The worker in a process of its own, against the tests' database, as `make run` starts it."""

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

PROJECT = Path(__file__).resolve().parents[2]
LONG = 180  # seconds after which something hangs, on the slowest machine


@pytest.fixture
def environment(transactional_db, tmp_path):
    """What is written must be committed: another process reads it."""
    to = connection.settings_dict
    user = f"{quote(to['USER'] or '')}:{quote(to['PASSWORD'] or '', safe='')}"
    host = quote(str(to["HOST"] or ""), safe="")
    return os.environ | {
        "DATABASE_URL": f"postgresql://{user}@{host}:{to['PORT'] or 5432}/{quote(to['NAME'])}",
        "SECRET_KEY": "tests",
        "DEBUG": "1",
        "MAIL_URL": f"file:{tmp_path}/mail",
    }


@pytest.fixture
def begin(environment):
    """Starts a command; whatever goes wrong, nothing of it stays."""
    begun = []

    def started(*words, through=(), **more):
        process = subprocess.Popen(
            [*through, sys.executable, "manage.py", *words],
            env=environment | more,
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


def wait_for(condition, what="what was waited for"):
    until = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.05)


def run_sql(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def count_registered_workers():
    """How many are registered and alive, as far as the table knows."""
    return run_sql("SELECT count(*) FROM procrastinate_workers")[0][0]
