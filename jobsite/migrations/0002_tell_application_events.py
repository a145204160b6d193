from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Listings tell how soon their employers answer."""
    tables = [
        table
        for table in change_triggers.NOTIFYING_TABLES
        if table.name == "listings_applicationevent"
    ]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [("jobsite", "0001_tell_changes")]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
