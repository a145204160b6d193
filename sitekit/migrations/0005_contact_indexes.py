from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Left


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("sitekit", "0004_push_progress"),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(Left("to", 49), name="mail_by_address"),
        ),
        AddIndexConcurrently(
            model_name="textmessage",
            index=models.Index(Left("to", 49), name="text_message_by_phone"),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
