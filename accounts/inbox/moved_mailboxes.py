"""What goes to a member whose mailbox or phone changed goes on to the one that the member has now: subscriptions, and
messages that were written before the change and wait."""

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
    """Send what waits for the contacts of before to those of now; `former` is the row of before the change, in whose
    transaction this is called. Without a contact of now it goes: it stands in the inbox.

    What tells of changes of the account stays: whoever reads the former mailbox must hear that it was changed. So do
    codes, invitations and confirmations, which prove that mailbox.
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
    rows: QuerySet[Any],
    key_names: Iterable[str],
    user: User,
    former_email: str,
    news_key: str,
) -> list[str]:
    """Give the member's open subscriptions the present address; `key_names` are the columns that say what is
    subscribed to, `news_key` begins the keys of the mails with news. Call it in the transaction that changes the
    mailbox. Without a present address the mails that wait are taken back; return the keys of those with news, which
    the member is to read of elsewhere.

    Those that were confirmed in the former mailbox without signing in move as well, since the member's own page
    lists and stops them. They stay without a user, and so come by mail alone. Those that nobody confirmed stay:
    anybody may have typed the address. Where the new address has the same subscription already, that one goes on
    and the other ends. A row without an address is found by its user, and stays.
    """
    if not former_email:
        return []
    email = user.email or ""
    condition = Q(user=user) | Q(user=None, confirmed_at__isnull=False)
    moving = rows.filter(condition, email__iexact=former_email, ended_at=None).order_by("pk")
    moved: list[int] = []
    for row in moving.select_for_update(of=("self",)):
        key = {name: getattr(row, name) for name in key_names}
        same = subscriptions.lock_open(email, **(key if email else {**key, "user": user}))
        if same is None:
            row.email, row.lapses_at = email, row.lapses_at if email else None
            row.user = row.user if email else user
            row.save(update_fields=["email", "lapses_at", "user"])
            moved.append(row.pk)
            continue
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


def _list_waiting_mails(
    key_starts: Iterable[str], subscription_ids: Iterable[int], former_email: str
) -> QuerySet[Mail]:
    starts = [f"{start}-{pk}-" for start in key_starts for pk in subscription_ids]
    is_of_them = reduce(or_, (Q(key__startswith=start) for start in starts))
    return list_waiting_messages().filter(is_of_them, to__iexact=former_email)
