from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from sitekit.sealing.unique_contacts import UniqueContact

OF_USER = models.Index(
    fields=["user"], name="alert_subscription_of_user", condition=Q(user__isnull=False)
)
BY_ADDRESS = UniqueContact(
    fields=["email", "region", "fraud_type"],
    name="alert_subscription_open_once",
    nulls_distinct=False,
    condition=Q(ended_at=None) & ~Q(email=""),
)
BY_USER = models.UniqueConstraint(
    fields=["user", "region", "fraud_type"],
    name="alert_subscription_of_user_once",
    nulls_distinct=False,
    condition=Q(ended_at=None, email="", user__isnull=False),
)
CREATE_BY_ADDRESS = """
CREATE UNIQUE INDEX CONCURRENTLY alert_subscription_open_once
ON news_alertsubscription (left(email, 49), region_id, fraud_type) NULLS NOT DISTINCT
WHERE ended_at IS NULL AND left(email, 49) <> ''
"""
CREATE_BY_USER = """
CREATE UNIQUE INDEX CONCURRENTLY alert_subscription_of_user_once
ON news_alertsubscription (user_id, region_id, fraud_type) NULLS NOT DISTINCT
WHERE ended_at IS NULL AND left(email, 49) = '' AND user_id IS NOT NULL
"""
DROP = "DROP INDEX CONCURRENTLY {}"


class Migration(migrations.Migration):
    """Several members may have one without a mail address; the former index allowed one of them."""

    atomic = False

    dependencies = [("news", "0002_alerts_of_members")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently("alertsubscription", OF_USER),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(CREATE_BY_ADDRESS, DROP.format(BY_ADDRESS.name)),
                migrations.RunSQL(CREATE_BY_USER, DROP.format(BY_USER.name)),
                migrations.RunSQL(
                    DROP.format("IF EXISTS alert_subscription_once"), migrations.RunSQL.noop
                ),
            ],
            [
                migrations.AddConstraint("alertsubscription", BY_ADDRESS),
                migrations.AddConstraint("alertsubscription", BY_USER),
                migrations.RemoveConstraint("alertsubscription", "alert_subscription_once"),
            ],
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
