"""Threads that work beside what is tried, until it is over."""

import threading
from collections.abc import Callable, Sequence
from typing import Self


class BackgroundThreads:
    """A thread for each task, for as long as the block lasts; a task returns soon after `ended` is set."""

    def __init__(self, tasks: Sequence[Callable[[], None]]) -> None:
        self.ended = threading.Event()
        self._threads = [threading.Thread(target=task) for task in tasks]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join()
