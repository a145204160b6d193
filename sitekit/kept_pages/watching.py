"""A thread of each web process that asks a database something again and again."""

import logging
import threading

from django.db import connections

_LOG = logging.getLogger(__name__)


class WatchingThread:
    """Started by the first request that needs it; `reset` is to be called in forked processes."""

    NAME, TROUBLE = "", ""
    PAUSE, RETRY_SECONDS = 0.4, 0.5

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start without a thread; a forked process does not have the thread of its parent."""
        self.distrust()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def distrust(self) -> None:
        """Believe nothing that the database said until it says it again."""
        raise NotImplementedError

    def watch(self) -> None:
        """Connect, and ask until the connection fails or `_ended` is set."""
        raise NotImplementedError

    def ensure_running(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=self.NAME, daemon=True)
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
                self.watch()
            except Exception as error:  # whatever it is, pages go on without
                if not is_told:
                    _LOG.warning("%s: %s", self.TROUBLE, error)
                is_told = True
                self._ended.wait(self.RETRY_SECONDS)
            finally:
                connections.close_all()  # of this thread: Django looks up types by one of its own
