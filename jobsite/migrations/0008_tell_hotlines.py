from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The numbers to call stand on every page."""
    tables = [table for table in change_triggers.NOTIFYING_TABLES if table.name == "news_hotline"]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [
        ("jobsite", "0007_tell_place_settings"),
        ("news", "0006_hotlines"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
