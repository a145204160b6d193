from django.db import migrations

from sitekit.sealing.sealed_secrets import MARK, open_secret, seal_secret

SECRETS = ("secret", "seed")


def seal_secrets(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.filter(
        type__in=["totp", "recovery_codes"]
    ):
        for name in SECRETS:
            if name in row.data and not row.data[name].startswith(MARK):
                row.data[name] = seal_secret(row.data[name])
        row.save(update_fields=["data"])


def open_secrets(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.filter(
        type__in=["totp", "recovery_codes"]
    ):
        for name in SECRETS:
            if name in row.data:
                row.data[name] = open_secret(row.data[name])
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_licence_reading"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_secrets, open_secrets)]
