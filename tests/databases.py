"""The databases of the tests: each process has a copy of a template that is kept between runs.

The template is migrated and holds the places. Its name carries a hash of everything it is made
of; templates of other hashes are dropped. After a test that commits, the copy is brought back to
the template's rows, so that tests may run in any order.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.test import TransactionTestCase

from cities.directory import regions_csv
from cities.directory.regions import reset_region_cache
from jobsite import change_triggers
from safety.moderation import canned_reasons
from safety.moderation import permissions as roles

# An advisory lock of the maintenance database; nothing else takes locks there.
TEMPLATES_LOCK = 1
# Rows that the template has, once more: what a test did to them is undone from here.
KEPT = "kept_rows"
FAST = ("fsync", "full_page_writes", "synchronous_commit")


def is_embedded(database: dict) -> bool:
    return database["ENGINE"] == "tools.embedded_pg"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker
) -> Iterator[None]:
    """A database of this process alone, gone after the run."""
    name = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        copy, user = copy_template(f"test_{name}", anew=request.config.getvalue("create_db"))
    reset_region_cache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore_rows)
        yield
    with django_db_blocker.unblock():
        user.close()
        connections.close_all()
        use_database(name)
        with open_maintenance_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


@contextmanager
def open_maintenance_cursor() -> Iterator[CursorWrapper]:
    """In the maintenance database; one process at a time makes and drops databases."""
    with connection._nodb_cursor() as cursor:
        # The first run makes the template, for longer than a page may wait for a lock.
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATES_LOCK])
        yield cursor


def copy_template(prefix: str, anew: bool) -> tuple[str, BaseDatabaseWrapper]:
    """The name of the copy, and a connection that tells other runs that it is in use."""
    template = f"{prefix}_template_{hash_sources()}"
    copy = f"{prefix}_run_{os.getpid()}"
    with open_maintenance_cursor() as cursor:
        if is_embedded(connection.settings_dict):
            for setting in FAST:
                cursor.execute(f"ALTER SYSTEM SET {setting} = off")
            cursor.execute("SELECT pg_reload_conf()")
        kept = [] if anew else [template]
        for unused in list_databases(cursor, f"{prefix}_template_", f"{prefix}_run_"):
            if unused not in kept:
                drop_unless_used(cursor, unused)
        if template not in list_databases(cursor, template):
            make_template(cursor, template)
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        use_database(copy)
        user = connections.create_connection("default")
        user.ensure_connection()
    return copy, user


def make_template(cursor: CursorWrapper, name: str) -> None:
    """Under another name until it is whole."""
    unfinished = f"{name}_unfinished"
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    use_database(unfinished)
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    call_command("load_regions", verbosity=0)
    switch_triggers("DISABLE")
    with connection.cursor() as inside:
        inside.execute(f"CREATE SCHEMA {KEPT}")
        for table in list_filled(inside, list_tables(inside, "public")):
            inside.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')
        inside.execute("ANALYZE")
    connection.close()
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def switch_triggers(switch: str) -> None:
    """`ENABLE` or `DISABLE` what tells kept pages of changes: few tests listen, and all would pay."""
    events = ("insert", "update", "delete", "truncate")
    switches = ", ".join(f"{switch} TRIGGER {change_triggers.TRIGGER}_{event}" for event in events)
    with connection.cursor() as cursor:
        for table in change_triggers.NOTIFYING_TABLES:
            cursor.execute(f"ALTER TABLE {table.name} {switches}")


def hash_sources() -> str:
    """Of all migrations, of the apps' data, and of the modules that write rows after migrating."""
    files = [
        Path(module.__file__ or "")
        for module in (regions_csv, canned_reasons, roles, change_triggers)
    ]
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        files += sorted(Path(app.path).glob("migrations/*.py"))
        if Path(app.path).parent == settings.BASE_DIR:
            files += sorted(Path(app.path).glob("data/*"))
    files.append(Path(__file__))
    sums = [hashlib.sha256(file.read_bytes()).digest() for file in files]
    return hashlib.sha256(b"".join(sums)).hexdigest()[:12]


