"""Restores a backup: beside the present data until everything is checked, then both change places."""

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from jobsite.backups.archive import (
    DATABASE,
    MEDIA,
    PRIVATE,
    ArchiveBroken,
    ArchiveReceiver,
    read_archive,
)
from jobsite.backups.backup import CHECKSUM, hash_file
from jobsite.backups.encryption import AGE, open_decrypted
from jobsite.backups.programs import (
    BackupRefused,
    build_address,
    connect_database,
    find_postgres_program,
    run_program,
)
from jobsite.backups.restored_state import (
    describe_returns,
    hold_waiting_messages,
    read_former_rows,
    read_standing_rows,
)
from jobsite.backups.tables import has_rows, sum_tables

RESTORING = "restoring"
NEW_FOLDERS = {MEDIA: 0o755, PRIVATE: 0o700}  # where there was none; a web server reads pictures


def verify_backup(path: Path, identity: str | None) -> dict[str, Any] | None:
    """Return the manifest after all parts agreed with it; None: only the checksum beside the file
    was compared, as it is encrypted and there is no identity."""
    has_checksum = check_file(path)
    if path.suffix == AGE and identity is None and has_checksum:
        return None
    with open_decrypted(path, identity, (ArchiveBroken,)) as stream:
        return read_archive(stream, ArchiveReceiver())


def check_file(path: Path) -> bool:
    """Compare the file with the checksum beside it, if there is one."""
    if not path.is_file():
        raise BackupRefused(f"There is no file {path}.")
    checksum = Path(f"{path}{CHECKSUM}")
    if not checksum.exists():
        return False
    if checksum.read_text().split(" ")[0] != hash_file(path):
        raise BackupRefused(f"{path} is cut or altered: it is not what {checksum.name} tells of.")
    return True


def restore_backup(
    path: Path, identity: str | None, *, replace: bool, send_waiting: bool = False
) -> list[str]:
    """Restore the backup. Return lines for the operator: the names under which the former database and folders
    are kept, which `replace` allows, and what came back with it. `send_waiting` is for a move to another machine."""
    check_file(path)
    roots = {
        MEDIA: Path(settings.MEDIA_ROOT).resolve(),
        PRIVATE: Path(settings.PRIVATE_ROOT).resolve(),
    }
    name = str(connection.settings_dict["NAME"])
    connection.close()  # a database that somebody uses cannot be renamed
    with connect_database(connection, "postgres") as server, ExitStack() as undo:
        _require_empty_target(server, name, roots, replace=replace)
        standing = read_former_rows(name) if _has_database(server, name) else {}
        unfinished = _create_unfinished_database(server, name, undo)
        for prefix, root in roots.items():
            _create_unfinished_folder(root, NEW_FOLDERS[prefix], undo)
        with connect_database(connection, unfinished) as database:
            with (
                open_decrypted(path, identity, (ArchiveBroken,)) as stream,
                Restorer(database, roots) as restorer,
            ):
                manifest = read_archive(stream, restorer)
            _check_tables(database, manifest)
            notes = [
                f"It is of {restorer.made_at}: what was removed, frozen or closed since is back."
            ]
            notes += describe_returns(standing, read_standing_rows(database))
            if not send_waiting:
                notes += _hold_messages(database)
        former = _replace_with_restored_data(server, name, roots)
    sentences = [f"What was there is kept as {place}." for place in former]
    return sentences + notes + _list_unknown(manifest)


