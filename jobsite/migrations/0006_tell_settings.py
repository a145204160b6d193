from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobsite import change_triggers

TABLES = {
    "jobsite_announcement",
    "listings_categorysetting",
    "news_relatedpin",
    "screening_blockeditem",
    "sitekit_limitsetting",
    "sitekit_sitetext",
}


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What the operator sets is obeyed by every process as soon as it is committed."""
    tables = [table for table in change_triggers.NOTIFYING_TABLES if table.name in TABLES]
    change_triggers.create_triggers(schema_editor, tables)


class Migration(migrations.Migration):
    dependencies = [
        ("jobsite", "0005_announcements"),
        ("listings", "0014_category_settings"),
        ("news", "0004_related_pins"),
        ("screening", "0002_blocked_items"),
        ("sitekit", "0006_site_settings"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
