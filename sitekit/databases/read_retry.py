"""A page that loses the database during a switchover is drawn a moment later, on a new connection.

A planned switchover takes some seconds. Kept pages are shown meanwhile (decision 26); other pages wait here.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg.errors import ReadOnlySqlTransaction

from sitekit.databases.separate_connections import PRIMARY

# Since the request began; after that the visitor is told to try again. PAUSE is between two tries.
LONGEST_SECONDS, PAUSE = 10.0, 0.25
# Requests in each process: all that wait connect at once when the database is back.
MAX_WAITING = 6
_CONNECTION_LOST = "waiting_reads.connection_lost"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections that fail, servers that end or begin.
_LOST_STATES = ("08", "57P")


class WaitingReads:
    """The requests of this process that wait for the database. While some wait, the process may use more threads, so
    that it goes on sending kept pages (`jobsite/operations/web_worker.py`)."""

    def __init__(self) -> None:
        self.reset(lambda: None)

    def reset(self, tell: Callable[[], None]) -> None:
        """Start from zero in a new process. Each thread that begins to wait calls `tell`."""
        self._lock, self._tell = threading.Lock(), tell
        self.number = 0

    @contextmanager
    def join(self) -> Iterator[bool]:
        """Count one more request as waiting, if there is room; yield whether there is."""
        with self._lock:
            has_room = self.number < MAX_WAITING
            self.number += has_room
        if not has_room:
            yield False
            return
        self._tell()
        try:
            yield True
        finally:
            with self._lock:
                self.number -= 1


WAITING_READS = WaitingReads()


class WaitingReadsMiddleware:
    """Repeats a GET or HEAD that lost the database, once the database answers. Stands before the middleware of the
    kept pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        until = time.monotonic() + LONGEST_SECONDS
        untouched, request_meta = dict(vars(request)), dict(request.META)
        response = self.get_response(request)
        while _was_lost(request, response) and _wait_for_database(until):
            response.close()
            vars(request).clear()  # the next try must see nothing of this one
            vars(request).update(untouched)
            request.META.clear()
            request.META.update(request_meta)
            response = self.get_response(request)
        return response


def note_lost_connection(request: HttpRequest, error: BaseException | None) -> None:
    """Mark a request that failed by this error, if the error means that the connection was lost."""
    if is_connection_lost(error):
        request.META[_CONNECTION_LOST] = True


def is_database_unavailable(error: BaseException | None) -> bool:
    """Whether the same request may succeed a moment later: there was no connection, a time limit was reached, or the
    database took no writes."""
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, ReadOnlySqlTransaction)
    return isinstance(error, OperationalError | InterfaceError)


def is_connection_lost(error: BaseException | None) -> bool:
    """Whether the server went away. A time limit, or a server that takes no more connections, does not count."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_LOST_STATES)


def _was_lost(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and _CONNECTION_LOST in request.META
    )


def _wait_for_database(until: float) -> bool:
    """Close all connections and wait for the database; return whether a new connection answers before `until`, a time
    of `time.monotonic`. False at once within a transaction, or if too many wait already."""
    if connections[PRIMARY].in_atomic_block:
        return False
    with WAITING_READS.join() as has_room:
        connections.close_all()
        while has_room and time.monotonic() < until:
            if _is_database_answering():
                return True
            time.sleep(PAUSE)
    return False


def _is_database_answering() -> bool:
    try:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connections[PRIMARY].close()
        return False
    return True
