"""Work that only one process may do at a time, by a lock of PostgreSQL: it ends with the connection, or
with the transaction."""

import contextlib
from collections.abc import Iterable, Iterator

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sitekit.databases.separate_connections import PRIMARY, connect_separately, get_session_alias

NO_DATABASE = (OperationalError, InterfaceError)
# Arbitrary numbers, as those of the channels of messages are; no two may be equal.
HOUSEKEEPING_LOCK = 7_263_101
TRAINING_LOCK = 7_263_140
REGIONS_LOCK = 2_260_000
MINIMUMS_LOCK = 2_260_003
LISTING_IMPORT_LOCK = 0x6C697374
ARTICLE_IMPORT_LOCK = 7_301_915


@contextlib.contextmanager
def hold_advisory_lock(lock: int) -> Iterator[bool]:
    """Yield whether the lock could be taken; it is released at the end of the block."""
    with _open_session() as session:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
            is_held = cursor.fetchone()[0]
        try:
            yield is_held
        finally:
            if is_held:
                with contextlib.suppress(*NO_DATABASE), session.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def hold_lock_until_commit(lock: int | str, session: BaseDatabaseWrapper | None = None) -> None:
    """Wait for the lock of a number, or of a text; the end of the transaction releases it.

    Without a session it is the transaction of the usual connection.
    """
    key = "hashtextextended(%s, 0)" if isinstance(lock, str) else "%s"
    with (session or connection).cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({key})", [lock])


def share_locks_until_commit(locks: Iterable[int]) -> list[int]:
    """Return those of the locks that nobody holds alone; they are shared until the transaction ends. Waits for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock FROM unnest(%s::bigint[]) AS lock WHERE pg_try_advisory_xact_lock_shared(lock)",
            [list(locks)],
        )
        return [lock for (lock,) in cursor.fetchall()]


@contextlib.contextmanager
def _open_session() -> Iterator[BaseDatabaseWrapper]:
    """Yield the usual connection; behind a pooler, which would give the lock to strangers, one past it."""
    if get_session_alias() == PRIMARY:
        yield connection
        return
    session = connect_separately()
    try:
        yield session
    finally:
        session.close()
