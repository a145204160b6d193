"""Reports tell who made them: the kind of account, whether it was new, and the range of the network.

Reports that are there keep their marks; the kind is that of the account as it is now, the range is not
known."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

NEW_ACCOUNT = timedelta(days=7)


def describe_reporters(apps, schema_editor):
    reports = apps.get_model("safety", "Report").objects.filter(reporter__isnull=False)
    reports.update(reporter_kind="account")
    proved = reports.filter(reporter__phone__isnull=False, reporter__phone_proved_at__isnull=False)
    proved.update(reporter_kind="phone")
    reports.filter(created_at__lt=F("reporter__date_joined") + NEW_ACCOUNT).update(
        is_reporter_new=True
    )


class Migration(migrations.Migration):
    dependencies = [("safety", "0006_fraud_types_from_folders")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="is_reporter_new",
            field=models.BooleanField(default=False, verbose_name="刚注册的账号"),
        ),
        migrations.AddField(
            model_name="report",
            name="range_mark",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="report",
            name="reporter_kind",
            field=models.CharField(
                choices=[
                    ("phone", "手机验证过的账号"),
                    ("account", "账号，手机没验证"),
                    ("anonymous", "没有登录"),
                ],
                default="anonymous",
                max_length=10,
                verbose_name="谁举报的",
            ),
        ),
        migrations.RunPython(describe_reporters, migrations.RunPython.noop),
    ]
