from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Left


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0005_sign_ins"),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="employer",
            index=models.Index(Left("contact_phone", 49), name="employer_by_phone"),
        ),
        AddIndexConcurrently(
            model_name="employerdocument",
            index=models.Index(
                condition=models.Q(("read_code", ""), _negated=True),
                fields=["read_code"],
                name="paper_by_code",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
