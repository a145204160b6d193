"""Write a backup: database, pictures and papers as they were at one moment, whole or not at all."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from jobsite.backups.archive import (
    ABOUT,
    ARCHIVE_FORMAT,
    DATABASE,
    MANIFEST,
    MEDIA,
    PRIVATE,
    ArchiveWriter,
)
from jobsite.backups.encryption import choose_suffix, open_for_encryption
from jobsite.backups.programs import (
    BackupRefused,
    build_address,
    connect_database,
    find_postgres_program,
    run_program,
)
from jobsite.backups.tables import list_migrations, sum_tables
from sitekit.maintenance.file_errors import describe_file_error
from sitekit.models import Chore
from sitekit.share_pictures import kept_drawings
from sitekit.workflow.periods import DAY

UNFINISHED, CHECKSUM = ".unfinished", ".sha256"
# The row that tells when the newest one was made, also on machines that do not have it.
BACKUP_CHORE = "备份"


def write_backup(folder: Path, recipient: str, keep: int | None = None) -> Path:
    """Write a backup into the folder; it has its name only when it is whole. No recipient: plain.

    Then all but the newest `keep` are deleted.
    """
    with lock_folder(folder):
        _delete_leftovers(folder)
        made_at = datetime.now(UTC)
        path = folder / f"jobsite-{made_at:%Y%m%d-%H%M%S-%f}.tar{choose_suffix(recipient)}"
        _write_whole_file(path, recipient, made_at)
        _sync_folder(folder)
        if keep:
            _delete_oldest(folder, path, keep)
    _note_backup(made_at)
    return path


def _delete_leftovers(folder: Path) -> None:
    """Delete what backups that were killed left behind."""
    for leftover in folder.glob(f"jobsite-*{UNFINISHED}"):
        leftover.unlink()
        Path(f"{leftover.with_suffix('')}{CHECKSUM}").unlink(missing_ok=True)


def _write_whole_file(path: Path, recipient: str, made_at: datetime) -> None:
    unfinished = Path(f"{path}{UNFINISHED}")
    try:
        with open(unfinished, "xb", opener=_open_private) as file:
            with open_for_encryption(file, recipient) as stream:
                _write_archive(stream, made_at)
            file.flush()
            os.fsync(file.fileno())
        _write_checksum(path, hash_file(unfinished))
        unfinished.rename(path)
    except OSError as error:
        raise BackupRefused(describe_file_error(error, path.parent)) from None
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Let one process at a time write into a folder that only its owner may read."""
    require_folder_apart(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise BackupRefused(f"{folder} is open to others: chmod 700.")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupRefused(f"Another backup is being written into {folder}.") from None
    finally:
        os.close(descriptor)


def require_folder_apart(folder: Path) -> None:
    """Raise BackupRefused for one in which files of the site lie, some of which are served."""
    served = (settings.MEDIA_ROOT, settings.STATIC_ROOT, settings.PRIVATE_ROOT)
    if any(folder.resolve().is_relative_to(Path(root).resolve()) for root in served):
        raise BackupRefused(f"{folder} lies within MEDIA_ROOT, STATIC_ROOT or PRIVATE_ROOT.")


def list_backups(folder: Path) -> list[Path]:
    """Return the finished backups, the newest last."""
    paths = sorted(Path(folder).glob(f"jobsite-*{CHECKSUM}"))
    return [finished for path in paths if (finished := path.with_suffix("")).exists()]


def _delete_oldest(folder: Path, newest: Path, keep: int) -> None:
    """The newest is the one that was just made, whatever its name says: a clock may have been ahead before."""
    others = [path for path in list_backups(folder) if path != newest]
    for outdated in others[: max(0, len(others) - keep + 1)]:
        outdated.unlink()
        Path(f"{outdated}{CHECKSUM}").unlink()


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note_backup(made_at: datetime) -> None:
    """Note when the backup was made; without the table, in an older database, nothing is noted."""
    row = {"done_at": made_at, "due_at": made_at + DAY, "trouble": ""}
    with suppress(DatabaseError):
        Chore.objects.update_or_create(name=BACKUP_CHORE, defaults=row)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write_checksum(path: Path, digest: str) -> None:
    """Write the checksum beside the file, in the format of sha256sum."""
    with open(f"{path}{CHECKSUM}", "x", opener=_open_private) as file:
        file.write(f"{digest}  {path.name}\n")
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _write_archive(stream: IO[bytes], made_at: datetime) -> None:
    """Write the archive. The files follow the database, so that the files of all rows exist unless deleted since."""
    archive = ArchiveWriter(stream)
    manifest = _write_database(archive, made_at)
    archive.add_folder(MEDIA, Path(settings.MEDIA_ROOT), without=kept_drawings.FOLDER)
    archive.add_folder(PRIVATE, Path(settings.PRIVATE_ROOT))
    archive.add_json(MANIFEST, {**manifest, "sha256": dict(archive.hashes)})
    archive.end()


def _write_database(archive: ArchiveWriter, made_at: datetime) -> dict[str, Any]:
    """Write the dump; return the facts of the same snapshot for the manifest."""
    with (
        connect_database(connection) as database,
        export_snapshot(database) as (cursor, snapshot),
    ):
        server = database.connection.info.server_version // 10_000
        program = find_postgres_program("pg_dump", server)
        about = {"format": ARCHIVE_FORMAT, "made_at": made_at.isoformat()}
        archive.add_json(ABOUT, {**about, "postgresql": server})
        address, environment = build_address(database)
        command = [program, "--format=custom", "--no-password", f"--snapshot={snapshot}"]
        command.append(f"--dbname={address}")
        with run_program(command, stdout=subprocess.PIPE, env=environment) as dump:
            archive.add_pieces(DATABASE, dump)
        return {"migrations": list_migrations(cursor), "tables": sum_tables(cursor)}


@contextmanager
def export_snapshot(database: BaseDatabaseWrapper) -> Iterator[tuple[CursorWrapper, str]]:
    """Begin a transaction that sees one moment; yield its cursor and the name by which pg_dump sees the same."""
    database.set_autocommit(False)
    try:
        with database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchone()[0]
    finally:
        database.rollback()
