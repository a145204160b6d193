"""Queries that are planned once for each connection instead of each time: for queries that run over and over.

Django puts values into the statement, so the database plans it anew each time; for a query of many parts that takes
longer than running it. Within `prepare_statements` values are sent beside the statement, and from its third time on
a connection it is prepared. `PLANNER_OPTIONS` of `jobsite.env` say which plan serves all values.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import NotSupportedError, ProgrammingError, connections
from psycopg import Cursor
from psycopg.errors import (
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
)

from sitekit.databases.replica_routing import get_read_alias

RUNS_BEFORE_PREPARING = 2  # so that a query that runs once takes no room on the server
# A table was changed since the statement was prepared; or a pooler chose a server that does not know the statement.
_OUTDATED = (FeatureNotSupported, InvalidSqlStatementName, DuplicatePreparedStatement)


@contextmanager
def prepare_statements() -> Iterator[None]:
    """Prepare the statements that run within, on the connection that pages read from."""

    def execute_prepared(
        execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if many or params is None:
            return execute(sql, params, many, context)
        wrapper, connection = context["cursor"], context["connection"]
        plain_cursor = wrapper.cursor
        plain_cursor.connection.prepare_threshold = RUNS_BEFORE_PREPARING
        wrapper.cursor = Cursor(plain_cursor.connection)
        try:
            return execute(sql, params, many, context)
        except (NotSupportedError, ProgrammingError) as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, _OUTDATED):
                raise
            wrapper.cursor = plain_cursor
            plain_cursor.execute("DEALLOCATE ALL")  # psycopg then forgets its statements, too
            return execute(sql, params, many, context)

    with connections[get_read_alias()].execute_wrapper(execute_prepared):
        yield
