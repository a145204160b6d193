"""Seals, in batches, what is stored in clear or sealed by a former key."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as declare_field

from django.apps import apps
from django.db import IntegrityError, OperationalError, connection
from django.db.transaction import atomic
from psycopg.errors import LockNotAvailable

from sitekit.sealing.sealed_fields import SealedColumn
from sitekit.sealing.sealed_text import (
    KEY_MARK_LENGTH,
    MARK,
    PREFIX_LENGTH,
    UnreadableText,
    compute_contact_lock,
    get_first_key_mark,
    list_contact_keys,
    list_prefixes,
    open_text,
    seal_text,
)
from sitekit.sealing.unique_contacts import is_unique_contact

logger = logging.getLogger(__name__)
SECRETS_PER_BATCH = 500


@dataclass
class SealingCount:
    changed: int = 0
    unreadable: int = 0  # their key is missing
    busy: int = 0  # somebody was writing them
    collisions: list[str] = declare_field(default_factory=list)  # unique, and there already

    def add(self, added: "SealingCount") -> None:
        self.changed += added.changed
        self.unreadable += added.unreadable
        self.busy += added.busy
        self.collisions += added.collisions


def reseal_contacts() -> int:
    """Seal all contacts that are not sealed by the first key; return how many texts were changed."""
    return reseal_all_columns().changed


def reseal_all_columns() -> SealingCount:
    total = SealingCount()
    for field in list_sealed_columns():
        total.add(seal_column(field))
    return total


def list_unreadable_columns() -> list[SealedColumn]:
    """Return the columns with texts that are sealed by none of the keys."""
    marks = [key.mark for key in list_contact_keys()]
    condition = (
        f"LEFT({{column}}, {len(MARK)}) = %s AND LEFT({{column}}, {KEY_MARK_LENGTH}) <> ALL(%s)"
    )
    columns = []
    for field in list_sealed_columns():
        query = _name_columns(field, f"SELECT 1 FROM {{table}} WHERE {condition} LIMIT 1")  # noqa: S608 - as below
        with connection.cursor() as cursor:
            cursor.execute(query, [MARK, marks])
            columns += [field] if cursor.fetchone() else []
    return columns


def list_sealed_columns() -> list[SealedColumn]:
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, SealedColumn)
    ]


def seal_column(field: SealedColumn) -> SealingCount:
    """Seal the texts of a column that are not sealed by the first key, and count them. It may be interrupted and run
    again. Texts that no key opens stay as they are."""
    name, is_unique = field.get_column_name(), is_unique_contact(field)
    condition = f"{{column}} <> '' AND LEFT({{column}}, {KEY_MARK_LENGTH}) <> %s"
    count = SealingCount()
    for number, stored in _read_rows(field, condition, get_first_key_mark()):
        text = open_text(stored)
        if isinstance(text, UnreadableText):
            count.unreadable += 1
        elif is_unique and stored.startswith(MARK):
            count.add(_move_contact(field, text, number))
        else:
            # In clear is what stood there before the column was sealed.
            count.changed += _rewrite_row(field, number, stored, seal_text(text, name))
    return count


def _move_contact(field: SealedColumn, text: str, number: int) -> SealingCount:
    """Seal all rows of a contact by the first key at once: see `unique_contacts`.

    It never waits for a lock, so that nobody who writes has to wait for it: a contact that is in use counts as `busy`
    and is left for the next run.
    """
    name = field.get_column_name()
    try:
        with atomic(), connection.cursor() as cursor:
            lock = compute_contact_lock(text, name)
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
            if not cursor.fetchone()[0]:
                return SealingCount(busy=1)
            former_prefixes = list_prefixes(text, name)[1:]
            query = f"SELECT {{key}}, {{column}} FROM {{table}} WHERE LEFT({{column}}, {PREFIX_LENGTH}) = ANY(%s)"  # noqa: S608 - as below
            cursor.execute(_name_columns(field, f"{query} FOR UPDATE NOWAIT"), [former_prefixes])
            rows = cursor.fetchall()
            for row_number, stored in rows:
                _rewrite_row(field, row_number, stored, seal_text(text, name))
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return SealingCount(busy=1)
        raise
    except IntegrityError:
        logger.error("Stands under two keys though it should be unique: %s, row %s", name, number)  # noqa: TRY400 - the traceback tells nothing
        return SealingCount(collisions=[f"{name} {number}"])
    return SealingCount(changed=len(rows))


def _rewrite_row(field: SealedColumn, number: int, stored: str, new: str) -> int:
    """Store the new text, unless the row was changed since it was read: what was written then is sealed by the first
    key. Return 1 if it was stored, else 0."""
    change = "UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"
    with connection.cursor() as cursor:
        cursor.execute(_name_columns(field, change), [new, number, stored])
        return cursor.rowcount


def _read_rows(field: SealedColumn, condition: str, mark: str) -> Iterator[tuple[int, str]]:
    query = _name_columns(
        field,
        f"SELECT {{key}}, {{column}} FROM {{table}} WHERE {condition} AND {{key}} > %s "  # noqa: S608 - names of our own columns
        f"ORDER BY {{key}} LIMIT {SECRETS_PER_BATCH}",
    )
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [mark, last])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _name_columns(field: SealedColumn, query: str) -> str:
    meta = field.model._meta
    names = {
        "table": meta.db_table,
        "column": field.get_attname_column()[1],
        "key": meta.pk.get_attname_column()[1],
    }
    return query.format(**{name: connection.ops.quote_name(str(n)) for name, n in names.items()})
