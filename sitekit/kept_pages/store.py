"""The in-memory cache of a process: a value stays until something that it was made of changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from itertools import chain
from math import inf
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from sitekit.databases.replica_routing import get_drawn_number
from sitekit.kept_pages.changes import CHANGES, ChangeLog, Dependency
from sitekit.kept_pages.due_moments import collect_due_moment, note_due_moment

# After the first a value is made anew although no change was announced, since some data announces none (such as how
# often an article was read). The second holds while the listener is cut off from the database.
LONGEST_SECONDS, UNTRUSTED_SECONDS = 600.0, 0.5
STALE_SECONDS = 3600.0
USED_SHARE = 0.8  # of all bytes, for what was asked for again


class Kept[T](NamedTuple):
    value: T
    size: int
    dependencies: tuple[Dependency, ...]
    number: int  # of the last change that was known before it was made
    made_at: float  # the moment of which it tells, at least
    due_at: float = inf  # when it is outdated by itself, in seconds since 1970


class KeptRows[T]:
    """Rows whose sizes together stay within `most_bytes`. Those that were asked for again are the last to go: a
    robot that reads each page once pushes out no page that people read. The caller locks."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.size = self._used_size = 0
        self._new: OrderedDict[Hashable, Kept[T]] = OrderedDict()  # the least recently put first
        self._used: OrderedDict[Hashable, Kept[T]] = OrderedDict()  # the least recently used first

    def find(self, key: Hashable) -> Kept[T] | None:
        """May be called without the lock."""
        return self._used.get(key) or self._new.get(key)

    def note_use(self, key: Hashable) -> None:
        if key in self._used:
            self._used.move_to_end(key)
        elif (used_row := self._new.pop(key, None)) is not None:
            self._used[key] = used_row
            self._used_size += used_row.size
            while self._used_size > self.most_bytes * USED_SHARE:
                oldest, row = self._used.popitem(last=False)
                self._used_size -= row.size
                self._new[oldest] = row

    def put(self, key: Hashable, row: Kept[T]) -> None:
        is_used = key in self._used
        self.remove(key)
        if is_used:
            self._used[key] = row
            self._used_size += row.size
        else:
            self._new[key] = row
        self.size += row.size
        while self.size > self.most_bytes:
            self.remove(
                next(other_key for other_key in chain(self._new, self._used) if other_key != key)
            )

    def remove(self, key: Hashable) -> None:
        if (former := self._used.pop(key, None)) is not None:
            self._used_size -= former.size
        else:
            former = self._new.pop(key, None)
        self.size -= former.size if former else 0


class KeptStore[T]:
    def __init__(self, most_bytes: int, changes: ChangeLog = CHANGES) -> None:
        self.changes = changes
        self.most_bytes = most_bytes
        self.clear()

    def clear(self) -> None:
        self._lock = threading.Lock()
        self._makers = [threading.Lock() for _ in range(64)]
        self._rows = KeptRows[T](self.most_bytes)

    @property
    def size(self) -> int:
        return self._rows.size

    def get(self, key: Hashable) -> Kept[T] | None:
        """Return what is certain to be no older than a second."""
        row = self._rows.find(key)
        if row is None or self.changes.has_changed(row.dependencies, row.number):
            return None
        age = self.changes.clock() - row.made_at
        if age >= (LONGEST_SECONDS if self.changes.is_trusted() else UNTRUSTED_SECONDS):
            return None
        # Most is never due, and what it is made of is asked a hundred times a page.
        if row.due_at != inf and timezone.now().timestamp() >= row.due_at:
            return None
        with self._lock:
            self._rows.note_use(key)
        return row

    def get_stale(self, key: Hashable) -> Kept[T] | None:
        """Return what is at most an hour old and was not told to have changed, for when nothing can be made."""
        row = self._rows.find(key)
        if row is None or self.changes.has_changed(row.dependencies, row.number):
            return None
        return row if self.changes.clock() - row.made_at < STALE_SECONDS else None

    def put(self, key: Hashable, row: Kept[T]) -> None:
        """Keep it, unless it changed while it was made."""
        if row.size > self.most_bytes or self.changes.has_changed(row.dependencies, row.number):
            return
        with self._lock:
            self._rows.put(key, row)

    def remove(self, key: Hashable) -> None:
        with self._lock:
            self._rows.remove(key)

    def wait_turn(self, key: Hashable) -> AbstractContextManager[bool]:
        """Return a lock that lets one thread at a time make the value of the key."""
        return self._makers[hash(key) % len(self._makers)]


_VALUES: KeptStore[object] = KeptStore(most_bytes=9 * 2**20)
_VALUE_SIZE = 2**13  # about; none is large


class ReadMoment(NamedTuple):
    """The moment of a read: the number of the last change that is certainly included, and the time whose state was
    read."""

    number: int
    made_at: float


def note_read_moment() -> ReadMoment:
    number = get_drawn_number()
    return ReadMoment(CHANGES.number if number is None else number, CHANGES.get_read_moment())


def keep_value[T](key: Hashable, dependencies: Iterable[Dependency], make: Callable[[], T]) -> T:
    """Return the value that was kept under the key, or make it; for pages that are kept or not."""
    if (row := _VALUES.get(key)) is not None:
        return row.value  # type: ignore[return-value]
    moment = note_read_moment()
    value = make()
    _VALUES.put(key, Kept(value, _VALUE_SIZE, tuple(dependencies), *moment))
    return value


def keep_while_told[T](
    key: Hashable,
    topics: Iterable[str | Dependency] | Callable[[T], Iterable[str | Dependency]],
    make: Callable[[], T],
    size: int = _VALUE_SIZE,
) -> T:
    """Return the value that was kept under the key, or make it; it must not be changed. `topics` are what it is
    made of, or tell so from the value. `size` is about how many bytes it takes.

    As `keep_value`, for what is made quickly: without word of changes it is made anew each time, and so it
    is inside a transaction, which may see what is never committed.
    """
    if not _can_trust_changes():
        return make()
    if (row := _VALUES.get(key)) is not None:
        note_due_moment(row.due_at)
        return row.value  # type: ignore[return-value]
    moment, now = note_read_moment(), timezone.now().timestamp()
    with collect_due_moment() as due:
        value = make()
    due_at = min(due.at, CHANGES.find_due_moment(now))
    made_of = topics(value) if callable(topics) else topics
    dependencies = tuple(
        Dependency(topic) if isinstance(topic, str) else topic for topic in made_of
    )
    _VALUES.put(key, Kept(value, size, dependencies, *moment, due_at))
    return value


def get_while_told(key: Hashable) -> object | None:
    """Return what `put_while_told` kept under the key, None if nothing is; for what one query reads together with
    other things."""
    row = _VALUES.get(key) if _can_trust_changes() else None
    return row.value if row else None


def put_while_told(
    key: Hashable, value: object, dependencies: Iterable[Dependency], moment: ReadMoment, size: int
) -> None:
    """Keep what was read at the moment or later, where `keep_while_told` would. `size` is about how many bytes it
    takes."""
    if _can_trust_changes():
        _VALUES.put(key, Kept(value, size, tuple(dependencies), *moment))


def _can_trust_changes() -> bool:
    """Whether word of changes comes, and what is read now is committed."""
    return CHANGES.is_trusted() and not connection.in_atomic_block


def forget_value(key: Hashable) -> None:
    _VALUES.remove(key)


def forget_values() -> None:
    _VALUES.clear()
