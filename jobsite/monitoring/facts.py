"""Reads the state of the database, the disks and the replica, for /metrics and for the page 运行情况."""

import shutil
import subprocess
from contextlib import suppress
from datetime import datetime
from functools import cache
from math import inf
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, connections

from accounts.staff.scope import NATIONAL_SCOPE
from jobsite.backups.backup import BACKUP_CHORE as BACKUP
from jobsite.operations.housekeeping import JOBS
from jobsite.operations.readiness import are_migrations_applied
from safety.dashboard.figures import WaitingCases, measure_queues
from sitekit.databases.replica_routing import REPLICA, has_replica
from sitekit.messages.backlog import Backlog, measure_backlogs

# Periodic jobs are asked for every ten minutes, wait for each other, and are done.
LATE_MINUTES = 20
# The row in which deploy/jobsite-pgbackrest@.service notes a backup that went well.
BASE_BACKUP = "pgBackRest"
_SYSTEM = """
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
       CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() - '0/0' END,
       (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
       (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')),
       (SELECT count(*) FROM sitekit_chore
        WHERE name = ANY(%(names)s) AND due_at < now() - make_interval(mins => %(late)s)),
       (SELECT count(*) FROM sitekit_chore WHERE name = ANY(%(names)s) AND trouble <> ''),
       (SELECT done_at FROM sitekit_chore WHERE name = %(backup)s),
       current_setting('archive_mode') <> 'off', last_archived_time, failed_count,
       last_failed_time > coalesce(last_archived_time, '-infinity'),
       (SELECT done_at FROM sitekit_chore WHERE name = %(base_backup)s)
FROM pg_stat_archiver
"""
_REPLICA = """
SELECT pg_last_wal_replay_lsn() - '0/0',
       extract(epoch FROM now() - pg_last_xact_replay_timestamp())
WHERE pg_is_in_recovery()
"""


class ArchiveFacts(NamedTuple):
    """The state of the archive of PostgreSQL's log (WAL), which is needed to restore the database to a moment.

    `is_failing` is set if the last try to archive a segment failed. The server loses these figures in a crash.
    """

    archived_at: datetime | None
    failures: int
    is_failing: bool
    backup_at: datetime | None


class SystemFacts(NamedTuple):
    """The state of the database and the worker. `position` is the end of the primary's log, in bytes; `silence` is the
    time since the worker was last heard of, in seconds. `archive` is None if the server archives nothing."""

    is_read_only: bool
    position: int | None
    silence: float
    failed_jobs: int
    waiting_jobs: int
    late_tasks: int
    failed_tasks: int
    backup_at: datetime | None
    archive: ArchiveFacts | None


class ReplicaLag(NamedTuple):
    """How far the replica is behind the primary; both values are infinite if the replica does not answer."""

    octets: float
    seconds: float


class Disk(NamedTuple):
    """The room, in bytes, on the disk of a folder. `folder` is the name of the setting, such as MEDIA_ROOT."""

    folder: str
    free: int
    size: int

    @property
    def share(self) -> float:
        return self.free / self.size if self.size else 0.0


class SiteFacts(NamedTuple):
    system: SystemFacts
    is_migrated: bool
    backlogs: list[Backlog]
    queues: list[WaitingCases]
    lag: ReplicaLag | None


def read_facts() -> SiteFacts:
    """Return the facts. Four queries, and one to the replica if there is one. Raise DatabaseError if the database does
    not answer."""
    system = read_system_facts()
    return SiteFacts(
        system,
        are_migrations_applied(),
        measure_backlogs(),
        measure_queues(NATIONAL_SCOPE),
        _measure_replica_lag(system.position) if has_replica() else None,
    )


def read_system_facts() -> SystemFacts:
    names = [job.name for job in JOBS]
    chores = {"backup": BACKUP, "base_backup": BASE_BACKUP}
    with connection.cursor() as cursor:
        cursor.execute(_SYSTEM, {"names": names, "late": LATE_MINUTES, **chores})
        row = cursor.fetchone()
    is_archiving, archived_at, failures, is_failing, base_backup_at = row[-5:]
    archive = ArchiveFacts(archived_at, failures, bool(is_failing), base_backup_at)
    facts = SystemFacts._make([*row[:-5], archive if is_archiving else None])
    silence = inf if facts.silence is None else max(0.0, float(facts.silence))
    position = None if facts.position is None else int(facts.position)
    return facts._replace(silence=silence, position=position)


def _measure_replica_lag(position: int | None) -> ReplicaLag:
    """Return the lag. It is 0 if the replica has everything that the primary wrote, however long ago the last write
    was."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_REPLICA)
            row = cursor.fetchone()
    except DatabaseError:
        row = None
    if row is None or row[0] is None or position is None:
        return ReplicaLag(inf, inf)
    octets = max(0, position - int(row[0]))
    return ReplicaLag(octets, float(row[1] or 0) if octets else 0.0)


def measure_disks() -> list[Disk]:
    """Return the disks of MEDIA_ROOT and PRIVATE_ROOT. If a folder does not exist yet, its nearest existing parent is
    measured."""
    disks = []
    for name in ("MEDIA_ROOT", "PRIVATE_ROOT"):
        folder = Path(getattr(settings, name))
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        usage = shutil.disk_usage(nearest)
        disks.append(Disk(name, usage.free, usage.total))
    return disks


@cache
def read_version() -> str:
    """Return the release, or the commit of the checkout; empty where there is neither, as in a container."""
    with suppress(OSError):
        return (settings.BASE_DIR / "REVISION").read_text().strip()
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        git_process = subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return git_process.stdout.strip()
