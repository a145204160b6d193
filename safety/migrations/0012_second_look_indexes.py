from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ONCE = """
CREATE UNIQUE INDEX CONCURRENTLY second_look_text_event ON safety_secondlook (text_event);
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("safety", "0011_second_looks_of_texts")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="secondlook",
            index=models.Index(fields=["text"], name="second_look_by_text"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ONCE, "DROP INDEX CONCURRENTLY IF EXISTS second_look_text_event")
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="secondlook",
                    constraint=models.UniqueConstraint(
                        fields=["text_event"], name="second_look_text_event"
                    ),
                )
            ],
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
