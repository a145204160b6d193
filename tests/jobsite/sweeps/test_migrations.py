"""No migration after the first set keeps others waiting, or breaks the release before it.

Squawk reads the SQL that Django would send; what SQL does not show is looked for here.
"""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q
from django.db.models.functions import UUID4

from tests.daily_tests import is_night

FIRST_SET = {"0001_tables", "0001_tell_changes", "0002_sealed_email"}
TOLERATED = (
    "adding-foreign-key-constraint",  # of a new column, which has nothing to look through
    "ban-drop-not-null",  # the former release writes no nulls
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "require-lock-timeout",  # jobsite/operations/time_limits.py
    "require-statement-timeout",
)
ROWS_IN_SQL = re.compile(
    r"^\s*(?:WITH|INSERT|UPDATE|DELETE|MERGE|TRUNCATE)\b", re.IGNORECASE | re.MULTILINE
)
ROWS_IN_PYTHON = re.compile(r"get_model|\.execute\(|\.cursor\(")
PATIENT = "SET lock_timeout = 0"


def find_faults(migration, state):
    """Return the names of the rules that the migration breaks, `state` being that before it."""
    sql = collect_sql(migration, state)
    faults = run_squawk(sql)
    if ROWS_IN_SQL.search(sql) or any(map(writes_rows, migration.operations)):
        faults.add("rows-in-migration")
    if " CONCURRENTLY " in sql and (migration.atomic or PATIENT not in sql):
        faults.add("concurrently-in-haste")
    return faults


def collect_sql(migration, state):
    """By a connection of its own: that of the test is in a transaction."""
    with (
        closing(connection.copy()) as apart,
        apart.schema_editor(collect_sql=True, atomic=migration.atomic) as editor,
    ):
        migration.apply(state, editor, collect_sql=True)
    sql = "\n".join(editor.collected_sql)
    return f"BEGIN;\n{sql}\nCOMMIT;\n" if migration.atomic else sql


