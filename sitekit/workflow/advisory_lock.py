"""Work that only one process may do at a time, by a lock of PostgreSQL that ends with the connection."""

import contextlib
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection

NO_DATABASE = (OperationalError, InterfaceError)
# An arbitrary number, as those of the channels of messages are; no two may be equal.
HOUSEKEEPING = 7_263_101


@contextlib.contextmanager
def hold_advisory_lock(lock: int) -> Iterator[bool]:
    """Yield whether the lock could be taken; it is released at the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        is_held = cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        if is_held:
            with contextlib.suppress(*NO_DATABASE), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
