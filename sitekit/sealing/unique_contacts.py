"""Contacts of which a table keeps only one, though the database does not have the key.

The unique index stands on what a sealed text begins with, its key and its hash, so that it compares
what stands under the same key. Therefore equal contacts of a column always stand under the same key:
one that is there under a former key is sealed under that key again, until `resealing` moves all its
rows in one transaction. Whoever seals such a contact holds its lock until the transaction ends.
With one key there is nothing to choose, and nothing is locked or looked up.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Field, Model, QuerySet, UniqueConstraint
from django.db.models.functions import Left
from django.db.transaction import TransactionManagementError, atomic

from sitekit.sealing.sealed_text import (
    PREFIX_LENGTH,
    ContactKey,
    compute_contact_lock,
    list_contact_keys,
    list_prefixes,
)
from sitekit.workflow.advisory_lock import hold_lock_until_commit


class UniqueContact(UniqueConstraint):
    """The first of its fields is a sealed column; it is compared in any case of letters."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self._build_index().create_sql(model, schema_editor)

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self._build_index().remove_sql(model, schema_editor)

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self._build_index().constraint_sql(model, schema_editor)

    def _build_index(self) -> UniqueConstraint:
        contact, *others = self.fields
        return UniqueConstraint(
            Left(contact, PREFIX_LENGTH),
            *others,
            name=self.name,
            condition=self.condition,
            nulls_distinct=self.nulls_distinct,
        )


class ContactQuerySet(QuerySet[Any]):
    """Makes each write a transaction, because the lock of a contact needs one. It must be the base manager of a model
    with a `UniqueContact`, so that `save` uses it too."""

    def update(self, **values: Any) -> int:
        with atomic(using=self.db, savepoint=False):
            return super().update(**values)

    def _update(self, *args: Any, **options: Any) -> Any:
        with atomic(using=self.db, savepoint=False):
            return super()._update(*args, **options)  # type: ignore[misc]

    def _insert(self, *args: Any, **options: Any) -> Any:
        with atomic(using=self.db, savepoint=False):
            return super()._insert(*args, **options)  # type: ignore[misc]


def is_unique_contact(field: Field) -> bool:
    return any(
        isinstance(constraint, UniqueContact) and constraint.fields[0] == field.name
        for constraint in field.model._meta.constraints
    )


def choose_contact_key(
    field: Field, name: str, text: str, connection: BaseDatabaseWrapper
) -> ContactKey:
    """Return the key under which the text stands in the column already, else the first one."""
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{name} is unique: write it by a ContactQuerySet.")
    keys = list_contact_keys()
    if len(keys) == 1:
        return keys[0]
    quote = connection.ops.quote_name
    table, column = quote(field.model._meta.db_table), quote(str(field.column))
    beginning = f"LEFT({column}, {PREFIX_LENGTH})"
    prefixes = list_prefixes(text, name)
    # A statement of its own: what the next one sees is from after the waiting.
    hold_lock_until_commit(compute_contact_lock(text, name), connection)
    with connection.cursor() as cursor:
        query = f"SELECT DISTINCT {beginning} FROM {table} WHERE {beginning} = ANY(%s)"  # noqa: S608 - names of our own columns
        cursor.execute(query, [prefixes])
        stored_prefixes = {row[0] for row in cursor.fetchall()}
    pairs = zip(keys, prefixes, strict=True)
    return next((key for key, prefix in pairs if prefix in stored_prefixes), keys[0])
