"""Reads of public pages, counted without a write for each.

A process counts in its memory and writes what it has in one statement, after a response was sent: every
`WRITE_SECONDS` seconds or `WRITE_READS` reads, and when it ends. A process that is killed loses what it
had counted since.
"""

import atexit
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished
from django.db import connection
from django.http import HttpRequest

WRITE_SECONDS = 10
WRITE_READS = 200

# How the user agent of a browser begins, in WeChat too; that of most programs does not.
_BROWSER = re.compile(r"(?:Mozilla|Opera|UCWEB)/")
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archive|preview|facebookexternalhit|headless|lighthouse|"
    r"python|curl|wget|monitor|scan|compatible; [^;)]*https?://",
    re.IGNORECASE,
)


def is_read_by_person(request: HttpRequest) -> bool:
    """Return whether a person is likely to read the page: no program, no page fetched ahead."""
    if request.method != "GET":
        return False
    headers = request.headers
    purpose = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz") or ""
    if "prefetch" in purpose or "preview" in purpose:
        return False
    agent = headers.get("User-Agent", "")
    return bool(_BROWSER.match(agent)) and not _ROBOT.search(agent)


class BatchedCounter[Key, Value]:
    """What was counted and is not written yet, by key; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        self._lock = threading.Lock()
        self._reads: dict[Key, Value] = {}
        self._number, self._since = 0, self._clock()

    def join(self, stored: Value | None, added: Value) -> Value:
        """Return what both values of a key are together."""
        raise NotImplementedError

    def store(self, batch: dict[Key, Value]) -> None:
        """Write it in one transaction."""
        raise NotImplementedError

    def note(self, key: Key, value: Value) -> None:
        with self._lock:
            self._reads[key] = self.join(self._reads.get(key), value)
            self._number += 1

    def __bool__(self) -> bool:
        return bool(self._reads)

    @property
    def is_due(self) -> bool:
        age = self._clock() - self._since
        return bool(self) and (self._number >= WRITE_READS or age >= WRITE_SECONDS)

    def write(self) -> None:
        """Write what was counted; after a failure it waits for the next time."""
        with self._lock:
            batch, self._reads = self._reads, {}
            self._number, self._since = 0, self._clock()
        if not batch:
            return
        try:
            self.store(batch)
        except Exception:
            with self._lock:
                # They do not count towards `WRITE_READS`: the next try is after `WRITE_SECONDS`.
                for key, value in batch.items():
                    self._reads[key] = self.join(self._reads.get(key), value)
            logger = logging.getLogger(type(self).__module__)
            logger.exception("reads of %s pages could not be written yet", len(batch))


def write_after_responses(get_counter: Callable[[], BatchedCounter[Any, Any]]) -> None:
    """Write the counter after a response when it is due, and when the process ends."""

    def write_if_due(**_kwargs: object) -> None:
        if (counter := get_counter()).is_due:
            counter.write()

    def write_at_exit() -> None:
        if counter := get_counter():
            counter.write()
            connection.close()

    request_finished.connect(write_if_due, weak=False)
    atexit.register(write_at_exit)
    # A worker that was forked must not write what its parent counted, too.
    os.register_at_fork(after_in_child=get_counter().reset)
