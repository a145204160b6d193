"""A primary and its replica, by the embedded binaries."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from tools.embedded_pg.server import PORT, USER, EmbeddedServer

NAME = "jobsite"


def build_url(server: EmbeddedServer) -> str:
    return f"postgresql://{USER}@{quote(str(server.socket_folder), safe='')}:{PORT}/{NAME}"


@contextmanager
def run_primary(folder: Path) -> Iterator[EmbeddedServer]:
    with _run_database(folder / "a") as server:
        server.start()
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        yield server


@contextmanager
def run_replica(folder: Path, primary: EmbeddedServer) -> Iterator[EmbeddedServer]:
    with _run_database(folder / "b") as server:
        server.copy_from(primary)
        server.start()
        yield server


@contextmanager
def _run_database(var: Path) -> Iterator[EmbeddedServer]:
    var.mkdir(mode=0o711)
    server = EmbeddedServer(var)
    try:
        yield server
    finally:
        signal_server(server, signal.SIGCONT)
        server.stop()


def signal_server(server: EmbeddedServer, number: signal.Signals) -> None:
    """Send the signal to all processes of the server: SIGKILL simulates a loss of power, SIGSTOP a disk that does not
    answer."""
    for pid in server.list_processes():
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def ask_database(server: EmbeddedServer, query: str) -> int:
    with psycopg.connect(server.conninfo, dbname=NAME, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def count_transactions(server: EmbeddedServer) -> int:
    """Return how many the database has finished, as far as its sessions have told."""
    return ask_database(
        server, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    )
