from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers

TOPICS = {"listings", "employers", "ratings"}


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A change of a listing outdates its own page, and those of listings with the same text or contact; one of an
    employer, or of its ratings, the pages of its listings."""
    tables = [table for table in change_triggers.NOTIFYING_TABLES if table.topic in TOPICS]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [
        ("jobsite", "0009_tell_hot_words"),
        ("accounts", "0010_paper_sides"),
        ("listings", "0020_hot_words"),
        ("safety", "0013_ticket_names"),
        ("screening", "0004_training_runs"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
