"""The bench as a process: a small run of the mixed load, and one that is interrupted."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tools.bench.database import get_bench_database_url
from tools.bench.processes import PROC, list_descendants

pytestmark = [pytest.mark.full, pytest.mark.django_db]
COMMAND = [
    sys.executable,
    "manage.py",
    "bench",
    "--quick",
    "--only",
    "mixed load",
    "--seconds",
    "4",
]


@pytest.fixture
def environment():
    return os.environ | {"DATABASE_URL": get_bench_database_url(), "DEBUG": "1", "SECRET_KEY": "x"}


def list_bench_databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%%'")
        return {name for (name,) in cursor.fetchall()}


def test_a_small_run_ends_without_errors_and_leaves_nothing_behind(environment, tmp_path):
    before = list_bench_databases()
    path = tmp_path / "performance.md"
    command = [*COMMAND, "--report", str(path)]
    done = subprocess.run(  # noqa: PLW1510 - what it wrote is to be seen
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    figures = {
        row["name"]: row for row in json.loads(path.with_suffix(".json").read_text())["figures"]
    }
    assert figures["errors"]["value"] == 0, figures["errors"]["note"]
    assert figures["all public pages, p99"]["value"] > 0
    assert "post: " in figures["errors"]["note"]
    assert list_bench_databases() == before


def test_an_interrupted_run_leaves_nothing_behind(environment):
    before = list_bench_databases()
    bench = subprocess.Popen(
        COMMAND, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    for line in bench.stdout:
        if "visits a second for" in line:  # server, visitors and writers are at work
            break
    pids = list_descendants([bench.pid])
    assert len(pids) > 4
    bench.send_signal(signal.SIGTERM)
    bench.communicate()
    assert bench.returncode == 1
    assert [pid for pid in pids if (PROC / str(pid)).exists()] == []
    assert list_bench_databases() == before
