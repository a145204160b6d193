"""News of a member's subscriptions: in the inbox at once, and once a day in one text message for all subscriptions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from itertools import batched

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import (
    NoticeMessage,
    count_paid_message,
    find_send_time,
    list_with_paid_left,
    send_notices,
)
from accounts.inbox.open_accounts import keep_accounts_open
from accounts.inbox.preferences import SUBSCRIBED, wants_by_channel
from accounts.inbox.stop_links import build_stop_link
from accounts.models import DigestLine, User
from sitekit.messages.mail_channel import MailChannel
from sitekit.messages.outbox import enqueue_messages
from sitekit.messages.quiet_hours import postpone_to_morning
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.models import TextMessage

# A while after the daily searches were looked at, so that one message has all of the morning.
DIGEST_AT = time(9)
MAX_USERS = 500  # in a run; the others wait a minute
MAX_COUNTED = 50  # new things of a subscription; the words for this number say "or more"
_NAMES = {NoticeKind.SEARCHES: "新兼职", NoticeKind.ALERTS: "反诈预警"}


@dataclass(frozen=True)
class SubscriptionNews:
    """`count` new things for one subscription of a member, counted up to `MAX_COUNTED`; `name` is the
    subscription's name."""

    user: User
    key: str
    title: str
    text: str
    name: str
    count: int
    address: str


def describe_count(count: int, counted: int) -> str:
    """Return the number of new things in words. It may be a lower bound, because counting stops at `MAX_COUNTED`."""
    return f"{count} 条{'以上' if counted >= MAX_COUNTED else ''}"


def is_account_subscription(user: User | None, email: str) -> bool:
    """Whether the subscription belongs to the member's account, and not only to a mailbox that somebody typed."""
    return user is not None and email.lower() in ("", (user.email or "").lower())


def find_mail_address(user: User | None, email: str, kind: NoticeKind) -> str:
    """Return the address for the mails of a subscription; "" if its member wants none or has no mailbox."""
    if user is None or not is_account_subscription(user, email):
        return email
    channel = MailChannel()
    address = channel.get_notice_address(user)
    return address if address and wants_by_channel(user, kind, channel) else ""


def find_mail_send_time(user: User | None, kind: NoticeKind) -> datetime | None:
    """Return when a mail of a subscription that is ready now may leave. It is never None, so mails without a time
    leave first."""
    now = timezone.now()
    return find_send_time(user, kind, now) if user else postpone_to_morning(now)


def send_subscription_notices(news: Iterable[SubscriptionNews], kind: NoticeKind) -> None:
    """Write the news into the inboxes, and store it for the daily text message of members who want one."""
    news = list(news)
    notices = [
        NoticeMessage(row.user, row.key, row.title, row.text, row.address, "去看看") for row in news
    ]
    with transaction.atomic(savepoint=False):
        send_notices(notices, kind=kind, mail=False)
        _store_digest_lines(news, kind)


def _store_digest_lines(news: list[SubscriptionNews], kind: NoticeKind) -> None:
    channel, now = TextMessageChannel(), timezone.now()
    open_accounts = keep_accounts_open(row.user.pk for row in news)
    lines = [
        DigestLine(
            user=row.user,
            kind=kind,
            title=row.name[:120],
            count=row.count,
            address=row.address,
            created_at=now,
        )
        for row in news
        if row.user.pk in open_accounts
        and channel.get_digest_address(row.user)
        and wants_by_channel(row.user, kind, channel)
    ]
    DigestLine.objects.bulk_create(lines)


def forget_waiting_lines(user: User | None, kind: NoticeKind, name: str, address: str) -> None:
    """Delete the stored news of a subscription that ended, so that no text message tells of it."""
    waiting = DigestLine.objects.filter(user=user, kind=kind, texted_at=None)
    waiting.filter(title=name[:120], address=address).delete()


def send_due_digests(stopped: Callable[[], bool] = lambda: False) -> int:
    """Write a text message to everybody for whom something waits, one a day; return how many."""
    now, written = timezone.localtime(), 0
    morning = datetime.combine(now.date(), DIGEST_AT, now.tzinfo)
    if now < morning:
        return 0
    for user_id in _choose_users(_list_due_users(morning)):
        if stopped():
            break
        with transaction.atomic():
            written += _send_digest(user_id, now)
    return written


def build_digest_key_start(user_id: int) -> str:
    return f"digest-{user_id}-"


def _choose_users(due: QuerySet[DigestLine, int]) -> list[int]:
    """Return the first users who may get one more paid message today; the others wait until tomorrow."""
    channel, chosen = TextMessageChannel(), list[int]()
    for user_ids in batched(due, MAX_USERS):
        chosen += list_with_paid_left(user_ids, channel)
        if len(chosen) >= MAX_USERS:
            break
    return chosen[:MAX_USERS]


def _list_due_users(morning: datetime) -> QuerySet[DigestLine, int]:
    """Return the ids of users with waiting lines who got no digest since this morning."""
    of_user = DigestLine.objects.filter(user=OuterRef("user"))
    sent_today = of_user.filter(texted_at__gte=morning)
    waiting = DigestLine.objects.filter(~Exists(sent_today), texted_at=None).order_by("user")
    return waiting.values_list("user", flat=True).distinct()


def _send_digest(user_id: int, now: datetime) -> bool:
    """Delete lines that are no longer wanted. If the day's messages are used up, the lines wait for tomorrow."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    waiting = DigestLine.objects.filter(user=user, texted_at=None)
    channel = TextMessageChannel()
    wanted_kinds = [kind for kind in SUBSCRIBED if wants_by_channel(user, kind, channel)]
    to = channel.get_digest_address(user)
    if not to or not user.is_active or user.closed_at:
        wanted_kinds = []
    waiting.exclude(kind__in=wanted_kinds).delete()
    lines = list(waiting)  # those that come while this is written wait for tomorrow
    counts = {kind: [row.count for row in lines if row.kind == kind] for kind in wanted_kinds}
    words = "、".join(
        f"{describe_count(sum(counts[kind]), max(counts[kind]))}{_NAMES[kind]}"
        for kind in wanted_kinds
        if counts[kind]
    )
    key = f"{build_digest_key_start(user.pk)}{now:%Y%m%d}"
    is_sent = TextMessage.objects.filter(key=key).exists()
    if not words or is_sent or not count_paid_message(user, channel):
        return False
    stop = build_stop_link(user, channel.export_name, SUBSCRIBED)
    start = find_send_time(user, NoticeKind.SEARCHES, now)
    enqueue_messages(
        [channel.build_digest(key=key, to=to, news_words=words, not_before=start, stop=stop)]
    )
    DigestLine.objects.filter(pk__in=[row.pk for row in lines]).update(texted_at=now)
    return True
