"""Migrations that were interrupted, by a kill or a lost database, go on when they are run again.

Django commits most migrations before it records that they are applied. After an interruption in between, the next run
would find their tables and fail. An index that was being built concurrently stays too, invalid or not recorded.
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
    """Apply the migration and run its deferred SQL at once. Then Django records the migration in the same
    transaction."""
    state = migration.apply(state, editor)
    while editor.deferred_sql:
        editor.execute(editor.deferred_sql.pop(0), None)
    return state


def _build_indexes_anew(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor
) -> ProjectState:
    """Apply the migration, and drop each index before it is built. As the migration is not recorded as applied, an
    index of that name was left by an interrupted run."""
    execute = editor.execute

    def execute_anew(sql: Any, params: Any = ()) -> None:
        if match := _BUILT_INDEX.match(str(sql)):
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {editor.quote_name(match[1])}")
        execute(sql, params)

    editor.execute = execute_anew  # type: ignore[method-assign]
    return migration.apply(state, editor)
