"""A PostgreSQL server of our own for a machine that has none, its data in `var/pg/`.

`settings_for()` only computes where the server can be met. It is started by the first connection
(see `base.py`), shared by all processes of this checkout, and stopped when the last of them ends.

What is held by whom, all as `flock`, so that no kill -9 leaves anything stale behind:
  pg.lock    whoever starts or stops the server, one at a time
  pg.users   shared, every process that uses the server
  pg.alive   the server itself: initdb, the postmaster and all its children inherit it. If it is
             free, no process of an earlier server is left, whatever a pid file says.
"""

import atexit
import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq, sql

from . import server
from .server import EmbeddedPostgresError

PORT = "5432"  # only names the socket's file: no TCP port is opened
NAME = USER = "jobsite"
LONGEST_SOCKET = 107  # bytes of a path that sockaddr_un holds
RECOVERY_SECONDS = 600
SILENT_SECONDS = 20

__all__ = [
    "EmbeddedPostgresError",
    "ensure_running",
    "is_running",
    "settings_for",
    "site_of",
    "socket_folder",
    "stop_server",
]

_in_use: dict[Path, int] = {}  # folder → our descriptor of its pg.users


def settings_for(var: Path) -> dict[str, Any]:
    """Django's settings of the database kept in `var`; starts nothing, writes nothing."""
    return {
        "ENGINE": "tools.embedded_pg",
        "NAME": NAME,
        "USER": USER,
        "PASSWORD": "",
        "HOST": str(socket_folder(var)),
        "PORT": PORT,
        "EMBEDDED_IN": str(var),
    }


def socket_folder(var: Path) -> Path:
    inside = _resolved(var) / "pg"
    if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
        return inside
    return Path("/tmp") / _tag(var)  # made private, and checked before each use


def ensure_running(var: Path) -> None:
    """Start the server, or wait until it answers, and keep it for as long as we live."""
    var = _resolved(var)
    if var in _in_use and _ping(var) == pq.Ping.OK:
        return
    if not sys.platform.startswith("linux"):
        raise EmbeddedPostgresError("The embedded PostgreSQL needs Linux: set DATABASE_URL.")
    _make_folder(var)
    with _locked(var):
        if var not in _in_use:
            _in_use[var] = server.open_shared(var / "pg.users")
            fcntl.flock(_in_use[var], fcntl.LOCK_SH)
            atexit.register(release_server, var, os.getpid())
        _start(var)
        _make_database(var)


def is_running(var: Path) -> bool:
    return _ping(_resolved(var)) == pq.Ping.OK


def stop_server(var: Path) -> bool:
    """Stop the server, whoever uses it. False: there was none."""
    var = _resolved(var)
    if not (var / "pg.lock").exists():
        return False
    with _locked(var):
        return site_of(var).stop()


def release_server(var: Path, pid: int) -> None:
    """At the end of a process: the last one out stops the server."""
    if pid != os.getpid() or not (var / "pg.lock").exists():
        return
    with _locked(var):
        users = _in_use.pop(var)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(users)
            return
        site_of(var).stop()
        os.close(users)


def _forget() -> None:
    """A forked child takes a hold of its own when it connects: its parent may end before it."""
    while _in_use:
        os.close(_in_use.popitem()[1])


os.register_at_fork(after_in_child=_forget)


def _start(var: Path) -> None:
    site = site_of(var)
    began = heard = time.monotonic()
    while (now := time.monotonic()) < began + RECOVERY_SECONDS:
        answer = _ping(var)
        if answer == pq.Ping.OK:
            site.check_socket_folder()
            return
        if answer == pq.Ping.REJECT:  # starting, recovering after a crash, or shutting down
            heard = now
        elif site.is_free():
            site.launch()
            began = heard = time.monotonic()
        elif site.postmaster() is None:  # orphans: backends without it, initdb without its parent
            if now > heard + server.GRACE_SECONDS:
                site.kill_all()
        elif not site.socket.exists() and now > heard + SILENT_SECONDS:  # alive but out of reach
            site.stop()
        time.sleep(0.05)
    raise EmbeddedPostgresError(f"The database in {var} does not answer.\n{site.end_of_log()}")


def site_of(var: Path) -> server.Site:
    return server.Site(var=var, tag=_tag(var), sockets=socket_folder(var), port=PORT, user=USER)


def _ping(var: Path) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(os.fsencode(f"{_address(var)} connect_timeout=5")))


def _address(var: Path) -> str:
    where = str(socket_folder(var))
    return psycopg.conninfo.make_conninfo(host=where, port=PORT, user=USER, dbname="postgres")


def _make_database(var: Path) -> None:
    with psycopg.connect(_address(var), autocommit=True) as connection:
        there = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(there, [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def _resolved(var: Path) -> Path:
    return Path(os.path.realpath(var))


def _tag(var: Path) -> str:
    """Marks our processes in /proc, and nobody else's."""
    return "jobsite-pg-" + hashlib.sha256(os.fsencode(_resolved(var))).hexdigest()[:16]


def _make_folder(var: Path) -> None:
    if not var.is_dir():
        var.mkdir(parents=True, exist_ok=True)
        owner = var.parent.stat()
        if os.geteuid() == 0:  # run with sudo in somebody's folder: theirs afterwards, not root's
            os.chown(var, owner.st_uid, owner.st_gid)


@contextmanager
def _locked(var: Path) -> Iterator[None]:
    descriptor = server.open_shared(var / "pg.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
