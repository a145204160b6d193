"""Messages that were not sent: those that wait after an error, and those that were given up, which staff put back."""

from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sitekit.forms.phone_numbers import mask_phone_or_mailbox
from sitekit.messages.channel_base import Channel
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import HELD_BACK, MAX_SEND_TRIES, enqueue_messages
from sitekit.models import Outgoing
from sitekit.workflow.refusals import Refusal

SHOWN_OF_CHANNEL = 20  # of each channel


class MessageRetryRefused(Refusal):
    """Says why the message was not put back."""


class UnsentMessage(NamedTuple):
    """A message without its text, which only its recipient may read; `to` is masked. `next_try` is None for a message
    that was given up."""

    channel: str
    label: str
    pk: int
    to: str
    created_at: datetime
    tries: int
    next_try: datetime | None
    error: str
    may_be_retried: bool

    @property
    def is_held(self) -> bool:
        return self.error == HELD_BACK


def list_unsent_messages() -> list[UnsentMessage]:
    """Return the messages whose sending failed: first those that were given up, then the others, the newest first. One
    query for each channel."""
    rows = chain.from_iterable(_list_channel_rows(channel) for channel in create_channels())
    return sorted(rows, key=lambda row: (row.next_try is not None, -row.created_at.timestamp()))


def retry_message(channel_name: str, pk: int) -> None:
    """Have the worker send the message, with all tries before it again. Raise `MessageRetryRefused` if it was sent,
    deleted or has expired."""
    channel = next((c for c in create_channels() if c.export_name == channel_name), None)
    if channel is None:
        raise MessageRetryRefused("没有这样的消息。")
    with transaction.atomic():
        row = _list_failed(channel).select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise MessageRetryRefused("这一条已经寄出，或者删掉了。")
        if not _may_be_retried(row):
            raise MessageRetryRefused(
                "这一条里的验证码或链接已经过时，再寄也没有用；请对方重新要一次。"
            )
        row.tries, row.not_before = 0, None
        row.save(update_fields=["tries", "not_before"])
        enqueue_messages([row])  # it is there already: only the worker is told


def _list_failed(channel: Channel[Any]) -> QuerySet[Any]:
    return channel.model._default_manager.filter(sent_at=None, tries__gt=0)


def _list_channel_rows(channel: Channel[Any]) -> list[UnsentMessage]:
    rows = _list_failed(channel).order_by("-tries", "-pk")[:SHOWN_OF_CHANNEL]
    label = str(channel.model._meta.verbose_name)
    return [
        UnsentMessage(
            channel.export_name,
            label,
            row.pk,
            mask_phone_or_mailbox(str(getattr(row, "to", ""))),
            row.created_at,
            row.tries,
            row.not_before if row.tries < MAX_SEND_TRIES else None,
            row.last_error,
            _may_be_retried(row),
        )
        for row in rows
    ]


def _may_be_retried(row: Outgoing) -> bool:
    """Whether the message has not expired, and its text, if that is a secret, was not deleted."""
    is_over = row.not_after is not None and row.not_after <= timezone.now()
    is_blank = row.is_secret and not row.text
    return not (is_over or is_blank)
