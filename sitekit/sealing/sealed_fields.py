"""Columns of contacts: in clear for the code, sealed in the database (`sealed_text`).

Equality is asked by the hash, in any case of letters; the database can do nothing else with them. What
it orders, groups or counts apart are the sealed texts, of which no two are alike: read them first.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Case, Expression, Value
from django.db.models.functions import Cast, Left
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from sitekit.sealing.sealed_text import (
    PREFIX_LENGTH,
    UnreadableText,
    list_prefixes,
    open_text,
    seal_text,
)
from sitekit.sealing.unique_contacts import choose_contact_key, is_unique_contact

type _SQL = tuple[str, tuple[str | int, ...]]


class SealedColumn(models.Field):
    """What the fields below share; each is a text in the database."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, *_context: Any) -> str | None:
        return value if value is None else open_text(value)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, Value):
            value = value.value
        if isinstance(value, Expression):
            if not _is_bulk_update(value):
                raise FieldError(f"{self.name} is sealed: the database cannot compute it.")
            return value  # its values come here one by one
        text = self.write_text(value)
        if not text or not is_unique_contact(self):
            return text if text is None else seal_text(text, self.get_column_name())
        name = self.get_column_name()
        return seal_text(text, name, choose_contact_key(self, name, text, connection))

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Save the form's value. A text that no key opens is shown as an empty field; if the field stays empty, the
        stored text stays."""
        if data or not isinstance(getattr(instance, self.name), UnreadableText):
            super().save_form_data(instance, data)

    def write_text(self, value: Any) -> str | None:
        return self.get_prep_value(value)

    def get_column_name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def select_format(self, compiler: SQLCompiler, sql: str, params: Any) -> Any:
        if compiler.query.subquery and len(compiler.query.select) == 1:
            raise FieldError(f"{self.name} is sealed: read it first, then compare.")
        return super().select_format(compiler, sql, params)

    def get_lookup(self, lookup_name: str) -> type[Lookup] | None:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        return {"exact": SealedExact, "iexact": SealedExact, "in": SealedIn}.get(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return None


def build_contact_index(column: str, name: str) -> models.Index:
    """Return the index by which a sealed column that is not unique is searched."""
    return models.Index(Left(column, PREFIX_LENGTH), name=name)


def _is_bulk_update(value: Expression) -> bool:
    """Whether the value is the expression that `bulk_update` builds from the values of rows."""
    inner = value.get_source_expressions()[0] if isinstance(value, Cast) else value
    return isinstance(inner, Case) and all(isinstance(case.result, Value) for case in inner.cases)


class SealedCharField(SealedColumn, models.CharField):
    pass


class SealedEmailField(SealedColumn, models.EmailField):
    pass


class UnreadableData(dict[str, Any]):
    """What a sealed JSON column holds if no key opens it: empty for readers, and stored again as it was, in
    `stored`."""

    stored = ""


class SealedJSONField(SealedColumn, models.JSONField):
    """A sealed JSON object. An empty one is stored as an empty text, so that a query can find rows whose data was
    removed."""

    def from_db_value(self, value: str | None, *_context: Any) -> Any:
        text = super().from_db_value(value)
        if isinstance(text, UnreadableText):
            unreadable = UnreadableData()
            unreadable.stored = text.stored
            return unreadable
        return json.loads(text, cls=self.decoder) if text else {}

    def write_text(self, value: Any) -> str:
        if isinstance(value, UnreadableData):
            return UnreadableText(value.stored)
        return json.dumps(value, cls=self.encoder, ensure_ascii=False) if value else ""


class SealedIn(Lookup):
    lookup_name = "in"

    def get_prep_lookup(self) -> list[str] | None:
        if hasattr(self.rhs, "resolve_expression"):
            raise FieldError("A sealed column is compared with texts, not with another column.")
        write = self.lhs.output_field.write_text
        return sorted({write(value) for value in self._list_values() if value is not None})

    def _list_values(self) -> Iterable[object]:
        return self.rhs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _SQL:
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        name = self.lhs.output_field.get_column_name()
        prefixes = [
            prefix for text in self.rhs for prefix in (list_prefixes(text, name) if text else [""])
        ]
        marks = ", ".join(["%s"] * len(prefixes))
        return f"LEFT({column}, {PREFIX_LENGTH}) IN ({marks})", (*params, *prefixes)


class SealedExact(SealedIn):
    lookup_name = "exact"

    def get_prep_lookup(self) -> list[str] | None:
        """Of None Django makes `isnull`."""
        return None if self.rhs is None else super().get_prep_lookup()

    def _list_values(self) -> Iterable[object]:
        return [self.rhs]
