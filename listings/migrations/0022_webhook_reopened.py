from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0021_plain_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="webhookdelivery",
            name="event",
            field=models.CharField(
                choices=[
                    ("listing.published", "兼职公开了"),
                    ("listing.refused", "兼职没有通过"),
                    ("listing.held", "兼职在核查"),
                    ("listing.removed", "兼职被下架"),
                    ("listing.ended", "兼职结束了"),
                    ("listing.reopened", "重新等审核"),
                    ("application.created", "有人报名"),
                    ("webhook.test", "试发"),
                ],
                max_length=24,
                verbose_name="事件",
            ),
        ),
    ]
