"""Migrations that were ended half-way, by a kill or a lost database, go on when they are run again.

Django commits most migrations before it notes that they are applied: ended in between, the next run finds their
tables there and fails. And an index that was being built concurrently stays, invalid or not noted.
"""

import copy
import re
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

_BUILT_INDEX = re.compile(
    r'\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+"?(\w+)"?\s', re.IGNORECASE
)


class ResumingExecutor(MigrationExecutor):
    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **options: Any
    ) -> ProjectState:
        resumed = copy.copy(migration)
        prepare = _finish_within if migration.atomic else _build_indexes_anew

        def apply(state: ProjectState, editor: Any, collect_sql: bool = False) -> ProjectState:
            return prepare(migration, state, editor)

        resumed.apply = apply  # type: ignore[method-assign,assignment]
        return super().apply_migration(state, resumed, *args, **options)


def _finish_within(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor
) -> ProjectState:
    """Leave nothing for later: then Django notes the migration in its own transaction."""
    state = migration.apply(state, editor)
    while editor.deferred_sql:
        editor.execute(editor.deferred_sql.pop(0), None)
    return state


def _build_indexes_anew(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor
) -> ProjectState:
    """An index of the name is what was left: the migration was not noted as applied."""
    execute = editor.execute

    def execute_anew(sql: Any, params: Any = ()) -> None:
        if match := _BUILT_INDEX.match(str(sql)):
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {editor.quote_name(match[1])}")
        execute(sql, params)

    editor.execute = execute_anew  # type: ignore[method-assign]
    return migration.apply(state, editor)
