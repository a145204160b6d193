from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The words that many search for stand on the home page of their place."""
    tables = [
        table for table in change_triggers.NOTIFYING_TABLES if table.name == "listings_hotwords"
    ]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [
        ("jobsite", "0008_tell_hotlines"),
        ("listings", "0020_hot_words"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
