from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import told_tables


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    told_tables.create_triggers(schema_editor)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    told_tables.drop_triggers(schema_editor)


class Migration(migrations.Migration):
    """The last of every app whose tables tell of their changes."""

    dependencies = [
        ("accounts", "0012_sealed_contacts"),
        ("cities", "0002_exchange_group"),
        ("listings", "0019_sealed_searches"),
        ("news", "0012_sealed_subscriptions"),
        ("safety", "0012_appeals_of_texts"),
        ("screening", "0003_fraud_types_from_folders"),
        ("sitekit", "0009_takes_applications"),
    ]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
