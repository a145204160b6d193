"""A PostgreSQL server of our own for a machine that has none, its data in `var/pg/`.

`use_embedded_database()` only says where the server can be met. It is started by the first
connection (see `base.py`), shared by all processes of this checkout, and stopped when the last of
them ends.

What is held by whom, all as `flock`, so that no kill -9 leaves anything stale behind:
  pg.lock    whoever starts or stops the server, one at a time
  pg.users   shared, every process that uses the server
  pg.alive   the server itself: initdb, the postmaster and all its children inherit it. If it is
             free, no process of an earlier server is left, whatever a pid file says.
"""

import atexit
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from .server import PORT, USER, EmbeddedPostgresError, EmbeddedServer, chown_like, open_shared

NAME = "jobsite"

__all__ = [
    "EmbeddedPostgresError",
    "ensure_running",
    "release_servers",
    "stop_server",
    "use_embedded_database",
]

_users_locks: dict[Path, int] = {}  # folder → our descriptor of its pg.users


def use_embedded_database(var: Path) -> None:
    """Let settings that are loaded after this lead to the database in `var`, unless DATABASE_URL
    is set. Starts nothing, writes nothing."""
    if os.environ.get("DATABASE_URL"):
        return
    server = EmbeddedServer(var)
    host = quote(str(server.socket_folder), safe="")
    os.environ["DATABASE_URL"] = f"postgresql://{USER}@{host}:{PORT}/{NAME}"
    os.environ["DATABASE_ENGINE"] = "tools.embedded_pg"
    os.environ["EMBEDDED_DATABASE_DIR"] = str(server.var)


def ensure_running(var: Path) -> None:
    """Start the server, or wait until it answers, and keep it for as long as we live."""
    server = EmbeddedServer(var)
    if server.var in _users_locks and server.is_running():
        return
    if not sys.platform.startswith("linux"):
        raise EmbeddedPostgresError("The embedded PostgreSQL needs Linux: set DATABASE_URL.")
    if not server.var.is_dir():
        server.var.mkdir(parents=True, exist_ok=True)
        chown_like(server.var.parent, server.var)
    with _lock_folder(server.var):
        if server.var not in _users_locks:
            _users_locks[server.var] = open_shared(server.var / "pg.users")
            fcntl.flock(_users_locks[server.var], fcntl.LOCK_SH)
        server.start()
        _make_database(server)


def stop_server(var: Path) -> bool:
    """Stop the server, whoever uses it. False: there was none."""
    server = EmbeddedServer(var)
    if not (server.var / "pg.lock").exists():
        return False
    with _lock_folder(server.var):
        return server.stop()


@atexit.register
def release_servers() -> None:
    """At the end of a process: the last one out stops the server."""
    while _users_locks:
        var, users_lock = _users_locks.popitem()
        if (var / "pg.lock").exists():
            with _lock_folder(var):
                if _lock_alone(users_lock):
                    EmbeddedServer(var).stop()
        os.close(users_lock)


def _lock_alone(users_lock: int) -> bool:
    """Whether no other process uses the server."""
    try:
        fcntl.flock(users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _forget_locks() -> None:
    """A forked child takes a hold of its own when it connects: its parent may end before it."""
    while _users_locks:
        os.close(_users_locks.popitem()[1])


os.register_at_fork(after_in_child=_forget_locks)


def _make_database(server: EmbeddedServer) -> None:
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(query, [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME}")


@contextmanager
def _lock_folder(var: Path) -> Iterator[None]:
    descriptor = open_shared(var / "pg.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
