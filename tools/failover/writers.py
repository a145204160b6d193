"""Somebody on each web machine who writes without pause, and remembers what was acknowledged."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, pairwise

import psycopg

from tools.failover.network import Machine

PAUSE = 0.02  # between writes, and before another try
TABLES = """
CREATE TABLE failover_keys (key text PRIMARY KEY);
CREATE TABLE failover_effects (key text NOT NULL)
"""
# A write that may have been done is sent again: its key says whether it was. The effect is in no unique index.
_WRITE = """
WITH fresh AS (INSERT INTO failover_keys VALUES (%s) ON CONFLICT DO NOTHING RETURNING key)
INSERT INTO failover_effects SELECT key FROM fresh
"""
_DOUBLED = """
SELECT count(*) FROM (SELECT FROM failover_effects GROUP BY key HAVING count(*) > 1) doubled
"""


@dataclass
class Writer:
    machine: Machine
    url: str
    acknowledged: list[tuple[float, str]] = field(default_factory=list)
    troubles: list[tuple[float, str]] = field(default_factory=list)
    _connection: psycopg.Connection | None = None

    def write_until(self, ended: threading.Event) -> None:
        self.machine.move_thread()
        for number in count():
            key = f"{self.machine.name}-{number}"
            while not self._write(key):
                if ended.wait(PAUSE):
                    return
            self.acknowledged.append((time.monotonic(), key))
            if ended.wait(PAUSE):
                return

    def _write(self, key: str) -> bool:
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self.url, autocommit=True, connect_timeout=2)
            self._connection.execute(_WRITE, [key])
        except psycopg.Error as error:
            self.troubles.append((time.monotonic(), str(error).split("\n")[0]))
            self._close()
            return False
        return True

    def _close(self) -> None:
        if self._connection:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def find_longest_gap(self, begin: float, end: float) -> float:
        """Return the longest time without an acknowledged write between two moments."""
        times = [at for at, _ in self.acknowledged if begin <= at <= end]
        edges = [begin, *times, end]
        return max(later - earlier for earlier, later in pairwise(edges))


@contextmanager
def run_writers(machines: Sequence[Machine], url: str) -> Iterator[list[Writer]]:
    writers, ended = [Writer(machine, url) for machine in machines], threading.Event()
    threads = [threading.Thread(target=writer.write_until, args=[ended]) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def count_lost_and_doubled(writers: Sequence[Writer], url: str) -> tuple[int, int]:
    """Compare what was acknowledged so far with what the server at `url` has."""
    acknowledged = {key for writer in writers for _, key in tuple(writer.acknowledged)}
    with psycopg.connect(url, autocommit=True) as connection:
        stored_keys = {key for (key,) in connection.execute("SELECT key FROM failover_effects")}
        (doubled,) = connection.execute(_DOUBLED).fetchone() or (0,)
    return len(acknowledged - stored_keys), doubled
