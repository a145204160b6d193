"""Choose the database of a query: reads within `read_from_replica` go to the replica, all others to the primary."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from sitekit.databases.separate_connections import DIRECT, PRIMARY

REPLICA = "replica"
_drawn_number: ContextVar[int | None] = ContextVar("drawn_number", default=None)


def has_replica() -> bool:
    return REPLICA in connections.settings


@contextmanager
def read_from_replica(number: int) -> Iterator[None]:
    """Read from the replica within. `number` is the number of the last change that the replica is known to have."""
    token = _drawn_number.set(number)
    try:
        yield
    finally:
        _drawn_number.reset(token)


def get_drawn_number() -> int | None:
    """Return the number given to `read_from_replica`; None outside of it."""
    return _drawn_number.get()


def get_read_alias() -> str:
    """Return the database to read from. Within a transaction that is the primary, as it may have written what is
    read."""
    if _drawn_number.get() is None or connections[PRIMARY].in_atomic_block:
        return PRIMARY
    return REPLICA


def open_read_cursor() -> CursorWrapper:
    """Return a cursor of the database to read from, for own SQL, which Django does not route."""
    return connections[get_read_alias()].cursor()


class ReplicaRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return get_read_alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db in (REPLICA, DIRECT) else None
