"""What waits to be sent, and for how long, and how many text messages were: for whoever watches the site."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Value
from django.db.models.functions import Greatest, TruncDate
from django.utils import timezone

from sitekit.messages.channel_base import Channel
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import (
    HELD_BACK,
    MAX_SEND_TRIES,
    build_due_condition,
    list_due_messages,
)
from sitekit.models import TextMessage

# The worker sends at once, and looks for the rest each minute.
SENDING_LATE_AFTER = timedelta(minutes=4)
# Somebody looks at a phone and waits for a code; after half an hour nobody waits for it any more.
LATE_CODE, FORGOTTEN_CODE = timedelta(minutes=1), timedelta(minutes=30)
_LATELY = timedelta(days=1)
DAYS_COUNTED = 7


class Backlog(NamedTuple):
    """The unsent messages of one channel: `waiting` ones could leave now, the oldest of them since `oldest_at`;
    `refused` ones are tried again later; the `given_up` were refused for the last time within a day or so."""

    channel: str
    waiting: int
    oldest_at: datetime | None
    refused: int
    given_up: int

    @property
    def is_late(self) -> bool:
        return self.oldest_at is not None and self.oldest_at < timezone.now() - SENDING_LATE_AFTER


def measure_backlogs() -> list[Backlog]:
    """One query for each channel."""
    return [_measure_backlog(channel) for channel in create_channels()]


def _measure_backlog(channel: Channel[Any]) -> Backlog:
    lately = Q(tries__gte=MAX_SEND_TRIES, not_before__gt=timezone.now() - _LATELY)
    lately &= ~Q(last_error=HELD_BACK)
    due = build_due_condition()
    unsent = channel.model._default_manager.filter(sent_at=None)
    figures = unsent.aggregate(
        waiting=Count("pk", due),
        oldest_at=Min(Greatest("created_at", "not_before"), filter=due),
        refused=Count("pk", Q(tries__gt=0, tries__lt=MAX_SEND_TRIES)),
        given_up=Count("pk", lately),
    )
    return Backlog(channel.log_name, **figures)


def list_late_channels() -> list[str]:
    """Return the names of those in which something waits for too long. One query."""
    late = [_list_late_rows(channel) for channel in create_channels()]
    return [name for (name,) in late[0].union(*late[1:], all=True).order_by()]


def _list_late_rows(channel: Channel[Any], **conditions: Any) -> QuerySet[Any, Any]:
    """Return the first one, as a row of the channel's name."""
    before = timezone.now() - SENDING_LATE_AFTER
    rows = list_due_messages(channel.model).filter(
        Q(not_before=None) | Q(not_before__lt=before), created_at__lt=before, **conditions
    )
    return rows.order_by().values_list(Value(channel.log_name))[:1]


def find_delays() -> tuple[set[str], bool]:
    """Return the names of the channels in which something waits for too long, and whether codes to sign in with do.

    A message that was refused counts for neither: whoever types a wrong number would make it late. One query.
    """
    channels = create_channels()
    late = [_list_late_rows(channel, tries=0) for channel in channels]
    codes = [_list_late_codes(channel) for channel in channels]
    names = {name for (name,) in late[0].union(*late[1:], *codes, all=True).order_by()}
    return names - {""}, "" in names


def _list_late_codes(channel: Channel[Any]) -> QuerySet[Any, Any]:
    """Return the first one, as a row of an empty name."""
    now = timezone.now()
    moments = (now - FORGOTTEN_CODE, now - LATE_CODE)
    rows = channel.model._default_manager.filter(
        sent_at=None, is_secret=True, tries=0, created_at__range=moments
    )
    return rows.order_by().values_list(Value(""))[:1]


def find_last_error(channel: str) -> str:
    """Return why a message of the channel could not be sent when it was last tried; empty if none failed."""
    model = next(
        candidate.model for candidate in create_channels() if candidate.log_name == channel
    )
    failed = model._default_manager.filter(sent_at=None).exclude(last_error="")
    return failed.order_by("-not_before", "pk").values_list("last_error", flat=True).first() or ""


def count_sent_text_messages() -> list[tuple[date, int, dict[str, int]]]:
    """Return of each of the last days, the newest first, how many text messages left, and of which kinds: each costs
    money. One query."""
    today = timezone.localdate()
    days = [today - timedelta(days=number) for number in range(DAYS_COUNTED)]
    sent = TextMessage.objects.filter(sent_at__date__gte=days[-1])
    counts: dict[date, Counter[str]] = {day: Counter() for day in days}
    rows = sent.values_list(TruncDate("sent_at"), "kind").annotate(number=Count("pk"))
    for day, kind, number in rows.order_by():
        counts[day][kind] = number
    return [(day, of_day.total(), dict(of_day.most_common())) for day, of_day in counts.items()]
