from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_former_owner_phones"),
    ]

    operations = [
        migrations.AddField(
            model_name="employermember",
            name="owner_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