def run_squawk(sql):
    folders = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    squawk = shutil.which("squawk", path=folders)
    assert squawk, "squawk is missing: pip install -r requirements-dev.txt"
    options = ("--pg-version=15", "--reporter=json", "--stdin-filepath=migration.sql")
    done = subprocess.run(
        [squawk, *options, f"--exclude={','.join(TOLERATED)}"],
        input=sql, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return {problem["rule_name"] for problem in json.loads(done.stdout)}


def writes_rows(operation):
    if isinstance(operation, migrations.RunPython):
        return ROWS_IN_PYTHON.search(inspect.getsource(operation.code)) is not None
    return any(map(writes_rows, getattr(operation, "database_operations", ())))


@pytest.fixture(scope="module")
def newest_state():
    """Of all tables today; its models are made once."""
    state = MigrationLoader(None).project_state()
    assert state.apps
    return state


def choose_migrations(keys):
    """By day the newest two of each app: others were looked at when they were added."""
    by_app = groupby(sorted(keys), key=itemgetter(0))
    return keys if is_night() else [key for _app, group in by_app for key in [*group][-2:]]


def test_none_since_the_first_set_locks_a_table_or_breaks_the_former_release(db):
    loader = MigrationLoader(connection)
    labels = {
        app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR
    }
    keys = [key for key in loader.disk_migrations if key[0] in labels and key[1] not in FIRST_SET]
    faults = {
        key: find_faults(loader.disk_migrations[key], loader.project_state(key, at_end=False))
        for key in choose_migrations(keys)
    }
    assert faults
    assert {key: rules for key, rules in faults.items() if rules} == {}


def fill_names(apps, schema_editor):
    apps.get_model("sitekit", "Picture").objects.update(width=1)


CHECK = models.CheckConstraint(condition=Q(width__gt=0), name="picture_is_wide")
INDEX = models.Index(fields=["width"], name="picture_by_width")
UNIQUE = models.UniqueConstraint(fields=["width"], name="picture_width_once")


def add_field(name, field):
    return migrations.AddField("picture", name, field)


def alter_field(name, field):
    return migrations.AlterField("picture", name, field)


def run_sql(words):
    return migrations.RunSQL(words)


def in_state(operation, words):
    return migrations.SeparateDatabaseAndState(
        state_operations=[operation], database_operations=[run_sql(words)]
    )


SCAN = "require-concurrent-index-creation"
BAD = [
    (SCAN, [migrations.AddIndex("picture", INDEX)]),
    (SCAN, [alter_field("width", models.PositiveIntegerField(db_index=True))]),
    (SCAN, [add_field("maker", models.ForeignKey("sitekit.Mail", models.PROTECT, null=True))]),
    ("require-concurrent-index-deletion", [migrations.RemoveIndex("picture", "picture_to_read")]),
    ("ban-concurrent-index-creation-in-transaction", [AddIndexConcurrently("picture", INDEX)]),
    ("constraint-missing-not-valid", [migrations.AddConstraint("picture", CHECK)]),
    ("constraint-missing-not-valid",
     [AddConstraintNotValid("picture", CHECK), ValidateConstraint("picture", CHECK.name)]),
    ("disallowed-unique-constraint", [migrations.AddConstraint("picture", UNIQUE)]),
    ("ban-drop-default", [add_field("words", models.TextField(default=""))]),
    ("adding-field-with-default", [add_field("code", models.UUIDField(db_default=UUID4()))]),
    ("adding-not-nullable-field", [alter_field("reading", models.JSONField(default=dict))]),
    ("changing-column-type", [alter_field("width", models.BigIntegerField())]),
    ("renaming-column", [migrations.RenameField("picture", "width", "breadth")]),
    ("ban-drop-column", [migrations.RemoveField("picture", "width")]),
    ("ban-drop-table", [migrations.DeleteModel("Tally")]),
    ("rows-in-migration", [migrations.RunPython(fill_names)]),
    ("rows-in-migration", [run_sql("UPDATE sitekit_picture SET width = 1")]),
]  # fmt: skip
GOOD = [
    [add_field("words", models.TextField(null=True))],
    [add_field("words", models.TextField(default="", db_default=""))],
    [add_field("maker", models.ForeignKey("sitekit.Mail", models.PROTECT, null=True, db_index=False))],
    [AddConstraintNotValid("picture", CHECK)],
    [in_state(migrations.RemoveField("picture", "width"),
              "-- No release reads it any more.\n-- squawk-ignore ban-drop-column\n"
              "ALTER TABLE sitekit_picture DROP COLUMN width")],
    [migrations.CreateModel("Frame", [("id", models.BigAutoField(primary_key=True)), ("words", models.TextField())]),
     migrations.AddIndex("frame", models.Index(fields=["words"], name="frame_by_words"))],
]  # fmt: skip
GOOD_AND_CONCURRENT = [
    [AddIndexConcurrently("picture", INDEX)],
    [RemoveIndexConcurrently("picture", "picture_to_read")],
    [in_state(migrations.AddConstraint("picture", UNIQUE),
              "CREATE UNIQUE INDEX CONCURRENTLY picture_width_once ON sitekit_picture (width)")],
]  # fmt: skip


def build_migration(operations, *, atomic=True):
    migration = migrations.Migration("0999_example", "sitekit")
    migration.operations, migration.atomic = operations, atomic
    return migration


@pytest.mark.parametrize(("rule", "operations"), BAD)
def test_what_locks_or_breaks_is_refused(db, newest_state, rule, operations):
    assert rule in find_faults(build_migration(operations), newest_state.clone())


@pytest.mark.parametrize("operations", GOOD)
def test_what_does_neither_is_let_through(db, newest_state, operations):
    assert find_faults(build_migration(operations), newest_state.clone()) == set()


@pytest.mark.parametrize("operations", GOOD_AND_CONCURRENT)
def test_what_is_done_concurrently_waits_as_long_as_it_must(db, newest_state, operations):
    patient = build_migration(
        [run_sql(PATIENT), *operations, run_sql("RESET lock_timeout")], atomic=False
    )
    assert find_faults(patient, newest_state.clone()) == set()
    hasty = build_migration(operations, atomic=False)
    assert find_faults(hasty, newest_state.clone()) == {"concurrently-in-haste"}


@pytest.mark.django_db
def test_the_project_has_no_missing_migrations():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
