"""The ways to send messages.

A new one is a `Channel` in a module beside these, with its table where no table here fits (then
`manage.py makemigrations sitekit`), and a line in `CHANNELS`. With `get_notice_address` and
`build_notice` it carries the notices of the inbox; nothing else has to know of it.
"""

from typing import Any

from sitekit.messages.channel_base import Channel
from sitekit.messages.mail_channel import MailChannel
from sitekit.messages.text_message_channel import TextMessageChannel

# In this order the privacy page and the export name them.
CHANNELS: tuple[type[Channel[Any]], ...] = (MailChannel, TextMessageChannel)


def create_channels() -> list[Channel[Any]]:
    """One of each, not open."""
    return [channel_type() for channel_type in CHANNELS]
