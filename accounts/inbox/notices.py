"""Telling people: a notice on the site and, where an address is known, a mail with the same key.

Which channels carry notices beside the mail, `sitekit.messages.channels` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notice, User
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import enqueue_messages, withdraw_messages
from sitekit.web.absolute_urls import build_absolute_url

BATCH = 500


@dataclass(frozen=True)
class NoticeMessage:
    """What one person is told; `address` is root-relative. A mail may lead elsewhere (`mailed`),
    to where nobody has to sign in."""

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
    always: bool = False,
) -> None:
    """Put a message into a person's inbox and a mail into the outbox; under one key only once."""
    message = NoticeMessage(user, key, title, text, address, button)
    send_notices([message], wait=wait, mail=mail, always=always)


def send_notices(
    messages: Iterable[NoticeMessage],
    *,
    wait: timedelta | None = None,
    mail: bool = True,
    always: bool = False,
) -> None:
    """The same for many at once. `wait` holds both back, so that what is undone is never told;
    `always` is for warnings: they are mailed to those too who want no mails."""
    start = timezone.now() + wait if wait else None
    heard = [one for one in messages if one.user.is_active and not one.user.closed_at]
    notices = [_notice(one, start) for one in heard]
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
    if mail:
        reached = [message for message in heard if always or message.user.wants_mail]
        enqueue_messages(_build_sent_notices(reached, start, always))


def _notice(message, start):
    return Notice(
        user=message.user,
        key=message.key,
        title=message.title[:80],
        text=message.text[:600],
        address=message.address,
        button=message.button,
        not_before=start,
    )


def _build_sent_notices(messages, start, always):
    channels = create_channels()
    for message in messages:
        addresses = [(channel, channel.get_notice_address(message.user)) for channel in channels]
        addresses = [(channel, to) for channel, to in addresses if to]
        text = _render_text(message, always) if addresses else ""
        for channel, to in addresses:
            yield channel.build_notice(
                key=message.key, to=to, title=message.title, text=text, not_before=start
            )


def _render_text(message, always):
    leads_to = message.mailed or message.address
    context = {
        "title": message.title,
        "text": message.text,
        "button": message.button,
        "user": message.user,
        "address": build_absolute_url(leads_to) if leads_to else "",
        "always": always,
    }
    return render_to_string("accounts/inbox/mail/notice.txt", context)


def withdraw_notices(keys) -> None:
    """Forget what was not told yet: notices nobody could see, mails not sent."""
    keys = list(keys)
    Notice.objects.filter(key__in=keys, not_before__gt=timezone.now()).delete()
    for channel in create_channels():
        withdraw_messages(channel.model, key__in=keys)


def list_visible_notices(user: User):
    """A person's notices, newest first, without those that still wait."""
    now = timezone.now()
    notices = Notice.objects.filter(user=user)
    return notices.exclude(not_before__gt=now)
