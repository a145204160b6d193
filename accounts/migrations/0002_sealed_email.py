from django.db import migrations

import sitekit.sealing.sealed_fields
import sitekit.sealing.unique_contacts


class Migration(migrations.Migration):
    """Apart from the tables: a migration of allauth's compares the mailboxes of users with each other in SQL, which is
    an error with a sealed column."""

    replaces = [("accounts", "0012_sealed_contacts")]

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="email",
            field=sitekit.sealing.sealed_fields.SealedEmailField(
                blank=True, max_length=254, null=True, verbose_name="邮箱"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=sitekit.sealing.unique_contacts.UniqueContact(
                fields=("email",),
                name="user_email_once",
                violation_error_code="unique",
                violation_error_message="这个邮箱已经注册过了。",
            ),
        ),
    ]
