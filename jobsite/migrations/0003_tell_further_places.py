from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Search rows tell of all the counties that people work in."""
    tables = [
        table
        for table in change_triggers.NOTIFYING_TABLES
        if table.name == "listings_listingsearch"
    ]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [("jobsite", "0002_tell_application_events"), ("listings", "0004_work_places")]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
