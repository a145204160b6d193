from django.db import migrations


class Migration(migrations.Migration):
    """The exported lists among the lines of Django's log, newest first, for the list of exports."""

    atomic = False
    dependencies = [
        ("accounts", "0008_saved_list_filters"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY admin_log_list_exports"
            " ON django_admin_log (action_time DESC, id DESC) WHERE action_flag = 4",
            "DROP INDEX CONCURRENTLY admin_log_list_exports",
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
