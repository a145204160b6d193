"""A mark behind the words of every text of every row: where it is read, that column is printed.

A mark is "zq", two letters for the column, the number of the row, "z".
"""

import itertools
import re
from collections import defaultdict
from string import ascii_lowercase
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, SlugField, TextField

from sitekit.sealing.sealed_fields import SealedColumn

APPS = ("accounts", "cities", "jobsite", "listings", "news", "safety", "screening", "sitekit")
MARK = re.compile(r"zq([a-z]{2})(\d+)z")
CODES = ["".join(pair) for pair in itertools.product(ascii_lowercase, repeat=2)]


class Mark(NamedTuple):
    """What a mark says: the column, as "app.Model.column", and the number of the row."""

    column: str
    row: str


def list_text_columns() -> dict[str, Field]:
    """Every column of the project that holds words, by its name: "app.Model.column".

    Choices are words of ours, a name in an address is looked up.
    """
    return {
        f"{model._meta.label}.{field.name}": field
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if _holds_words(field)
    }


def _holds_words(field: Field) -> bool:
    base = field.base_field if isinstance(field, ArrayField) else field
    is_text = isinstance(base, CharField | TextField | JSONField) and not base.choices
    return is_text and not isinstance(base, SlugField) and not base.primary_key


def write_marks(columns: dict[str, Field]) -> set[str]:
    """Mark the columns in all rows, also where they were empty; return those that have no row."""
    by_model: dict[type[Model], dict[Field, str]] = defaultdict(dict)
    for code, field in zip(CODES, columns.values(), strict=False):
        by_model[field.model][field] = f"zq{code}"
    empty = {model for model, marks in by_model.items() if not _mark_rows(model, marks)}
    return {name for name, field in columns.items() if field.model in empty}


def _mark_rows(model: type[Model], marks: dict[Field, str]) -> int:
    structured = {f: mark for f, mark in marks.items() if isinstance(f, JSONField | ArrayField)}
    for row in model._base_manager.all() if structured else ():
        kept = {
            field.attname: _mark_leaves(getattr(row, field.attname), f"{mark}{row.pk}z")
            for field, mark in structured.items()
        }
        model._base_manager.filter(pk=row.pk).update(**kept)
    plain = {field: mark for field, mark in marks.items() if field not in structured}
    if plain:
        _mark_plain_columns(model, plain)
    return model._base_manager.count()


def _mark_plain_columns(model: type[Model], marks: dict[Field, str]) -> None:
    """In one statement, since a row may not be changed by halves; what is sealed is opened before, and
    read as a text from before there was a key."""
    for field in marks:
        if isinstance(field, SealedColumn):
            _open_column(model, field)
    changes = [_write_change(model, field, mark) for field, mark in marks.items()]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{model._meta.db_table}" SET {", ".join(changes)}')  # noqa: S608


def _open_column(model: type[Model], field: SealedColumn) -> None:
    """Store in clear what is read opened."""
    change = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{model._meta.pk.column}" = %s'  # noqa: S608
    texts = model._base_manager.values_list(field.attname, "pk")
    with connection.cursor() as cursor:
        cursor.executemany(change, list(texts))


def _write_change(model: type[Model], field: Field, mark: str) -> str:
    """Write the assignment that puts the mark behind the words, as many as leave room for it."""
    written = f"'{mark}' || \"{model._meta.pk.column}\" || 'z'"
    room = f"{field.max_length or 10**6} - length({written})"
    return f'"{field.column}" = left(coalesce("{field.column}", \'\'), {room}) || {written}'


def _mark_leaves(value: Any, mark: str) -> Any:
    if isinstance(value, str):
        return value + mark
    if isinstance(value, list):
        return [_mark_leaves(part, mark) for part in value]
    if isinstance(value, dict):
        return {name: _mark_leaves(part, mark) for name, part in value.items()}
    return value


def read_marks(text: str, columns: dict[str, Field]) -> set[Mark]:
    """Return whose marks stand in the text."""
    names = dict(zip(CODES, columns, strict=False))
    return {Mark(names[code], row) for code, row in MARK.findall(text) if code in names}
