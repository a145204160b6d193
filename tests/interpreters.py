"""Programs of the project in a process of their own, with an environment that a test gives."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
KEPT = ("PATH", "HOME", "LANG")


def build_environment(variables):
    """These variables and no others of ours; None takes one away."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    given = {name: value for name, value in variables.items() if value is not None}
    return kept | {"PYTHONUTF8": "1"} | given


def run_forked_interpreter(*arguments, **variables):
    """A script, `-c` or `-m`, in a child of a process that has large packages loaded."""
    server = start_fork_server()
    request = {"arguments": arguments, "environment": build_environment(variables)}
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    status, out, err = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(arguments, status, out, err)


@cache
def start_fork_server():
    """Of this process of the tests; it ends when its input does."""
    return subprocess.Popen(
        [sys.executable, "tests/fork_server.py"],
        env=build_environment({"PYTHONPATH": str(PROJECT)}),
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
