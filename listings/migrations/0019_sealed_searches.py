from django.db import migrations, models

import sitekit.sealing.sealed_fields
import sitekit.sealing.unique_contacts
from sitekit.sealing.migration_steps import seal_columns

# The same address in another case of letters was another one to the former constraint.
END_REPEATED = """
    UPDATE listings_savedsearch older SET ended_at = now()
    FROM listings_savedsearch newer
    WHERE older.ended_at IS NULL AND newer.ended_at IS NULL AND newer.id > older.id
      AND lower(newer.email) = lower(older.email) AND older.email <> ''
      AND newer.query = older.query AND newer.region_id IS NOT DISTINCT FROM older.region_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0018_event_changes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="savedsearch",
            options={
                "base_manager_name": "objects",
                "verbose_name": "岗位订阅",
                "verbose_name_plural": "岗位订阅",
            },
        ),
        migrations.RemoveConstraint(
            model_name="savedsearch",
            name="saved_search_open_once",
        ),
        migrations.AlterField(
            model_name="savedsearch",
            name="email",
            field=sitekit.sealing.sealed_fields.SealedEmailField(
                max_length=254, verbose_name="邮箱"
            ),
        ),
        migrations.RunSQL(END_REPEATED, migrations.RunSQL.noop),
        seal_columns("listings", "savedsearch", "email"),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=sitekit.sealing.unique_contacts.UniqueContact(
                condition=models.Q(("ended_at", None), models.Q(("email", ""), _negated=True)),
                fields=("email", "region", "query"),
                name="saved_search_open_once",
                nulls_distinct=False,
            ),
        ),
    ]
