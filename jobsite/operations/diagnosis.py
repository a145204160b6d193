"""Facts of this installation for `manage.py doctor`, each with the cure where it is wrong.

They name variables, folders and hosts, never a value that is secret. Nothing is sent or changed.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from smtplib import SMTPException
from typing import NamedTuple

from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError, connection

from jobsite.operations.readiness import check_readiness
from jobsite.operations.start_errors import describe_connection_failure
from sitekit.maintenance.file_errors import describe_file_error
from sitekit.models import BackfillProgress
from sitekit.system_checks import is_open_to_everybody

MAX_CLOCK_SECONDS = 5
MIN_FREE_BYTES = 1_000_000_000
KEYS = ("CONTACT_KEY", "EVIDENCE_KEY", "SECOND_FACTOR_KEYS", "CONTACT_SEAL_KEYS")
# What `check_readiness` tells of a site that cannot do its work.
_CURES = {
    "writes: refused": "connect to the primary server, and take default_transaction_read_only away",
    "migrations: missing": "run manage.py migrate",
    "places: missing": "run manage.py load_regions",
    "worker: silent": "start manage.py worker (unless cron runs manage.py housekeeping)",
    "messages: waiting": "see that the worker runs, and that the server of MAIL_URL or SMS_URL answers",
}


class Fact(NamedTuple):
    """Something that `manage.py doctor` found out; `cure` says what to do, and is empty if all is well."""

    name: str
    words: str
    cure: str = ""

    def describe(self) -> str:
        if self.cure:
            return f"wrong  {self.name}: {self.words}; {self.cure}"
        return f"ok     {self.name}: {self.words}"


type Examination = Callable[[], Iterator[Fact]]


def _examine_settings() -> Iterator[Fact]:
    lax = [name for name in ("DEBUG", "TRIAL") if getattr(settings, name)]
    if not lax:
        yield Fact("settings", "of production")
    elif settings.OPEN_TO_OTHERS:
        yield Fact("settings", f"{lax[0]} is on, and others can come", f"take {lax[0]} away")
    else:
        yield Fact("settings", "of a trial on this machine")
    if settings.OPEN_TO_OTHERS and not settings.HTTPS:
        yield Fact("https", "off, and others can come", "take HTTPS=0 away")


def _examine_database() -> Iterator[Fact]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Fact(
            "database",
            _describe_cause(error),
            "correct DATABASE_URL, or start the server (15 or newer)",
        )
        return
    version = ".".join(map(str, connection.get_database_version()))
    yield Fact("database", f"PostgreSQL {version} answers")
    lines = check_readiness()[1][1:]
    for line in lines:
        name, _, words = line.partition(": ")
        yield Fact(name, words, _CURES.get(line, ""))
    if not lines:
        yield Fact("tables", "cannot be read", "run manage.py migrate")


def _examine_clock() -> Iterator[Fact]:
    """Compare this machine's clock with that of the database, which is usually another machine: codes and limits use
    both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        difference = abs(float(cursor.fetchone()[0]) - time.time())
    cure = "" if difference <= MAX_CLOCK_SECONDS else "set both clocks by NTP"
    yield Fact("clock", f"{difference:.0f} s from the database's", cure)


def _examine_backfills() -> Iterator[Fact]:
    for progress in BackfillProgress.objects.filter(finished_at=None):
        yield Fact("backfill", f"{progress.name}: {progress.row_count} rows so far")


def _examine_folders() -> Iterator[Fact]:
    for name in ("MEDIA_ROOT", "PRIVATE_ROOT"):
        folder = Path(getattr(settings, name))
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        is_writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
        cure = "" if is_writable else "give it to the user of the site, or set another one"
        yield Fact(name, str(folder) if is_writable else f"{folder} cannot be written", cure)
    private = settings.PRIVATE_ROOT
    if is_open_to_everybody(private):
        yield Fact("PRIVATE_ROOT", "every user of this machine gets in", f"chmod 700 {private}")
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not settings.DEBUG:
        cure = "" if manifest.exists() else "run manage.py collectstatic"
        words = "collected" if manifest.exists() else "not collected"
        yield Fact("STATIC_ROOT", f"{settings.STATIC_ROOT}, {words}", cure)


def _examine_disk() -> Iterator[Fact]:
    for name in ("MEDIA_ROOT", "PRIVATE_ROOT"):
        folder = Path(getattr(settings, name))
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(nearest).free
        cure = "" if free >= MIN_FREE_BYTES else "make room: uploads and papers will be lost"
        yield Fact(f"disk of {name}", f"{free / 1e9:.1f} GB free", cure)


def _examine_mail() -> Iterator[Fact]:
    options = settings.MAILERS["default"].get("OPTIONS", {})
    if "host" not in options:
        yield _judge_local_outlet("mail", "MAIL_URL")
        return
    server = mailers.default
    place = f"{options['host']} port {options['port']}"
    try:
        with closing(server):
            server.open()
    except (OSError, SMTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        yield Fact("mail", f"{place} does not let us in ({reason})", "correct MAIL_URL")
    else:
        yield Fact("mail", f"{place} lets us in")


def _examine_text_messages() -> Iterator[Fact]:
    """Name the provider without contacting it, because a test message would be sent and cost money."""
    if host := settings.TEXT_MESSENGER["OPTIONS"].get("host"):
        yield Fact("text messages", f"by {host}")
    else:
        yield _judge_local_outlet("text messages", "SMS_URL")


def _judge_local_outlet(name: str, variable: str) -> Fact:
    is_trial = settings.DEBUG or settings.TRIAL
    return Fact(name, "not sent, only written here", "" if is_trial else f"set {variable}")


def _examine_keys() -> Iterator[Fact]:
    is_trial = settings.DEBUG or settings.TRIAL
    if derived := [name for name in KEYS if not getattr(settings, name)]:
        cure = "" if is_trial else "set each: openssl rand -hex 32, then see deploy/README.md"
        yield Fact("keys", f"{', '.join(derived)} derived from SECRET_KEY", cure)
    else:
        yield Fact("keys", "each is set")


# Those that ask nobody outside this machine but the database.
LOCAL_EXAMINATIONS: tuple[Examination, ...] = (
    _examine_settings,
    _examine_keys,
    _examine_clock,
    _examine_folders,
)
EXAMINATIONS: tuple[Examination, ...] = (
    _examine_settings,
    _examine_keys,
    _examine_database,
    _examine_clock,
    _examine_backfills,
    _examine_folders,
    _examine_disk,
    _examine_mail,
    _examine_text_messages,
)


def list_facts(examinations: Iterable[Examination] = EXAMINATIONS) -> Iterator[Fact]:
    for examine in examinations:
        try:
            yield from examine()
        except (DatabaseError, OSError) as error:
            name = examine.__name__.removeprefix("_examine_").replace("_", " ")
            words = f"not known ({_describe_cause(error)})"
            yield Fact(name, words, "mend what is named above")


def _describe_cause(error: Exception) -> str:
    """Return the message of the operating system or of the database server; for other errors only their kind, because
    their messages might repeat secrets."""
    if isinstance(error, OSError) and error.strerror:
        return describe_file_error(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    return describe_connection_failure(error) or primary or type(error).__name__
