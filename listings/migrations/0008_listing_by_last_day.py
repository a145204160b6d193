from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("listings", "0007_views")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="listing",
            index=models.Index(
                fields=["valid_through"],
                condition=models.Q(("employer__isnull", False), ("status", "published")),
                name="listing_by_last_day",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
