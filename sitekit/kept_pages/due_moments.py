"""Until when the words of what is being made hold: "3 分钟前" is true for a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf


@dataclass
class DueMoment:
    at: float = inf  # seconds since 1970


_DUE: ContextVar[DueMoment | None] = ContextVar("due_moment", default=None)


def note_due_moment(at: float) -> None:
    """Note that what is being drawn is true only until this moment."""
    due = _DUE.get()
    if due is not None and at < due.at:
        due.at = at


@contextmanager
def collect_due_moment() -> Iterator[DueMoment]:
    """Yield the earliest moment that is noted inside; it holds for what this is a part of as well."""
    due = DueMoment()
    token = _DUE.set(due)
    try:
        yield due
    finally:
        _DUE.reset(token)
        note_due_moment(due.at)


@contextmanager
def ignore_due_moments() -> Iterator[None]:
    """Note no moments inside the block: its words are written anew whenever they are used (`refresh_ages`)."""
    token = _DUE.set(None)
    try:
        yield
    finally:
        _DUE.reset(token)
