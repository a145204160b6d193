"""Which notices a person gets by which channels: their choice, or by default what fits their proved contacts.

A channel is named by its `export_name`. The inbox is no channel, because nothing is sent.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.choices import NoticeKind
from accounts.models import User
from sitekit.messages.channel_base import Channel
from sitekit.messages.channels import create_channels
from sitekit.messages.text_message_channel import TextMessageChannel

INBOX = "inbox"
# What a person asked to be told of. All other notices stand in the inbox, whatever else is chosen: it is the record.
SUBSCRIBED = (NoticeKind.SEARCHES, NoticeKind.ALERTS)
CHOSEN_KINDS = [kind for kind in NoticeKind if kind != NoticeKind.SECURITY]


def wants_by_channel(user: User, kind: NoticeKind, channel: Channel[Any]) -> bool:
    """Whether notices of the kind leave by the channel. Nobody can turn off what is about their safety.

    Without a choice everything comes by what costs nothing, and by text message where there is nothing else.
    """
    default = not (channel.is_paid and has_free_address(user))
    if kind == NoticeKind.SECURITY:
        return default
    chosen = _get_choice(user, kind, channel.export_name)
    if chosen is not None:
        return chosen
    return default and (user.wants_mail or kind in SUBSCRIBED)


def wants_in_inbox(user: User, kind: NoticeKind) -> bool:
    """Whether notices of the kind stand in the inbox.

    If the user has not chosen, news of subscriptions stand there only if no other free channel reaches the user.
    """
    if kind not in SUBSCRIBED:
        return True
    chosen = _get_choice(user, kind, INBOX)
    if chosen is not None:
        return chosen
    return not any(wants_by_channel(user, kind, channel) for channel in _list_free_channels(user))


def has_free_address(user: User) -> bool:
    """Whether a channel that costs nothing reaches the user."""
    return bool(_list_free_channels(user))


def _list_free_channels(user: User) -> list[Channel[Any]]:
    """Return those that reach the user and cost nothing."""
    channels = create_channels()
    return [
        channel for channel in channels if not channel.is_paid and channel.get_notice_address(user)
    ]


def stop_notices(user: User, kinds: Iterable[NoticeKind], channel_name: str) -> None:
    """End the kinds on a channel of a locked user."""
    for kind in kinds:
        user.notice_choices.setdefault(kind.value, {})[channel_name] = False
    user.save(update_fields=["notice_choices"])


def stop_text_messages_to(phone: str) -> bool:
    """End all text messages to a proved phone, except those for the safety of its account. Return whether the phone
    is anybody's."""
    with transaction.atomic():
        rows = User.objects.select_for_update(of=("self",))
        user = rows.filter(phone=phone, phone_proved_at__isnull=False, closed_at=None).first()
        if user is not None:
            stop_notices(user, CHOSEN_KINDS, TextMessageChannel.export_name)
    return user is not None


def _get_choice(user: User, kind: NoticeKind, channel_name: str) -> bool | None:
    return user.notice_choices.get(kind.value, {}).get(channel_name)
