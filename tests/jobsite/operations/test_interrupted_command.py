"""Ctrl-C ends a command of manage.py with one line and the exit code of a shell, whatever the command waits for."""

import json
import signal
import subprocess
import sys

from tests.interpreters import PROJECT, build_environment
from tests.jobsite.settings.test_settings import GOOD, run_manage_command

ONE_LINE = "manage.py: interrupted\n"


def test_a_command_that_waits_for_its_input_is_interrupted_by_one_line():
    screen = subprocess.Popen(
        [sys.executable, "manage.py", "screen"],
        cwd=PROJECT,
        env=build_environment(GOOD),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    screen.stdin.write(json.dumps({"id": 1, "text": "周末招两名传单派发，日结一百"}) + "\n")
    screen.stdin.flush()
    assert json.loads(screen.stdout.readline())["id"] == 1, "it runs, and waits for the next line"
    screen.send_signal(signal.SIGINT)
    _, errors = screen.communicate(timeout=30)
    assert screen.returncode == 130
    assert errors.startswith("database: not reached")
    assert errors.partition("\n")[2] == ONE_LINE


def test_a_command_at_work_is_interrupted_by_one_line():
    working = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    ended = run_manage_command("shell", "--no-imports", "--command", working)
    assert (ended.returncode, ended.stderr) == (130, ONE_LINE)