def use_database(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def list_databases(cursor: CursorWrapper, *prefixes: str) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return [name for (name,) in cursor.fetchall() if name.startswith(prefixes)]


def drop_unless_used(cursor: CursorWrapper, name: str) -> None:
    with suppress(OperationalError):  # another run is connected, or copies it
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def list_tables(cursor: CursorWrapper, schema: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
    return [name for (name,) in cursor.fetchall()]


def list_filled(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those of the tables that have rows; a table without a file was never written to."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relname = ANY(%s) AND pg_relation_size(oid) > 0",
        [tables],
    )
    queries = [f"(SELECT '{name}' FROM public.\"{name}\" LIMIT 1)" for (name,) in cursor.fetchall()]
    if queries:
        cursor.execute(" UNION ALL ".join(queries))
    return [name for (name,) in cursor.fetchall()] if queries else []


def restore_rows(_case: TransactionTestCase | None = None) -> None:
    """Bring every table to the rows of the template: by DELETE, since TRUNCATE of all tables
    takes half a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        kept = list_tables(cursor, KEPT)
        tables = [name for name in order_for_delete(cursor) if name not in kept]
        for table in sorted(list_filled(cursor, tables), key=tables.index):
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in kept:
            if is_changed(cursor, table):
                cursor.execute(f'DELETE FROM public."{table}"')
                cursor.execute(f'INSERT INTO public."{table}" TABLE {KEPT}."{table}"')
                reset_region_cache()


def order_for_delete(cursor: CursorWrapper) -> list[str]:
    """All tables; those with a foreign key that is checked at once before the one it points to."""
    order = TopologicalSorter(dict.fromkeys(list_tables(cursor, "public"), ()))
    cursor.execute(
        "SELECT confrelid::regclass::text, conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND NOT condeferrable AND confrelid <> conrelid"
    )
    for referenced, referencing in cursor.fetchall():
        order.add(referenced, referencing)
    return list(order.static_order())


def is_changed(cursor: CursorWrapper, table: str) -> bool:
    """Whether the rows are not those of the template."""
    return sum_rows(cursor, f'public."{table}"') != sum_kept_rows(table)


@cache
def sum_kept_rows(table: str) -> str:
    with connection.cursor() as cursor:
        return sum_rows(cursor, f'{KEPT}."{table}"')


def sum_rows(cursor: CursorWrapper, table: str) -> str:
    """Return how many rows there are, and the sum of what each is hashed to."""
    cursor.execute(f"SELECT count(*) || ' ' || sum(hash_record_extended(t, 0)) FROM {table} t")
    return cursor.fetchone()[0]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is gone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def shared_rows(django_db_blocker) -> Iterator[None]:
    """For a fixture of a module: its tests share the rows that it writes, and they are gone after them."""
    with django_db_blocker.unblock(), taken_back():
        yield


@pytest.fixture(scope="module", name="module_rows")
def share_module_rows(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """A fixture of a module that asks for this writes rows once, for all tests that ask for it.

    Tests with fewer such fixtures come first (`tests.running_order`), so that of two in a module one must ask for
    the other. What a test does to the rows is undone; objects in memory are not: yield keys, or `read_anew`.
    """
    with shared_rows(django_db_blocker):
        yield


def read_anew[Row: Model](row: Row) -> Row:
    """Return the row of a fixture of a module as one test may change it."""
    return type(row)._base_manager.get(pk=row.pk)


def forget_statistics(cursor: CursorWrapper, *tables: str) -> None:
    """Empty the tables until the transaction ends, and let the planner know nothing about them.

    What other tests left in the files, and whether somebody analysed it, must not choose a plan.
    """
    cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    cursor.execute("DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[])", [list(tables)])
