"""What the outbox holds of a user, who is known here by mail address and phone only."""

from typing import Any

from sitekit.maintenance.personal_data import PersonalData
from sitekit.messages.channel_base import Recipient
from sitekit.messages.channels import create_channels


def export(user: Recipient) -> dict[str, list[dict[str, Any]]]:
    return {
        channel.export_name: list(
            channel.list_account_rows(user).order_by("pk").values(*channel.export_fields)
        )
        for channel in create_channels()
    }


def erase(user: Recipient) -> None:
    for channel in create_channels():
        channel.list_account_rows(user).delete()


PERSONAL_DATA = PersonalData(export, erase)
