from django.db import migrations, models

import sitekit.sealing.sealed_fields
import sitekit.sealing.unique_contacts
from sitekit.sealing.migration_steps import seal_columns


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0002_exchange_group"),
        ("news", "0011_matters_of_articles"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="alertsubscription",
            options={
                "base_manager_name": "objects",
                "ordering": ("-pk",),
                "verbose_name": "预警订阅",
                "verbose_name_plural": "预警订阅",
            },
        ),
        migrations.RemoveConstraint(
            model_name="alertsubscription",
            name="alert_subscription_once",
        ),
        migrations.AlterField(
            model_name="alertsubscription",
            name="email",
            field=sitekit.sealing.sealed_fields.SealedEmailField(
                max_length=254, verbose_name="邮箱"
            ),
        ),
        seal_columns("news", "alertsubscription", "email"),
        migrations.AddConstraint(
            model_name="alertsubscription",
            constraint=sitekit.sealing.unique_contacts.UniqueContact(
                condition=models.Q(("ended_at", None)),
                fields=("email", "region", "fraud_type"),
                name="alert_subscription_once",
                nulls_distinct=False,
            ),
        ),
    ]
