from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Left


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("listings", "0012_employers_machines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="contactreveal",
            index=models.Index(Left("phone", 49), name="reveal_by_phone"),
        ),
        AddIndexConcurrently(
            model_name="contactreveal",
            index=models.Index(Left("email", 49), name="reveal_by_email"),
        ),
        AddIndexConcurrently(
            model_name="seekerprofile",
            index=models.Index(Left("phone", 49), name="seeker_by_phone"),
        ),
        AddIndexConcurrently(
            model_name="seekerprofile",
            index=models.Index(Left("wechat", 49), name="seeker_by_wechat"),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
