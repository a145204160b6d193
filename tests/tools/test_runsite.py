"""`make run`: one prepares at a time, the worker comes back, the greeting names who exists."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from accounts.models import User
from tools import runsite, supervised_worker
from tools.demo.accounts import DEMO_ACCOUNTS
from tools.supervised_worker import SupervisedWorker

PROJECT = Path(__file__).resolve().parents[2]
PREPARE = """
import sys
from contextlib import ExitStack
from pathlib import Path
from tools import runsite
runsite.VAR_DIR = Path(sys.argv[1])
with runsite._prepare_alone():
    print("prepares", flush=True)
    sys.stdin.read()
"""


def start_process(*command, **more):
    return subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more
    )


def test_who_comes_second_waits_with_a_word_and_then_prepares(tmp_path):
    command = [sys.executable, "-c", PREPARE, str(tmp_path / "var")]
    with start_process(*command) as first:
        assert first.stdout.readline() == "prepares\n"
        with start_process(*command) as second:
            assert "waits" in second.stdout.readline()
            first.stdin.close()
            assert second.stdout.readline() == "prepares\n"
            second.stdin.close()
    assert first.returncode == second.returncode == 0


def test_a_killed_one_keeps_nobody_waiting(tmp_path):
    command = [sys.executable, "-c", PREPARE, str(tmp_path / "var")]
    with start_process(*command) as first:
        assert first.stdout.readline() == "prepares\n"
        first.kill()
        first.wait()
        with start_process(*command) as second:
            assert second.stdout.readline() == "prepares\n"
            second.stdin.close()


@pytest.fixture
def clock(monkeypatch):
    """Its `now` is what the supervision sees."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(supervised_worker, "time", clock)
    return clock


def kill_worker(worker):
    """As gunicorn sees it: the end is reaped by another hand."""
    os.kill(worker.process.pid, signal.SIGKILL)
    os.waitpid(worker.process.pid, 0)


def test_a_killed_worker_comes_back_after_a_pause_that_grows(clock, capsys):
    with SupervisedWorker(["sleep", "600"]) as worker:
        for pause in (1, 2, 4):
            former = worker.process
            kill_worker(worker)
            worker.look_after()
            assert f"begins anew in {pause} s" in capsys.readouterr().out
            clock.now += pause - 0.1
            worker.look_after()
            assert worker.process is former
            clock.now += 0.1
            worker.look_after()
            assert worker.process.poll() is None and worker.process is not former
        clock.now += supervised_worker.STEADY_SECONDS
        kill_worker(worker)
        worker.look_after()
        assert "begins anew in 1 s" in capsys.readouterr().out
    assert worker.process.poll() is not None


def test_the_worker_ends_with_its_server_and_does_not_hear_the_terminal():
    with SupervisedWorker(["sleep", "600"]) as worker:
        assert os.getpgid(worker.process.pid) != os.getpgid(0)
        worker.look_after()
        assert worker.process.poll() is None
    assert worker.process.returncode == -signal.SIGTERM


@pytest.mark.django_db
def test_only_accounts_that_exist_are_greeted(capsys, settings):
    settings.OPEN_TO_OTHERS = False
    runsite._tell_accounts()
    assert capsys.readouterr().out == ""
    seeker, _, moderator, *_others, admin = DEMO_ACCOUNTS
    for account in (seeker, moderator, admin):
        user = User.objects.create_user(email=account.email, password=account.password)
        user.is_active = account is not admin
        user.save()
    runsite._tell_accounts()
    output = capsys.readouterr().out
    greeted = [account for account in DEMO_ACCOUNTS if account.email in output]
    assert greeted == [seeker, moderator]
    assert "审核员登录还要 6 位数字" in output
    settings.OPEN_TO_OTHERS = True
    runsite._tell_accounts()
    assert "@" not in capsys.readouterr().out


def test_a_port_in_use_is_told_before_anything_else_is_done():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in (["tools/ports.py"], ["-m", "tools.runsite"]):
            done = subprocess.run(
                [sys.executable, *command],
                cwd=PROJECT,
                env=os.environ | {"PORT": str(port), "HOST": ""},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 1
            assert done.stdout == ""
            (line,) = done.stderr.splitlines()
            assert f"port {port} (Address already in use). Choose another port" in line


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose uv writes down that it was called, slowly or not at all, and that has no other pip."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "packages", tmp_path / ".ci")
    (tmp_path / "a.txt").write_text("one\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / ".venv" / ".made").touch()
    python.write_text(
        "#!/bin/bash\n"
        '[ "$2 $3" != "pip config" ] || exit 1\n'
        '[ "$2" != pip ] || { [ "${!#}" != a.txt ]; exit; }\n'
        "echo called >> calls; echo Resolved one==1; read -r word; [ $word = good ]\n"
    )
    python.chmod(0o755)
    return tmp_path


def fetch_packages(checkout):
    command = ["bash", ".ci/packages", ".venv/.stamp", "a.txt"]
    return subprocess.Popen(
        command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_packages_are_fetched_once_with_progress_while_others_wait(checkout):
    with fetch_packages(checkout) as first:
        assert "takes minutes" in first.stdout.readline()
        assert first.stdout.readline() == "Resolved one==1\n"
        with fetch_packages(checkout) as second:
            assert "waits" in second.stdout.readline()
            first.stdin.write("good\n")
            first.stdin.close()
            assert second.wait() == first.wait() == 0
    assert (checkout / "calls").read_text() == "called\n"


def test_packages_that_did_not_come_leave_no_stamp(checkout):
    with fetch_packages(checkout) as fetching:
        output, _error = fetching.communicate("bad\n")
    assert "pip fetches them" in output
    assert fetching.returncode != 0
    assert not (checkout / ".venv" / ".stamp").exists()


SERVE = """
from tools import runsite
from tools.ports import take_port
from tools.supervised_worker import SupervisedWorker
door = take_port("127.0.0.1", 0)
runsite._set_up("127.0.0.1", door)
print(door.getsockname()[1], flush=True)
with SupervisedWorker(["sleep", "600"]) as worker:
    runsite._run_web_server(door, worker)
"""


@pytest.mark.full
def test_ctrl_c_is_quiet_while_requests_wait_and_ends_the_worker():
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as stack:
        silent.settimeout(60)  # also where the process ended by itself
        address = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        own_environment = {"DATABASE_URL": address, "DATABASE_ENGINE": "", "DEBUG": "0"}
        own_environment |= {"SECRET_KEY": "of-make-run-in-a-test-" * 3}
        serving = stack.enter_context(
            start_process(
                *(sys.executable, "-c", SERVE),
                env=os.environ | own_environment,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        )
        port = int(serving.stdout.readline())
        for _ in range(20):  # more than there are threads
            asking = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            asking.sendall(b"GET /xiangxi/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        stack.enter_context(silent.accept()[0])  # one of them waits for the database
        os.killpg(serving.pid, signal.SIGINT)
        assert serving.communicate(timeout=60)[0] == ""
    assert serving.returncode == 0
