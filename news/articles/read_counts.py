"""How often articles are read, counted without a write for each.

Reads are kept in the memory of the process and added to the table in one statement for many
articles, after an answer is out: every `EVERY` seconds or `MANY` reads, and when the process ends.
Several processes each add their own.
"""

import atexit
import logging
import os
import re
import threading
import time
from collections import Counter

from django.core.signals import request_finished
from django.db import connection, transaction
from django.dispatch import receiver

EVERY = 10
MANY = 200

# Browsers name themselves so, in WeChat too; a program that takes a page mostly does not.
_BROWSER = re.compile(r"(?:Mozilla|Opera|UCWEB)/")
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archive|preview|facebookexternalhit|headless|lighthouse|"
    r"python|curl|wget|monitor|scan|compatible; [^;)]*https?://",
    re.IGNORECASE,
)
_LOG = logging.getLogger(__name__)

# Counts for an article that is gone meanwhile are dropped; the order keeps two processes that
# write at once from waiting for each other.
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

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self.forget()

    def forget(self):
        self._lock = threading.Lock()
        self._reads, self._number, self._since = Counter(), 0, self._clock()

    def add(self, pk):
        with self._lock:
            self._reads[pk] += 1
            self._number += 1

    def __bool__(self):
        return bool(self._reads)

    @property
    def is_due(self):
        return bool(self) and (self._number >= MANY or self._clock() - self._since >= EVERY)

    def write(self):
        """A failure harms nobody: the reads wait for the next time."""
        reads = self._take()
        if not reads:
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_ADD, [list(reads), list(reads.values())])
        except Exception:
            self._put_back(reads)
            _LOG.exception("reads of %s articles could not be written yet", len(reads))

    def _take(self):
        with self._lock:
            reads, self._reads = self._reads, Counter()
            self._number, self._since = 0, self._clock()
        return reads

    def _put_back(self, reads):
        """Not counted towards `MANY`: the next try comes in `EVERY` seconds, not at once."""
        with self._lock:
            self._reads.update(reads)


TALLY = ReadCounter()


def note_article_read(request, article):
    """Count this request as a read of the article, if a person is likely to read it."""
    if request.method == "GET" and _is_reader(request.headers):
        TALLY.add(article.pk)


def _is_reader(headers):
    purpose = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz") or ""
    if "prefetch" in purpose or "preview" in purpose:
        return False
    agent = headers.get("User-Agent", "")
    return bool(_BROWSER.match(agent)) and not _ROBOT.search(agent)


@receiver(request_finished)
def _write_if_due(**kwargs):
    """By whichever request comes, after its answer is out."""
    if TALLY.is_due:
        TALLY.write()


@atexit.register
def _write_at_exit():
    if TALLY:
        TALLY.write()
        connection.close()


# A worker that was forked must not write what its parent counted, too.
os.register_at_fork(after_in_child=TALLY.forget)
