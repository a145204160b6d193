from django.db import migrations, models


class Migration(migrations.Migration):
    """The column of the steps goes out of the models; the next release drops it."""

    dependencies = [("listings", "0015_employer_record")]
    operations = [
        migrations.AlterField(
            "listingdraft", "step", models.CharField(max_length=12, blank=True, db_default="")
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("listingdraft", "step")]
        ),
    ]
