"""The whole of docs/scaling.md on this machine; needs `apt-get install pgbouncer valkey-server nginx-light`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.cluster.processes import list_missing_programs

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(list_missing_programs()), reason="its servers are not installed")
def test_nobody_notices_that_the_replica_is_killed():
    pytest.importorskip("redis")
    before = set(Path(tempfile.gettempdir()).glob("cluster-*"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    done = subprocess.run(
        [sys.executable, "manage.py", "cluster", "--seconds", "5"],
        cwd=PROJECT,
        env=kept | {"DEBUG": "1", "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    parts = [line for line in done.stdout.splitlines() if "own writes read" in line]
    assert len(parts) == 5
    assert '"locks": [true, false]' in done.stdout
    assert '"counts": [true, true, false]' in done.stdout
    assert set(Path(tempfile.gettempdir()).glob("cluster-*")) <= before
