"""One thread of each web process hears of changes, on a database connection of its own."""

import contextlib
import copy
import logging
import os
import secrets
import selectors
import threading

import psycopg
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from sitekit.kept_pages.changes import CHANGES, ChangeLog

CHANNEL = "kept_pages"
GREETING = "hello:"
# A dead peer is noticed by the kernel; until then nothing is confirmed, and pages are kept half a second.
OPTIONS = {"connect_timeout": 3, "tcp_user_timeout": 3000, "application_name": "jobsite kept pages"}
_LOG = logging.getLogger(__name__)


class ChangeListener:
    """Asks every `PAUSE` seconds, so that what did not arrive is known not to exist."""

    PAUSE, RETRY_SECONDS = 0.4, 0.5

    def __init__(self, changes: ChangeLog) -> None:
        self.changes = changes
        self.reset()

    def reset(self) -> None:
        """In a forked process: the thread is not there."""
        self.changes.distrust()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._greetings: set[str] = set()

    def ensure_running(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=CHANNEL, daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()
        self.reset()

    def _run(self) -> None:
        is_told = False
        while not self._ended.is_set():
            try:
                self._listen()
            except Exception as error:  # whatever it is, pages go on without being told
                if not is_told:
                    _LOG.warning("changes are not heard of, pages are kept briefly: %s", error)
                is_told = True
                self._ended.wait(self.RETRY_SECONDS)

    def _listen(self) -> None:
        wrapper = connect_apart()
        connection = wrapper.connection
        try:
            connection.add_notify_handler(lambda notice: self._handle(notice.payload))
            connection.execute(f"LISTEN {CHANNEL}")
            self._greet(connection)
            self.changes.forget_everything()
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_READ)
                while not self._ended.is_set():
                    self._ask(connection)
                    selector.select(self.PAUSE)
        finally:
            self.changes.distrust()
            with contextlib.suppress(Error, psycopg.Error):
                wrapper.close()

    def _greet(self, connection) -> None:  # type: ignore[no-untyped-def] # psycopg's or Django's
        """A pooler may take LISTEN and never pass anything on: then nothing may be trusted."""
        greeting = f"{GREETING}{secrets.token_hex(8)}"
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, greeting))
        self._take_rest(connection)
        if greeting not in self._greetings:
            raise OSError("notifications do not arrive")
        self._greetings.clear()

    def _ask(self, connection) -> None:  # type: ignore[no-untyped-def]
        asked_at = self.changes.clock()
        channels = connection.execute("SELECT pg_listening_channels()").fetchall()
        self._take_rest(connection)
        if (CHANNEL,) not in channels:
            raise OSError("another session answers")
        self.changes.confirm(asked_at)

    def _take_rest(self, connection) -> None:  # type: ignore[no-untyped-def]
        """Take what came with the end of an answer, which the handler has not seen."""
        while notice := connection.pgconn.notifies():
            self._handle(notice.extra.decode())

    def _handle(self, payload: str) -> None:
        if payload.startswith(GREETING):
            self._greetings.add(payload)
            return
        topic, _, part = payload.partition(":")
        self.changes.note_change(topic, int(part) if part else None)


def connect_apart() -> BaseDatabaseWrapper:
    """Return an open connection that no request uses, in autocommit."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = copy.deepcopy(wrapper.settings_dict)
    wrapper.settings_dict["OPTIONS"] |= OPTIONS
    wrapper.settings_dict["OPTIONS"].pop("pool", None)
    wrapper.connect()
    return wrapper


LISTENER = ChangeListener(CHANGES)
os.register_at_fork(after_in_child=LISTENER.reset)
