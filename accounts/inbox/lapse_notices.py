"""Notices in the inbox that a subscription ends soon, because its member may not look into the mailbox for a year."""

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from accounts.choices import NoticeKind
from accounts.inbox.digests import is_account_subscription
from accounts.inbox.notices import NoticeMessage, send_notices
from sitekit.messages.subscriptions import SubscriptionMails, SubscriptionRow
from sitekit.templatetags.sitekit import cn_date

TITLE_LENGTH = 40
SUBSCRIPTION_ENDED_MESSAGE = "这个订阅已经停了。还想收，重新订一个。"


def notify_of_lapse(mails: SubscriptionMails[Any], rows: Sequence[Any], address: str) -> None:
    """`address` is the page where the member renews it. One query for all members."""
    prefetch_related_objects(rows, "user")
    notices = [
        NoticeMessage(
            row.user,
            mails.build_lapse_key(row),
            f"订阅「{mails.get_title(row)[:TITLE_LENGTH]}」快到期了",
            f"到 {cn_date(row.lapses_at, 'full')}自动停。还想收，按一下「再订一年」；不想收了，什么都不用做。",
            address,
            "去续订",
        )
        for row in rows
        if is_account_subscription(row.user, row.email)
    ]
    # As what concerns the account it stands in the inbox, whatever was chosen for the news of the subscription.
    send_notices(notices, kind=NoticeKind.SECURITY, mail=False)


def describe_renewal(row: SubscriptionRow) -> str:
    """Return the answer to the button 再订一年. The page may be old: a subscription that has no mailbox any more
    has no end."""
    if not row.lapses_at:
        return "这个订阅不会自动停，不用续。"
    return f"已续订，到 {cn_date(row.lapses_at, 'full')}自动停。"
