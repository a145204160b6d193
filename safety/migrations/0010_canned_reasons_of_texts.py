"""A table that is not empty gets the reasons for texts here; an empty one is filled after migrating."""

import json
from pathlib import Path

from django.db import migrations

SHIPPED = Path(__file__).parent.parent / "data" / "canned_reasons.json"


def add_reasons(apps, schema_editor):
    canned_reason = apps.get_model("safety", "CannedReason")
    if not canned_reason.objects.exists():
        return
    known = set(canned_reason.objects.values_list("code", flat=True))
    rows = [row for row in json.loads(SHIPPED.read_text()) if row["kind"] == "text"]
    new = [canned_reason(**row) for row in rows if row["code"] not in known]
    canned_reason.objects.bulk_create(new)


class Migration(migrations.Migration):
    dependencies = [("safety", "0009_case_kind_text")]
    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
