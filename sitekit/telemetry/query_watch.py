"""Counts the queries of what is worked on, and logs those that take long, without their parameters."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.sql import Composable

from sitekit.telemetry.current_work import get_current_work

logger = logging.getLogger(__name__)
MAX_LOGGED_STATEMENT = 600  # characters of a statement that are logged
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_MANY = re.compile(r"(?:%s, ){3,}%s")


def watch_connections() -> None:
    """Watch each connection that is made from now on."""
    connection_created.connect(_watch_connection, dispatch_uid="sitekit.telemetry.query_watch")


def _watch_connection(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if _measure_query not in connection.execute_wrappers:  # it is there when it connects again
        connection.execute_wrappers.insert(
            0, _measure_query
        )  # `execute_wrapper` takes the last away


def _measure_query(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    begun = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        _note_query(sql, perf_counter() - begun)


def _note_query(sql: Any, seconds: float) -> None:
    work = get_current_work()
    if work is not None:
        work.queries += 1
        work.query_seconds += seconds
    if 0 < settings.SLOW_QUERY_MS <= 1000 * seconds:
        name = work.name if work else ""
        logger.warning("slow query, %.0f ms, %s: %s", 1000 * seconds, name or "-", shorten_sql(sql))


def shorten_sql(sql: Any) -> str:
    """Return it in one line; no literal in it can be anybody's words."""
    text = sql.as_string(None) if isinstance(sql, Composable) else str(sql)
    text = _QUOTED.sub("'…'", " ".join(text.split()))
    return _MANY.sub("%s, …", text)[:MAX_LOGGED_STATEMENT]
