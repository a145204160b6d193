import datetime

from django.db import migrations, models

EXPERIENCE = models.CharField(
    "经验",
    max_length=10,
    choices=[("none", "不限"), ("preferred", "做过的优先"), ("required", "要做过")],
    blank=True,
    default="",
    db_default="",
)
FAR = datetime.date(9999, 12, 31)


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_tables")]

    operations = [
        migrations.AddField("listing", "experience", EXPERIENCE),
        migrations.AddField("listingrevision", "experience", EXPERIENCE.clone()),
        migrations.AddField(
            "listingsearch", "end_key", models.DateField(default=FAR, db_default=FAR)
        ),
        migrations.AddField(
            "listingsearch", "traits", models.SmallIntegerField(default=0, db_default=0)
        ),
    ]
