"""While word of changes is lost, one request at a time finds out whether the database is there.

It may wait for seconds, in a pooler for instance; the others are shown what is kept meanwhile. Before that it must have
waited for a second: a database that is there draws a page sooner, and then nobody is shown what is kept.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from sitekit.kept_pages.changes import CHANGES, ChangeLog

TRIAL_SECONDS = 1.0


class DatabaseTrial:
    def __init__(self, changes: ChangeLog = CHANGES) -> None:
        self.changes = changes
        self._turn = threading.Lock()
        self._begun_at = -inf
        # In which loss of the word of changes a page was drawn, and in which it could not be.
        self._reached, self._failed = -1, -1

    @contextmanager
    def claim_turn(self, *, has_other_answer: bool) -> Iterator[bool]:
        """Yield whether this request shall draw its page."""
        if not has_other_answer or not self._is_needed():
            yield True
            return
        waits = self._begun_at + TRIAL_SECONDS - self.changes.clock()
        has_failed = self._failed == self.changes.losses
        if not self._turn.acquire(timeout=0 if has_failed else max(waits, 0)):
            yield False
            return
        try:
            self._begun_at = self.changes.clock()
            yield True
        finally:
            self._turn.release()

    def get_loss(self) -> int | None:
        """Return the number of the present loss, to be asked before a page is drawn."""
        return self.changes.losses if self.changes.is_lost() else None

    def note_result(self, loss: int | None, *, is_reached: bool) -> None:
        if loss is None:
            return
        if is_reached:
            self._reached = loss
        else:
            self._failed = loss

    def _is_needed(self) -> bool:
        return self.changes.is_lost() and self._reached != self.changes.losses
