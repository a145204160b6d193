"""The records of access through four weeks: by logrotate itself, behind nginx and behind Caddy, as root on Debian."""

import gzip
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.machine import PROJECT, Machine
from tests.deploy.proxies import has_caddy, run_caddy, run_nginx
from tests.deploy.smoke import wait_for
from tests.deploy.visitors import Visitor
from tools.cluster.processes import build_program_path, list_missing_programs, make_folder

PACKAGES = "nginx logrotate"  # of Debian
WEEKS = 4
DEPLOY = PROJECT / "deploy"

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        os.geteuid() != 0 or bool(list_missing_programs(PACKAGES.split())),
        reason=f"it takes root, and apt-get install {PACKAGES}",
    ),
]


@pytest.fixture
def machine():
    with make_folder() as folder:
        machine = Machine(folder)
        machine.install_files("postgresql:///unused", None)
        yield machine


def test_nginx_writes_on_where_the_record_of_access_is_looked_for(machine):
    make_log_folder(machine)
    with run_nginx(machine) as reload_command:
        reopen = shlex.join([*reload_command[:-1], "reopen"])
        config = read_rotation(machine, "logrotate").replace("invoke-rc.d nginx rotate", reopen)
        pass_weeks(machine, config, machine.proxy_log)
    assert machine.proxy_log.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not has_caddy(), reason="apt-get install caddy")
def test_caddy_writes_on_where_the_record_of_access_is_looked_for(machine):
    (log,) = re.findall(r"install .+ (/var/log/caddy/\S+?\.log)`", read_instructions())
    log = Path(machine.rewrite(log))
    shutil.chown(log.parent, "caddy", "caddy")
    log.touch(0o640)
    shutil.chown(log, "caddy", "adm")
    with run_caddy(machine):
        pass_weeks(machine, read_rotation(machine, "logrotate-caddy"), log)


def read_instructions() -> str:
    return (DEPLOY / "README.md").read_text()


def make_log_folder(machine: Machine) -> None:
    """As README.md tells."""
    machine.proxy_log.parent.rmdir()
    lines = re.findall(r"^ +(install .+/var/log/jobsite\S*)$", read_instructions(), re.MULTILINE)
    for line in lines:
        subprocess.run(shlex.split(machine.rewrite(line)), check=True)


def read_rotation(machine: Machine, name: str) -> str:
    """Files of one day get names of their own."""
    text = machine.rewrite((DEPLOY / name).read_text())
    return text.replace("dateext\n", "dateext\ndateformat -%s\n")


def pass_weeks(machine: Machine, config: str, log: Path) -> None:
    """Each week has one request more than the one before."""
    rules, state = machine.folder / "etc" / "rotation", machine.folder / "etc" / "state"
    rules.write_text(config)
    program = shutil.which("logrotate", path=build_program_path())
    for week in range(1, WEEKS + 1):
        for _ in range(week):
            Visitor(machine).ask("/about/")
        wait_for(has_lines(log, week), f"week {week} in {log.name}")
        if week < WEEKS:
            time.sleep(1.1)
            command = [program, "--force", "--state", state, rules]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
    files = sorted(log.parent.glob(f"{log.name}-*"))
    assert [file.suffix == ".gz" for file in files] == [True, True, False]
    read = [gzip.decompress(file.read_bytes()) for file in files[:2]] + [files[2].read_bytes()]
    assert [content.count(b"/about/") for content in read] == [1, 2, 3]


def has_lines(log: Path, number: int) -> Callable[[], bool]:
    return lambda: log.read_text().count("/about/") == number
