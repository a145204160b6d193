from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

UNIQUE = models.UniqueConstraint(
    fields=["user", "region", "query"],
    condition=Q(ended_at=None, email="", user__isnull=False),
    nulls_distinct=False,
    name="saved_search_of_user_open_once",
)
CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY saved_search_of_user_open_once
ON listings_savedsearch (user_id, region_id, query) NULLS NOT DISTINCT
WHERE ended_at IS NULL AND left(email, 49) = '' AND user_id IS NOT NULL
"""
DROP = "DROP INDEX CONCURRENTLY saved_search_of_user_open_once"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("listings", "0005_near_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(CREATE, DROP)],
            [migrations.AddConstraint("savedsearch", UNIQUE)],
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
