"""A page that is asked for while the database changes hands is drawn a moment later, on a new connection.

A planned switchover takes some seconds. What is kept is shown meanwhile (decision 26); what is not waits here.
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

# From the beginning of the request; who waits longer is told to try again.
LONGEST_SECONDS, PAUSE = 10.0, 0.25
# In each process, since all of them connect at once when the database is back.
MAX_WAITING = 6
_CONNECTION_LOST = "waiting_reads.connection_lost"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections that fail, servers that end or begin.
_LOST_STATES = ("08", "57P")


class WaitingReads:
    """The requests of this process that wait for the database. They have threads besides, so that kept pages go on
    being sent."""

    def __init__(self) -> None:
        self.reset(lambda: None)

    def reset(self, tell: Callable[[], None]) -> None:
        """Begin anew in a new process; `tell` is called by each thread that begins to wait."""
        self._lock, self._tell = threading.Lock(), tell
        self.number = 0

    @contextmanager
    def join(self) -> Iterator[bool]:
        """Yield whether there is room for one more."""
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
    """Stands above the kept pages. Only what changes nothing is asked twice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        until = time.monotonic() + LONGEST_SECONDS
        untouched, asked = dict(vars(request)), dict(request.META)
        response = self.get_response(request)
        while _was_lost(request, response) and _wait_for_database(until):
            response.close()
            vars(request).clear()  # of what was read nothing may be in the next try
            vars(request).update(untouched)
            request.META.clear()
            request.META.update(asked)
            response = self.get_response(request)
        return response


def note_lost_connection(request: HttpRequest, error: BaseException | None) -> None:
    """To be called when a request failed by that error."""
    if is_connection_lost(error):
        request.META[_CONNECTION_LOST] = True


def is_database_unavailable(error: BaseException | None) -> bool:
    """Whether the same request may succeed a moment later: no connection, a limit of time, a database
    that takes no writes."""
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, ReadOnlySqlTransaction)
    return isinstance(error, OperationalError | InterfaceError)


def is_connection_lost(error: BaseException | None) -> bool:
    """Whether the server went away, and not: a limit of time was reached, or it takes nobody more."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_LOST_STATES)


def _was_lost(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and _CONNECTION_LOST in request.META
    )


def _wait_for_database(until: float) -> bool:
    """Return whether it answers on a new connection before the moment."""
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
