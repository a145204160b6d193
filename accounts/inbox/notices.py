"""Notices to users: in the inbox of the site, and by the channels that the user wants for this kind of notice
(`accounts.inbox.preferences`), with the same key. `sitekit.messages.channels` lists the channels that send notices.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.open_accounts import keep_accounts_open
from accounts.inbox.preferences import wants_by_channel, wants_in_inbox
from accounts.inbox.stop_links import build_stop_link
from accounts.models import Notice, User
from sitekit.messages.channel_base import Channel, ShortLink, StopLink
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import enqueue_messages, withdraw_messages
from sitekit.messages.quiet_hours import postpone_to_morning
from sitekit.models import Outgoing
from sitekit.site_settings.limits import declare_limit
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt, list_with_attempts_left

NOTICES_PER_INSERT = 500
# Text messages to one person: each costs money, and whoever gets five looks into the inbox. The budget of
# sign-in codes does not count them: notices must keep nobody from signing in.
PAID_NOTICES_A_DAY = declare_limit(
    "texts_a_day", "消息和订阅", "一个人每天收几条通知短信", 5, most=50
)
PAID_NOTICE_PERIOD = timedelta(days=1)
PAID_NOTICE_LIMIT = "paid notice"
# The keys of notices about changes of the account begin with this. They are sent to the former contacts.
SECURITY_KEY = "security-"


@dataclass(frozen=True)
class NoticeMessage:
    """A message to one user; `address` is root-relative. `mailed` is another address for the mail,
    of a page that needs no login; `shortcut` where a text message leads, if not to the page that stops its kind."""

    user: User
    key: str
    title: str
    text: str = ""
    address: str = ""
    button: str = ""
    mailed: str = ""
    shortcut: ShortLink | None = None


def send_notice(  # noqa: PLR0913 - a message has these parts
    user: User,
    key: str,
    title: str,
    text: str = "",
    *,
    kind: NoticeKind,
    address: str = "",
    button: str = "",
    wait: timedelta | None = None,
    mail: bool = True,
    text_message: bool = False,
) -> None:
    """Store a notice for the inbox and messages in the outbox; only once for each key."""
    message = NoticeMessage(user, key, title, text, address, button)
    send_notices([message], kind=kind, wait=wait, mail=mail, text_message=text_message)


def send_notices(
    messages: Iterable[NoticeMessage],
    *,
    kind: NoticeKind,
    wait: timedelta | None = None,
    mail: bool = True,
    text_message: bool = False,
) -> None:
    """Send several notices, as `send_notice` does.

    `wait` delays all of them, so that they can be withdrawn if the change is undone. The kind `SECURITY` is also
    sent to users who want nothing outside the inbox, even at night. With `mail=False` the notice stands in the
    inbox only, because the page says the same. `text_message` also sends a text message, which costs money, for
    news that is urgent.
    """
    start = timezone.now() + wait if wait else None
    channels = [
        channel for channel in create_channels() if (text_message if channel.is_paid else mail)
    ]
    with transaction.atomic(savepoint=False):
        deliverable = _choose_deliverable(messages)
        shown = [message for message in deliverable if wants_in_inbox(message.user, kind)]
        notices = [_build_notice(message, start) for message in shown]
        Notice.objects.bulk_create(notices, batch_size=NOTICES_PER_INSERT, ignore_conflicts=True)
        if channels:
            enqueue_messages(_build_channel_notices(deliverable, channels, start, kind))


def _choose_deliverable(messages: Iterable[NoticeMessage]) -> list[NoticeMessage]:
    """Return the messages to accounts that are open, which stay so until the transaction ends."""
    to_active = [message for message in messages if message.user.is_active]
    open_accounts = keep_accounts_open(message.user.pk for message in to_active)
    return [message for message in to_active if message.user.pk in open_accounts]


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
    kind: NoticeKind,
) -> Iterator[Outgoing]:
    for message in messages:
        for channel in channels:
            to = channel.get_notice_address(message.user)
            if not to or not wants_by_channel(message.user, kind, channel):
                continue
            if channel.is_paid and not _count_paid_notice(channel, message):
                continue
            stop = build_stop_link(message.user, channel.export_name, (kind,))
            stop = stop._replace(shortcut=message.shortcut)
            yield channel.build_notice(
                key=message.key,
                to=to,
                title=message.title,
                text=_render_text(message, stop),
                not_before=find_send_time(message.user, kind, start),
                stop=stop,
            )


def find_send_time(user: User, kind: NoticeKind, start: datetime | None = None) -> datetime | None:
    """Return when a message to the user may leave: not in their quiet hours, but for their safety."""
    if kind == NoticeKind.SECURITY:
        return start
    return postpone_to_morning(start, user.quiet_from, user.quiet_until)


def _count_paid_notice(channel: Channel[Any], message: NoticeMessage) -> bool:
    """Return whether it may be sent; a notice that is sent again counts only once."""
    if channel.model._default_manager.filter(key=message.key).exists():
        return False
    return count_paid_message(message.user, channel)


def count_paid_message(user: User, channel: Channel[Any]) -> bool:
    """Count one more that costs money; return whether the user may get it today."""
    who = _name_payer(user.pk, channel)
    return count_attempt(PAID_NOTICE_LIMIT, who, PAID_NOTICES_A_DAY, PAID_NOTICE_PERIOD)


def list_with_paid_left(user_ids: Iterable[int], channel: Channel[Any]) -> list[int]:
    """Return, in their order, those who may get one more today that costs money; counts nothing."""
    names = {_name_payer(number, channel): number for number in user_ids}
    left = list_with_attempts_left(PAID_NOTICE_LIMIT, names, PAID_NOTICES_A_DAY, PAID_NOTICE_PERIOD)
    return [names[name] for name in left]


def _name_payer(user_id: int, channel: Channel[Any]) -> str:
    return f"{channel.export_name} {user_id}"


def _render_text(message: NoticeMessage, stop: StopLink) -> str:
    address = message.mailed or message.address
    context = {
        "title": message.title,
        "text": message.text,
        "button": message.button,
        "user": message.user,
        "address": build_absolute_url(address) if address else "",
        "stop": stop,
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
