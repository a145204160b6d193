import django.core.validators
from django.db import migrations, models

import sitekit.sealing.sealed_fields
import sitekit.sealing.unique_contacts
from sitekit.sealing.migration_steps import seal_columns

# Of what staff did to accounts stays what and when; those without a name stood there by their contact.
MASK_LOG = r"""
    UPDATE django_admin_log log
    SET object_repr = regexp_replace(regexp_replace(
            object_repr, '[^\s@"]+@[^\s@"]+', '***', 'g'), '\+?\d[\d ]{8,}\d', '***', 'g'),
        change_message = regexp_replace(regexp_replace(
            change_message, '[^\s@"]+@[^\s@"]+', '***', 'g'), '\+?\d[\d ]{8,}\d', '***', 'g')
    FROM django_content_type type
    WHERE type.id = log.content_type_id AND type.app_label IN ('accounts', 'mfa')
"""

# Allauth's list of addresses, in clear; the site never wrote or read it.
EMPTY_ALLAUTH = "DELETE FROM account_emailconfirmation; DELETE FROM account_emailaddress"


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0001_initial"),
        ("accounts", "0011_changes_of_texts"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="employerinvitation",
            options={
                "base_manager_name": "objects",
                "verbose_name": "成员邀请",
                "verbose_name_plural": "成员邀请",
            },
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "base_manager_name": "objects",
                "verbose_name": "用户",
                "verbose_name_plural": "用户",
            },
        ),
        migrations.RemoveConstraint(
            model_name="employerinvitation",
            name="employer_invitation_open_once",
        ),
        migrations.RemoveConstraint(
            model_name="user",
            name="user_email_once_in_any_case",
        ),
        migrations.AlterField(
            model_name="employerinvitation",
            name="email",
            field=sitekit.sealing.sealed_fields.SealedEmailField(
                max_length=254, verbose_name="邮箱"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=sitekit.sealing.sealed_fields.SealedEmailField(
                blank=True, max_length=254, null=True, verbose_name="邮箱"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="phone",
            field=sitekit.sealing.sealed_fields.SealedCharField(
                blank=True,
                help_text="E.164 格式",
                max_length=16,
                null=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\+[1-9]\\d{6,14}$", "请填国际格式，如 +8613800000000。"
                    )
                ],
                verbose_name="手机号",
            ),
        ),
        seal_columns("accounts", "employerinvitation", "email"),
        seal_columns("accounts", "user", "email", "phone"),
        migrations.AddConstraint(
            model_name="employerinvitation",
            constraint=sitekit.sealing.unique_contacts.UniqueContact(
                condition=models.Q(("answered_at", None)),
                fields=("email", "employer"),
                name="employer_invitation_open_once",
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
        migrations.AddConstraint(
            model_name="user",
            constraint=sitekit.sealing.unique_contacts.UniqueContact(
                fields=("phone",),
                name="user_phone_once",
                violation_error_code="unique",
                violation_error_message="这个手机号已经注册过了。",
            ),
        ),
        migrations.RunSQL(MASK_LOG, migrations.RunSQL.noop),
        migrations.RunSQL(EMPTY_ALLAUTH, migrations.RunSQL.noop),
    ]
