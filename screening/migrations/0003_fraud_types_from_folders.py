"""Choices of fraud types come from their folders; models of the former shape judge no more."""

from django.db import migrations, models

import screening.fraud_types


def retire_former_models(apps, schema_editor):
    trained_model = apps.get_model("screening", "TrainedModel")
    trained_model.objects.exclude(state="retired").update(state="retired")


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_pay_norm_label")]
    operations = [
        migrations.AlterField(
            model_name="knowncontact",
            name="fraud_type",
            field=models.CharField(
                choices=screening.fraud_types.list_fraud_type_choices,
                max_length=24,
                verbose_name="骗局类型",
            ),
        ),
        migrations.AlterField(
            model_name="trainedmodel",
            name="terms",
            field=models.JSONField(
                help_text="see screening.linear_model.training", verbose_name="词项"
            ),
        ),
        migrations.RunPython(retire_former_models, migrations.RunPython.noop),
    ]
