"""How often articles are read, counted without a write for each read.

Reads are counted in the memory of the process and added to the table in one statement, after a
response was sent: every `WRITE_SECONDS` seconds or `WRITE_READS` reads, and when the process ends.
"""

import atexit
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.core.signals import request_finished
from django.db import connection, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.request import HttpHeaders

WRITE_SECONDS = 10
WRITE_READS = 200

# How the user agent of a browser begins, in WeChat too; that of most programs does not.
_BROWSER = re.compile(r"(?:Mozilla|Opera|UCWEB)/")
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archive|preview|facebookexternalhit|headless|lighthouse|"
    r"python|curl|wget|monitor|scan|compatible; [^;)]*https?://",
    re.IGNORECASE,
)
_LOG = logging.getLogger(__name__)

# Counts of an article deleted meanwhile are dropped; the order prevents a deadlock of two processes.
_ADD = """
    INSERT INTO news_articleviews AS kept (article_id, count)
    SELECT article.id, read.number
    FROM unnest(%s::bigint[], %s::bigint[]) AS read (id, number)
    JOIN news_article article ON article.id = read.id
    ORDER BY article.id
    FOR KEY SHARE OF article
    ON CONFLICT (article_id) DO UPDATE SET count = kept.count + excluded.count
"""


class ReadCounter:
    """Reads not written yet; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        self._lock = threading.Lock()
        self._reads: Counter[int] = Counter()
        self._number, self._since = 0, self._clock()

    def add(self, pk: int) -> None:
        with self._lock:
            self._reads[pk] += 1
            self._number += 1

    def __bool__(self) -> bool:
        return bool(self._reads)

    @property
    def is_due(self) -> bool:
        age = self._clock() - self._since
        return bool(self) and (self._number >= WRITE_READS or age >= WRITE_SECONDS)

    def write(self) -> None:
        """Add the reads to the table; after a failure they wait for the next time."""
        with self._lock:
            reads, self._reads = self._reads, Counter()
            self._number, self._since = 0, self._clock()
        if not reads:
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_ADD, [list(reads), list(reads.values())])
        except Exception:
            with self._lock:
                # They do not count towards `WRITE_READS`: the next try is after `WRITE_SECONDS`.
                self._reads.update(reads)
            _LOG.exception("reads of %s articles could not be written yet", len(reads))


READ_COUNTER = ReadCounter()


def note_article_read(request: HttpRequest, pk: int) -> None:
    """Count this request as a read of the article, if a person is likely to read it."""
    if request.method == "GET" and _is_reader(request.headers):
        READ_COUNTER.add(pk)


def _is_reader(headers: HttpHeaders) -> bool:
    purpose = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz") or ""
    if "prefetch" in purpose or "preview" in purpose:
        return False
    agent = headers.get("User-Agent", "")
    return bool(_BROWSER.match(agent)) and not _ROBOT.search(agent)


@receiver(request_finished)
def _write_if_due(**kwargs):
    if READ_COUNTER.is_due:
        READ_COUNTER.write()


@atexit.register
def _write_at_exit():
    if READ_COUNTER:
        READ_COUNTER.write()
        connection.close()


# A worker that was forked must not write what its parent counted, too.
os.register_at_fork(after_in_child=READ_COUNTER.reset)
