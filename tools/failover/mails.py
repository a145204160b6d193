"""Mails that wait while the worker that sends them is killed: each must leave, by the other one."""

import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from sitekit.messages.mail_channel import MailChannel
from tools.cluster.processes import wait_until
from tools.cluster.scene import MAIL_MARK, MAILS

_SUBJECT = re.compile(rf"^Subject: ({MAIL_MARK}\d+)$", re.MULTILINE)
# Only one process sends at a time, by a lock of its session.
_FIND_SENDER = """
SELECT host(client_addr) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND objid = %s AND granted
"""


@dataclass
class WaitingMails:
    folder: Path
    enqueue: Callable[[], object]

    def count_sent(self) -> Counter[str]:
        """Return how often each left."""
        sent: Counter[str] = Counter()
        for path in self.folder.glob("*.eml"):
            sent.update(_SUBJECT.findall(path.read_text(errors="replace")))
        return sent

    def start_sending(self, url: str) -> str:
        """Return the address of the machine whose worker is in the middle of sending."""
        self.enqueue()
        wait_until(lambda: bool(self.count_sent()), "the first mail")
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(_FIND_SENDER, [MailChannel.lock]).fetchone()
        return str(row[0]) if row else ""

    def describe_delivery(self, killed_at: float) -> str:
        """Wait until all have left, and return what came of them."""
        with suppress(OSError):  # a file that is being written
            wait_until(lambda: len(self.count_sent()) == MAILS, "the last mail")
        seconds = time.monotonic() - killed_at
        twice = sum(number > 1 for number in self.count_sent().values())
        return f"{MAILS} mails waited: all left within {seconds:.0f} s, {twice} of them twice"
