"""A migration that is ended half-way leaves nothing that the next run stumbles over."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import get_commands, load_command_class
from django.core.management.commands import migrate
from django.db import connection, migrations, models

from sitekit.databases.resumed_migrations import ResumingExecutor

NAME = "resumed_by_name"


class Killed(Exception):
    pass


class KilledBeforeItIsNoted(ResumingExecutor):
    def record_migration(self, app_label, name, forward=True):
        raise Killed


class MakeTables(migrations.Migration):
    """What Django leaves for the end of a migration: the constraint of a key, and an index."""

    operations = [
        migrations.CreateModel("ResumedPart", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Resumed",
            [
                ("id", models.AutoField(primary_key=True)),
                ("name", models.CharField(max_length=9, db_index=True)),
                ("part", models.ForeignKey("sitekit.ResumedPart", models.CASCADE)),
            ],
        ),
    ]


class BuildIndex(migrations.Migration):
    atomic = False
    operations = [AddIndexConcurrently("resumed", models.Index(fields=["name"], name=NAME))]


class BuildIndexByHand(migrations.Migration):
    atomic = False
    operations = [
        migrations.RunSQL(f"CREATE UNIQUE INDEX CONCURRENTLY {NAME}\nON sitekit_resumed (name)")
    ]


@pytest.fixture
def apply_migrations(committed):
    """Returns a function that applies a migration; the tables are gone afterwards."""
    before = ResumingExecutor(connection).loader.project_state()

    def apply_by(executor, *kinds):
        end_open_transactions()
        state = before.clone()
        for kind in kinds[:-1]:
            state = kind("0999_of_a_test", "sitekit").mutate_state(state)
        executor(connection).apply_migration(state, kinds[-1]("0999_of_a_test", "sitekit"))

    yield apply_by
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sitekit_resumed, sitekit_resumedpart")
        cursor.execute("DELETE FROM django_migrations WHERE name = '0999_of_a_test'")


def end_open_transactions():
    """An index that is built concurrently waits for all of them, those too that a test before has left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid() AND xact_start IS NOT NULL"
        )


def list_indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE indrelid = to_regclass('sitekit_resumed') AND indisvalid"
        )
        return {name for (name,) in cursor.fetchall()}


def test_tables_are_made_with_the_note_that_they_are(apply_migrations):
    with pytest.raises(Killed):
        apply_migrations(KilledBeforeItIsNoted, MakeTables)
    assert "sitekit_resumed" not in connection.introspection.table_names()
    apply_migrations(ResumingExecutor, MakeTables)
    assert "sitekit_resumed" in connection.introspection.table_names()
    assert len(list_indexes()) == 4  # of both keys, and two of the name
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "sitekit_resumed")
    assert any(constraint["foreign_key"] for constraint in constraints.values())


@pytest.mark.parametrize("kind", [BuildIndex, BuildIndexByHand])
def test_an_index_that_was_built_and_not_noted_is_built_anew(apply_migrations, kind):
    apply_migrations(ResumingExecutor, MakeTables)
    with pytest.raises(Killed):
        apply_migrations(KilledBeforeItIsNoted, MakeTables, kind)
    with connection.cursor() as cursor:  # as where it ended in the middle
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [NAME]
        )
    assert NAME not in list_indexes()
    apply_migrations(ResumingExecutor, MakeTables, kind)
    assert NAME in list_indexes()


def test_migrate_goes_by_it():
    command = load_command_class(get_commands()["migrate"], "migrate")
    assert isinstance(command, migrate.Command)
    assert migrate.MigrationExecutor is ResumingExecutor
