"""Notices to users: in the inbox of the site and, if an address is known, by mail with the same key.

Whoever has a proved phone and no mail address gets those sent with `text_message=True` as text messages.
`sitekit.messages.channels` lists the channels that send notices.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notice, User
from sitekit.messages.channel_base import Channel
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import enqueue_messages, withdraw_messages
from sitekit.models import Outgoing
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt

BATCH = 500
# Text messages to one person: each costs money, and whoever gets five looks into the inbox. The budget of
# sign-in codes does not count them: notices must keep nobody from signing in.
MOST_PAID_NOTICES, PAID_NOTICES_WITHIN = 5, timedelta(days=1)


@dataclass(frozen=True)
class NoticeMessage:
    """A message to one user; `address` is root-relative. `mailed` is another address for the mail,
    of a page that needs no login."""

    user: User
    key: str
    title: str
    text: str = ""
    address: str = ""
    button: str = ""
    mailed: str = ""


def send_notice(  # noqa: PLR0913 - a message has these parts
    user: User,
    key: str,
    title: str,
    text: str = "",
    *,
    address: str = "",
    button: str = "",
    wait: timedelta | None = None,
    mail: bool = True,
    text_message: bool = False,
    always: bool = False,
) -> None:
    """Store a notice for the inbox and a mail in the outbox; only once for each key."""
    message = NoticeMessage(user, key, title, text, address, button)
    send_notices([message], wait=wait, mail=mail, text_message=text_message, always=always)


def send_notices(
    messages: Iterable[NoticeMessage],
    *,
    wait: timedelta | None = None,
    mail: bool = True,
    text_message: bool = False,
    always: bool = False,
) -> None:
    """Do the same for many. `wait` delays all, so that they can be withdrawn if the change is
    undone; `always` is for warnings: they also leave to users who want nothing outside the inbox.
    `text_message` is for what somebody without a mail address must hear soon: it costs money."""
    start = timezone.now() + wait if wait else None
    deliverable = [
        message for message in messages if message.user.is_active and not message.user.closed_at
    ]
    notices = [_build_notice(message, start) for message in deliverable]
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
    channels = [
        channel for channel in create_channels() if (text_message if channel.is_paid else mail)
    ]
    if channels:
        wanted = [message for message in deliverable if always or message.user.wants_mail]
        enqueue_messages(_build_channel_notices(wanted, channels, start, always))


def _build_notice(message: NoticeMessage, start: datetime | None) -> Notice:
    return Notice(
        user=message.user,
        key=message.key,
        title=message.title[:80],
        text=message.text[:600],
        address=message.address,
        button=message.button,
        not_before=start,
    )


def _build_channel_notices(
    messages: Iterable[NoticeMessage],
    channels: list[Channel[Any]],
    start: datetime | None,
    always: bool,
) -> Iterator[Outgoing]:
    for message in messages:
        addresses = [(channel, channel.get_notice_address(message.user)) for channel in channels]
        addresses = [
            (channel, to)
            for channel, to in addresses
            if to and (not channel.is_paid or _count_paid_notice(channel, message))
        ]
        text = _render_text(message, always) if addresses else ""
        for channel, to in addresses:
            yield channel.build_notice(
                key=message.key, to=to, title=message.title, text=text, not_before=start
            )


def _count_paid_notice(channel: Channel[Any], message: NoticeMessage) -> bool:
    """Return whether it may be sent; a notice that is sent again counts only once."""
    if channel.model._default_manager.filter(key=message.key).exists():
        return False
    who = f"{channel.export_name} {message.user.pk}"
    return count_attempt("paid notice", who, MOST_PAID_NOTICES, PAID_NOTICES_WITHIN)


def _render_text(message: NoticeMessage, always: bool) -> str:
    address = message.mailed or message.address
    context = {
        "title": message.title,
        "text": message.text,
        "button": message.button,
        "user": message.user,
        "address": build_absolute_url(address) if address else "",
        "always": always,
    }
    return render_to_string("accounts/inbox/mail/notice.txt", context)


def withdraw_notices(keys: Iterable[str]) -> None:
    """Delete notices that are still hidden, and messages that were not sent."""
    keys = list(keys)
    Notice.objects.filter(key__in=keys, not_before__gt=timezone.now()).delete()
    for channel in create_channels():
        withdraw_messages(channel.model, key__in=keys)


def list_visible_notices(user: User) -> QuerySet[Notice]:
    """Return the user's notices, newest first, without hidden ones (`not_before`)."""
    return user.notices.exclude(not_before__gt=timezone.now())
