"""The whole of deploy/ha on this machine, with two of the faults; `tools.failover.scenario` names what it needs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.cluster.processes import list_missing_programs
from tools.failover.scenario import NEEDED

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.skipif(bool(list_missing_programs(NEEDED)), reason="its servers are not installed")
@pytest.mark.skipif(os.geteuid() != 0, reason="it takes root to make networks")
def test_no_acknowledged_write_is_lost_with_the_primary():
    pytest.importorskip("redis")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # servers run as users of their own
        done = subprocess.run(
            [sys.executable, "manage.py", "failover", "--only", "primary", "web"],
            cwd=PROJECT,
            env=kept | {"DEBUG": "1", "SECRET_KEY": "x", "TMPDIR": folder},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert list(Path(folder).glob("cluster-*")) == []
    # It also ends with an error where writes were away for longer than they may be, which no test demands.
    lines = [line for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [row[2:4] for row in rows] == [["0", "0"], ["0", "0"]], done.stderr[-3000:]
