from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The pages of listings show their shifts."""
    tables = [table for table in change_triggers.NOTIFYING_TABLES if table.name == "listings_shift"]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [("jobsite", "0003_tell_further_places"), ("listings", "0011_shifts")]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
