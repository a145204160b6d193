"""The ways to send messages.

A new one is a `Channel` in a module of this folder, with a table of its own if none here fits (then
`manage.py makemigrations sitekit`), and a line in `CHANNELS`. With `get_notice_address` and
`build_notice` it also sends the notices of the inbox; nothing else has to be changed.
"""

from typing import Any

from sitekit.messages.channel_base import Channel
from sitekit.messages.mail_channel import MailChannel
from sitekit.messages.text_message_channel import TextMessageChannel

# In this order the privacy page and the export name them.
CHANNELS: tuple[type[Channel[Any]], ...] = (MailChannel, TextMessageChannel)


def create_channels() -> list[Channel[Any]]:
    """Return a new channel of each kind, not opened."""
    return [channel_type() for channel_type in CHANNELS]
