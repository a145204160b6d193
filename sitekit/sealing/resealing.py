"""Sealing what is in clear or sealed by a former key, and opening it again; in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from sitekit.sealing.sealed_fields import SealedColumn
from sitekit.sealing.sealed_text import (
    KEY_MARK_LENGTH,
    MARK,
    UnreadableText,
    get_first_key_mark,
    list_contact_keys,
    open_text,
    seal_text,
)

BATCH = 500


@dataclass
class SealingCount:
    changed: int = 0
    unreadable: int = 0  # their key is missing


def reseal_contacts() -> int:
    """Seal by the first key what another one seals; return how many texts there were."""
    return reseal_all_columns().changed


def reseal_all_columns() -> SealingCount:
    total = SealingCount()
    for field in list_sealed_columns():
        count = seal_column(field)
        total.changed += count.changed
        total.unreadable += count.unreadable
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
    """Safe to interrupt and to do again; what no key opens stays."""
    name = field.get_column_name()
    return _rewrite_column(
        field,
        f"{{column}} <> '' AND LEFT({{column}}, {KEY_MARK_LENGTH}) <> %s",
        get_first_key_mark(),
        lambda text: seal_text(text, name),
    )


def open_column(field: SealedColumn) -> SealingCount:
    """For the way back of a migration."""
    return _rewrite_column(field, f"LEFT({{column}}, {len(MARK)}) = %s", MARK, str)


def _rewrite_column(
    field: SealedColumn, condition: str, mark: str, convert: Callable[[str], str]
) -> SealingCount:
    count = SealingCount()
    change = _name_columns(
        field, "UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"
    )
    for number, stored in _read_rows(field, condition, mark):
        text = open_text(stored)
        if isinstance(text, UnreadableText):
            count.unreadable += 1
            continue
        with connection.cursor() as cursor:
            # Not if it was changed meanwhile: then it is sealed by the first key already.
            cursor.execute(change, [convert(text), number, stored])
            count.changed += cursor.rowcount
    return count


def _read_rows(field: SealedColumn, condition: str, mark: str) -> Iterator[tuple[int, str]]:
    query = _name_columns(
        field,
        f"SELECT {{key}}, {{column}} FROM {{table}} WHERE {condition} AND {{key}} > %s "  # noqa: S608 - names of our own columns
        f"ORDER BY {{key}} LIMIT {BATCH}",
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
