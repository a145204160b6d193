from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_list_export_index")]
    operations = [
        migrations.AddField(
            "employerdocument",
            "side",
            models.CharField(
                "哪一面",
                max_length=5,
                choices=[("front", "人像面"), ("back", "国徽面")],
                blank=True,
                default="",
                db_default="",
            ),
        ),
    ]
