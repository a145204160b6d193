"""What a thread works on, a request or a job: its log lines name it, and its queries are counted for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Work:
    """`key` finds it in the log. `name` is the name of a route or of a task, never what somebody typed."""

    __slots__ = ("key", "name", "queries", "query_seconds")

    def __init__(self, key: str, name: str = "") -> None:
        self.key, self.name = key, name
        self.queries, self.query_seconds = 0, 0.0


_current: ContextVar[Work | None] = ContextVar("current_work", default=None)


def get_current_work() -> Work | None:
    """Return what this thread works on; None outside of `work_on`."""
    return _current.get()


@contextmanager
def work_on(work: Work) -> Iterator[Work]:
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
