"""What lies in the outbox of one person's: the user is known here by address and phone only."""

from sitekit.maintenance.personal_data import PersonalData
from sitekit.messages.channels import create_channels


def export(user):
    return {
        channel.export_name: list(
            channel.list_rows_of(user).order_by("pk").values(*channel.export_fields)
        )
        for channel in create_channels()
    }


def erase(user):
    for channel in create_channels():
        channel.list_rows_of(user).delete()


PERSONAL_DATA = PersonalData(export, erase)