def _create_unfinished_database(server: BaseDatabaseWrapper, name: str, undo: ExitStack) -> str:
    """Return the name of an empty database beside the one of this name; `undo` drops it."""
    unfinished = f"{name}_{RESTORING}"
    _run_statement(server, "DROP DATABASE IF EXISTS {}", unfinished)
    _run_statement(server, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", unfinished)
    undo.callback(_run_statement, server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
    return unfinished


def _create_unfinished_folder(root: Path, mode: int, undo: ExitStack) -> None:
    """Create an empty folder beside the root, with its mode, or `mode` if there is no root; `undo` deletes it."""
    folder = add_ending(root, RESTORING)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    undo.callback(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(root.stat().st_mode & 0o777 if root.exists() else mode)


def _hold_messages(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        held = hold_waiting_messages(cursor)
    words = (
        f"{held} messages that waited then are held back, as they may have been sent since: "
        "manage.py hold_messages --release sends them."
    )
    return [words] if held else []


def _list_unknown(manifest: dict[str, Any]) -> list[str]:
    """Return a sentence if the backup was made by newer code than this."""
    migrations = MigrationLoader(None).disk_migrations or {}
    replaced = {key for migration in migrations.values() for key in migration.replaces}
    known_names = {".".join(key) for key in {*migrations, *replaced}}
    unknown = [name for name in manifest["migrations"] if name not in known_names]
    return [f"This code does not know these migrations: {', '.join(unknown)}."] if unknown else []


class Restorer(ArchiveReceiver, ExitStack):
    """Gives the dump to pg_restore, and puts the files into the folders beside the `roots`."""

    def __init__(self, database: BaseDatabaseWrapper, roots: dict[str, Path]) -> None:
        super().__init__()
        self.database = database
        self.roots = roots
        self.made_at = ""

    def begin(self, about: dict[str, Any]) -> None:
        self.made_at = f"{datetime.fromisoformat(about['made_at']):%Y-%m-%d %H:%M} UTC"
        server = self.database.connection.info.server_version // 10_000
        if server < about["postgresql"]:
            raise BackupRefused(
                f"The backup is of PostgreSQL {about['postgresql']}, which {server} cannot read."
            )
        program = find_postgres_program("pg_restore", server)
        address, environment = build_address(self.database)
        command = [program, "--single-transaction", "--exit-on-error", "--no-password"]
        command += ["--no-owner", "--no-privileges", f"--dbname={address}"]
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "env": environment}
        self.dump = self.enter_context(run_program(command, (BrokenPipeError,), **options))

    def receive(self, member: tarfile.TarInfo, content: Iterator[bytes]) -> None:
        if member.name.startswith(DATABASE):
            self.dump.writelines(content)
            return
        prefix, _, name = member.name.partition("/")
        folder = add_ending(self.roots[f"{prefix}/"], RESTORING)
        target = folder / tarfile.data_filter(member.replace(name=name), str(folder)).name
        target.parent.mkdir(mode=folder.stat().st_mode & 0o777, parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        target.chmod(member.mode & 0o777)
        os.utime(target, (member.mtime, member.mtime))


def add_ending(root: Path, ending: str) -> Path:
    return root.with_name(f"{root.name}.{ending}")


def _require_empty_target(
    server: BaseDatabaseWrapper, name: str, roots: dict[str, Path], *, replace: bool
) -> None:
    _refuse_sessions(server, name)
    for root in roots.values():
        if os.path.ismount(root):
            raise BackupRefused(
                f"{root} is a mount point, which cannot be exchanged: name a folder in it."
            )
        if not replace and root.exists() and any(root.iterdir()):
            raise BackupRefused(f"{root} holds files: --replace keeps them under another name.")
    if not replace and _has_database(server, name):
        with connect_database(connection, name) as database, database.cursor() as cursor:
            if has_rows(cursor):
                raise BackupRefused(
                    f"The database {name} has rows: --replace keeps it under another name."
                )


def _refuse_sessions(server: BaseDatabaseWrapper, name: str) -> None:
    """Refuse if the database has sessions: it cannot be renamed, and they could write to it meanwhile. PostgreSQL's own
    work there (autovacuum) has no user, and stops by itself."""
    for _ in range(10):  # a session that was closed just now may still be leaving
        with server.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL",
                [name],
            )
            (sessions,) = cursor.fetchone() or (0,)
        if not sessions:
            return
        time.sleep(0.05)
    raise BackupRefused(f"{name} is in use ({sessions} sessions): stop the site and the worker.")


def _has_database(server: BaseDatabaseWrapper, name: str) -> bool:
    with server.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _run_statement(server: BaseDatabaseWrapper, statement: str, *names: str) -> None:
    with server.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _check_tables(database: BaseDatabaseWrapper, manifest: dict[str, Any]) -> None:
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")
        tables = sum_tables(cursor)
    saved = manifest["tables"]
    for name in sorted(saved.keys() | tables):
        if saved.get(name) != tables.get(name):
            raise BackupRefused(
                f"{name} has other rows than when it was saved: "
                f"{tables.get(name, ['none'])[0]}, not {saved.get(name, ['none'])[0]}."
            )


def _replace_with_restored_data(
    server: BaseDatabaseWrapper, name: str, roots: dict[str, Path]
) -> list[str]:
    """Rename databases and folders. If the transaction fails, the folders are moved back."""
    ending = f"before_{datetime.now(UTC):%Y%m%d%H%M%S%f}"  # two may come within a second
    former = []
    with ExitStack() as undo:
        with _begin_transaction(server):
            if _has_database(server, name):
                former.append(f"{name}_{ending}")
                _run_statement(server, "ALTER DATABASE {} RENAME TO {}", name, former[0])
            _run_statement(server, "ALTER DATABASE {} RENAME TO {}", f"{name}_{RESTORING}", name)
            for root in roots.values():
                if root.exists():
                    former.append(str(add_ending(root, ending)))
                    _rename_folder(root, add_ending(root, ending), undo)
                _rename_folder(add_ending(root, RESTORING), root, undo)
        undo.pop_all()
    return former


def _rename_folder(source: Path, target: Path, undo: ExitStack) -> None:
    source.rename(target)
    undo.callback(target.rename, source)


@contextmanager
def _begin_transaction(server: BaseDatabaseWrapper) -> Iterator[None]:
    server.set_autocommit(False)
    try:
        yield
        server.commit()
    finally:
        server.rollback()
        server.set_autocommit(True)
