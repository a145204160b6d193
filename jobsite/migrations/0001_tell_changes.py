from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    change_triggers.create_triggers(schema_editor)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    change_triggers.drop_triggers(schema_editor)


class Migration(migrations.Migration):
    """The last of every app whose tables tell of their changes."""

    dependencies = [
        ("accounts", "0002_sealed_email"),
        ("cities", "0001_tables"),
        ("listings", "0001_tables"),
        ("news", "0001_tables"),
        ("safety", "0001_tables"),
        ("screening", "0001_tables"),
        ("sitekit", "0001_tables"),
    ]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
