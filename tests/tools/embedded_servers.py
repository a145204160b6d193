"""Embedded servers for tests: begun and stopped in folders of their own, asked, looked at from outside."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tools.embedded_pg import NAME, stop_server
from tools.embedded_pg.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parents[2]
USE = """
import sys
from pathlib import Path
from tools import embedded_pg
embedded_pg.ensure_running(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


def start_pg_command(action, var, **kwargs):
    command = [sys.executable, "-m", "tools.embedded_pg", action, str(var)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, **kwargs)


def start_server(var, **kwargs):
    assert start_pg_command("start", var, **kwargs).wait(60) == 0


def run_query(var, query):
    address = EmbeddedServer(var).conninfo
    with psycopg.connect(address, dbname=NAME, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone() if cursor.description else None


def list_server_processes(var):
    return EmbeddedServer(var).list_processes()


def kill_postmaster(var):
    os.kill(EmbeddedServer(var).find_postmaster(), signal.SIGKILL)


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def servers():
    """Folders whose servers are stopped after the test."""
    folders = []
    yield folders.append
    for folder in folders:
        stop_server(folder)
        assert list_server_processes(folder) == []


@pytest.fixture
def var(tmp_path, servers):
    folder = tmp_path / "var"
    servers(folder)
    return folder


@pytest.fixture
def use(var):
    """Start a process that uses the server until its standard input is closed."""
    with ExitStack() as stack:
        yield lambda code=USE: stack.enter_context(_start_client_process(var, code))


def _start_client_process(var, code):
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(var)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def kept(var):
    """A running server that holds a row."""
    start_server(var)
    run_query(var, "CREATE TABLE kept AS SELECT 7 AS n")
    return var
