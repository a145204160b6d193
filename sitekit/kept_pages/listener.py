"""One thread of each web process hears of changes, on a database connection of its own."""

import contextlib
import os
import secrets
import selectors
from typing import Any

import psycopg
from django.db import Error
from psycopg.pq.abc import PGconn

from sitekit.databases.replica_routing import has_replica
from sitekit.databases.separate_connections import PRIMARY, connect_separately
from sitekit.kept_pages.changes import CHANGES, ChangeLog
from sitekit.kept_pages.drawing_reads import DRAWING_READS
from sitekit.kept_pages.watching import WatchingThread

CHANNEL = "kept_pages"
GREETING = "hello:"
# The kernel notices a lost connection; until then nothing is confirmed, and pages are kept half a second.
OPTIONS: dict[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 3000,
    "application_name": "jobsite kept pages",
}
# A machine that is only busy answers sooner.
SILENT_SECONDS = 5.0
_CHANNELS = "array(SELECT pg_listening_channels())"
_POSITION = "pg_current_wal_insert_lsn() - '0/0'"


class ChangeListener(WatchingThread):
    """Listens for changes, and asks for an answer every `PAUSE` seconds: an answer shows that no change was missed
    before."""

    NAME, TROUBLE = CHANNEL, "changes are not heard of, pages are kept briefly"

    def __init__(self, changes: ChangeLog) -> None:
        self.changes = changes
        super().__init__()

    def reset(self) -> None:
        super().reset()
        self._greetings: set[str] = set()

    def distrust(self) -> None:
        self.changes.distrust()

    def watch(self) -> None:
        wrapper = connect_separately(**OPTIONS)
        connection = wrapper.connection
        try:
            connection.add_notify_handler(lambda notice: self._handle(notice.payload))
            connection.execute(f"LISTEN {CHANNEL}")
            self._greet(connection)
            _require_answer_to_pages()
            self.changes.forget_everything()
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_READ)
                while not self._ended.is_set():
                    # Once more after a change, for a position of the log that lies behind it.
                    if not self._ask(connection):
                        selector.select(self.PAUSE)
        finally:
            self.distrust()
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

    def _ask(self, connection) -> bool:  # type: ignore[no-untyped-def]
        """Return whether something was told of which the replica's state is to be known."""
        asked_at, number = self.changes.clock(), self.changes.number
        channels, position = self._fetch_in_time(connection.pgconn)
        self._take_rest(connection)
        if CHANNEL.encode() not in channels:
            raise OSError("another session answers")
        self.changes.confirm(asked_at)
        if position is None:
            return False
        self.changes.note_position(number, int(position))
        return self.changes.number != number

    def _fetch_in_time(self, pgconn: PGconn) -> tuple[bytes, bytes | None]:
        """Return the channels and the position; raise an error where psycopg would wait as long as a disk hangs
        or a network swallows packets: then pages that are being drawn are broken off, and the kept ones shown."""
        position = _POSITION if has_replica() else "NULL"
        pgconn.send_query(f"SELECT {_CHANNELS}, {position}".encode())
        pgconn.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(pgconn.socket, selectors.EVENT_READ)
            until = self.changes.clock() + SILENT_SECONDS
            while pgconn.is_busy():
                if not selector.select(max(until - self.changes.clock(), 0)):
                    DRAWING_READS.break_off()
                    raise OSError("the database does not answer")
                pgconn.consume_input()
        values: tuple[bytes, bytes | None] = (b"", None)
        while result := pgconn.get_result():
            if result.ntuples:
                values = (result.get_value(0, 0) or b"", result.get_value(0, 1))
        return values

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


def _require_answer_to_pages() -> None:
    """Raise an error while they cannot be drawn, since the pooler has not found the database again, or there is no
    room for one more: until then what is kept is shown as what it is."""
    connection = connect_separately(PRIMARY)
    try:
        connection.connection.execute("SELECT 1")
    finally:
        connection.close()


LISTENER = ChangeListener(CHANGES)
os.register_at_fork(after_in_child=LISTENER.reset)
