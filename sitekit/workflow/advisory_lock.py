"""Work that only one process may do at a time: a lock that PostgreSQL drops with its holder."""

import contextlib
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection

NO_DATABASE = (OperationalError, InterfaceError)
# Anybody's numbers, as long as no two are the same.
HOUSEKEEPING, MAILS, TEXT_MESSAGES = 7_263_101, 7_263_102, 7_263_103


@contextlib.contextmanager
def hold_advisory_lock(lock: int) -> Iterator[bool]:
    """Whether nobody else holds the lock; it is ours until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with contextlib.suppress(*NO_DATABASE), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
