"""Which tables a request writes to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
# What anybody may cause: their own session, counters of limits.
ALWAYS_WRITTEN = {"django_session", "sitekit_tally", "usersessions_usersession"}


@contextmanager
def changed_tables() -> Iterator[set[str]]:
    """Filled when the context ends, with what the database itself has counted: rows written in
    whatever way. For what is worth two queries more."""
    before, changed = _count_changes(), set()
    yield changed
    changed |= {table for table, count in _count_changes().items() if count > before.get(table, 0)}


def _count_changes() -> dict[str, int]:
    """Rows written in this transaction, by table; also those that a savepoint took back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return {table: count for table, count in cursor if table not in ALWAYS_WRITTEN}


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
