"""Commands of backups, and another database on the same server to restore into."""

import os
from contextlib import contextmanager
from io import StringIO

import pytest
from django.contrib.postgres.signals import get_citext_oids, get_hstore_oids
from django.core.management import CommandError, call_command
from django.db import connection

from jobsite.backups.backup import list_backups
from tests.databases import list_databases, open_maintenance_cursor, use_database


def run_management_command(*words, **options):
    output = StringIO()
    call_command(*map(str, words), stdout=output, **options)
    return output.getvalue()


def run_backup_command(folder, *words):
    run_management_command("backup", folder, *words)
    return list_backups(folder)[-1]


def require_command_refusal(*words):
    with pytest.raises(CommandError) as refusal:
        run_management_command(*words)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@contextmanager
def other_database():
    """As in a process on a machine where nothing is yet: neither the database nor the folders."""
    get_hstore_oids.cache_clear()
    get_citext_oids.cache_clear()
    name, drill = connection.settings_dict["NAME"], f"drill_{os.getpid()}"
    use_database(drill)
    try:
        yield drill
    finally:
        use_database(name)
        with open_maintenance_cursor() as cursor:
            for left in list_databases(cursor, drill):
                cursor.execute(f'DROP DATABASE "{left}"')


def create_database():
    with open_maintenance_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{connection.settings_dict["NAME"]}"')
