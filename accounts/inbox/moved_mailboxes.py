"""When the mailbox or phone of a member changes, subscriptions and waiting messages move to the new one."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from accounts.inbox.digests import build_digest_key_start
from accounts.inbox.notices import SECURITY_KEY
from accounts.models import Notice, User
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import list_waiting_messages, readdress_messages
from sitekit.messages.subscriptions import MailSubscriptions
from sitekit.models import Mail


def move_waiting_messages(former: User, present: User) -> None:
    """Send the messages that wait for the former contacts to the present ones.

    `former` is the row from before the change; call this in the transaction of the change. Without a present
    contact a message is withdrawn, because it stands in the inbox.

    Messages about changes of the account stay: the owner of the former mailbox must hear that it was changed. So do
    codes, invitations and confirmations, which prove the former mailbox.
    """
    for channel in create_channels():
        before, now = (channel.get_notice_address(user) for user in (former, present))
        if not before or before.lower() == now.lower():
            continue
        rows = channel.list_account_rows(former).filter(sent_at=None, is_secret=False)
        keys = rows.exclude(key__startswith=SECURITY_KEY).values_list("key", flat=True)
        of_inbox = Notice.objects.filter(user=present, key__in=list(keys)).values("key")
        is_own = Q(key__in=of_inbox) | Q(key__startswith=build_digest_key_start(present.pk))
        readdress_messages(rows.filter(is_own), now)


def move_subscriptions(
    subscriptions: MailSubscriptions[Any],
    key_names: Iterable[str],
    user: User,
    former_email: str,
    news_key: str,
) -> list[str]:
    """Give the member's open subscriptions the present address. Call it in the transaction that changes the
    mailbox.

    `key_names` are the columns that say what is subscribed to; `news_key` is the beginning of the keys of news
    mails. Without a present address waiting mails are withdrawn; return the keys of news mails among them, whose
    news the member must get by other means.

    Subscriptions that were confirmed in the former mailbox without signing in move as well, because the member's
    own page lists and stops them. They get no user, and so are sent by mail only. Unconfirmed ones do not move,
    because anybody may have typed the address. If the new address already has the same subscription, that one
    continues and the other one ends. A row without an address belongs to its user and stays.
    """
    if not former_email:
        return []
    email = user.email or ""
    condition = Q(user=user) | Q(user=None, confirmed_at__isnull=False)
    moving = subscriptions.rows.filter(condition, email__iexact=former_email, ended_at=None)
    moved: list[int] = []
    for row in moving.order_by("pk").select_for_update(of=("self",)):
        key = {name: getattr(row, name) for name in key_names}
        same = subscriptions.lock_open(email, **(key if email else {**key, "user": user}))
        if same is None:
            _readdress_subscription(row, user)
            moved.append(row.pk)
        else:
            subscriptions.end(row.pk)
            same.user = user
            same.save(update_fields=["user"])
            subscriptions.begin(same)
    if not moved:
        return []
    news = _list_waiting_mails([news_key], moved, former_email)
    keys = [] if email else list(news.values_list("key", flat=True))
    starts = (news_key, f"{subscriptions.mails.key_prefix}-lapse")
    readdress_messages(_list_waiting_mails(starts, moved, former_email), email)
    return keys


def _readdress_subscription(row: Any, user: User) -> None:
    """Give the row the present address; without one it becomes the user's own, which never lapses."""
    row.email = user.email or ""
    if not row.email:
        row.user, row.lapses_at = user, None
    row.save(update_fields=["email", "lapses_at", "user"])


def _list_waiting_mails(
    key_starts: Iterable[str], subscription_ids: Iterable[int], former_email: str
) -> QuerySet[Mail]:
    starts = [f"{start}-{pk}-" for start in key_starts for pk in subscription_ids]
    is_of_them = reduce(or_, (Q(key__startswith=start) for start in starts))
    return list_waiting_messages().filter(is_of_them, to__iexact=former_email)
