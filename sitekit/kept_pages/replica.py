"""Whether a page may be drawn from the replica: it is near, and has all that the page is made of.

The listener notes a position of the primary's log after each change that it was told of. The replica
has all changes up to the last of these positions that it has replayed; docs/decisions/0027-beyond-one-machine.md.
"""

import contextlib
import os
import selectors
import time
from collections.abc import Callable, Iterable, Iterator
from math import inf

import psycopg
from django.db import Error, connections
from psycopg.pq.abc import PGconn

from sitekit.databases.replica_routing import REPLICA, has_replica
from sitekit.databases.separate_connections import connect_separately
from sitekit.kept_pages.changes import CHANGES, ChangeLog, Dependency
from sitekit.kept_pages.drawing_reads import DrawingReads
from sitekit.kept_pages.watching import WatchingThread

# A replica that has not answered for so long is not asked: pages are read from the primary.
BELIEVED_SECONDS = 1.0
# Returns no row if the server is no replica, or has lost its primary.
_ASK_REPLAYED = """
    SELECT pg_last_wal_replay_lsn() - '0/0'
    WHERE pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver)
"""


class ReplicaWatch(WatchingThread):
    NAME, TROUBLE = "replica", "the replica is away, pages are drawn from the primary"

    def __init__(self, changes: ChangeLog, clock: Callable[[], float] = time.monotonic) -> None:
        self.changes, self.clock = changes, clock
        super().__init__()

    def reset(self) -> None:
        super().reset()
        self._reads = DrawingReads()

    def distrust(self) -> None:
        self._answered_at = -inf

    def is_near(self) -> bool:
        return self.clock() - self._answered_at < BELIEVED_SECONDS

    def find_drawn_number(self, dependencies: Iterable[Dependency]) -> int | None:
        """Return up to which change the replica is known to have all; None if it is away or behind
        a change of the dependencies. To be asked just before the page is drawn, by the same thread."""
        if not has_replica():
            return None
        self.ensure_running()
        if not self.is_near() or not self.changes.is_trusted():
            return None
        try:
            position = self._ask_replayed()
        except Error:
            self.distrust()
            return None
        number = None if position is None else self.changes.find_number(position)
        if number is None or self.changes.has_changed(dependencies, number):
            return None
        return number

    @contextlib.contextmanager
    def guard_reads(self) -> Iterator[None]:
        """Within the block the reads of this thread are broken off if the replica no longer answers."""
        if not has_replica():
            yield
            return
        with self._reads.guard(REPLICA):
            yield

    def watch(self) -> None:
        wrapper = connect_separately(REPLICA)
        try:
            while not self._ended.is_set():
                asked_at = self.clock()
                self._ask_in_time(wrapper.connection.pgconn)
                self._answered_at = asked_at
                self._ended.wait(self.PAUSE)
        finally:
            self.distrust()
            self._reads.break_off()
            with contextlib.suppress(Error, psycopg.Error):
                wrapper.close()

    def _ask_in_time(self, pgconn: PGconn) -> None:
        """Raise an error where psycopg would wait: a disk that hangs keeps a server silent for long."""
        pgconn.send_query(b"SELECT")
        pgconn.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(pgconn.socket, selectors.EVENT_READ)
            if not selector.select(BELIEVED_SECONDS):
                raise OSError("it does not answer")
        while pgconn.get_result():
            pass

    def _ask_replayed(self) -> int | None:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_ASK_REPLAYED)
            row = cursor.fetchone()
        return None if row is None or row[0] is None else int(row[0])


REPLICA_WATCH = ReplicaWatch(CHANGES)
os.register_at_fork(after_in_child=REPLICA_WATCH.reset)
