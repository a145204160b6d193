"""Which tables a request writes to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
# What anybody may cause: their own session, counters of limits.
ALWAYS_WRITTEN = {"django_session", "sitekit_tally", "usersessions_usersession"}


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """Filled while the context is open; without the tables that anybody may cause to be written."""
    written: set[str] = set()

    def note(execute, sql, params, many, context):
        if (match := WRITES.match(sql)) and match[2] not in ALWAYS_WRITTEN:
            written.add(match[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written
