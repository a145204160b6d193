from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers

TABLES = {"cities_hotcitylist", "cities_placedescription"}


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The words of a city and the hot cities are those of the pages as soon as they are committed."""
    tables = [table for table in change_triggers.NOTIFYING_TABLES if table.name in TABLES]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [
        ("jobsite", "0006_tell_settings"),
        ("cities", "0002_place_settings"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
