"""Messages to be sent wait in tables, one for each channel: they are stored in the transaction of
the change they tell about, and sent afterwards.

A message is sent at least once: a process that is killed after the server accepted a mail and
before this was stored sends it again, with the same Message-ID, by which servers and mail programs
recognise it. The rows decide what is sent; the job only wakes the worker.
"""

import logging
import math
from collections.abc import Callable, Iterable
from copy import copy
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from sitekit.messages.channel_base import Channel, describe_send_error
from sitekit.messages.channels import create_channels
from sitekit.models import Mail, Outgoing
from sitekit.workflow.advisory_lock import hold_advisory_lock

logger = logging.getLogger(__name__)
MAX_SEND_TRIES = 8
# then four times as long each time, up to LONGEST_WAIT: 30 hours in all
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)
# `last_error` of what waited in a database that was restored: nobody knows whether it was sent since
HELD_BACK = "恢复备份时扣下"
TASK = "deliver"  # the worker's task that calls `deliver_due`


def enqueue_messages(messages: Iterable[Outgoing]) -> None:
    """Store rows of any channels to be sent; a second row with the same key is dropped."""
    messages = list(messages)
    for channel in create_channels():
        if rows := [row for row in messages if isinstance(row, channel.model)]:
            channel.model._default_manager.bulk_create(rows, ignore_conflicts=True)
    if messages:
        # After the transaction: inside it the lock on the queue would block all others.
        transaction.on_commit(_wake_the_worker, robust=True)


def deliver_due(
    limit: float = math.inf, stopped: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Send what is due, one transaction each; return how many were sent and how many failed.

    If a server cannot be reached, its messages wait and are not counted as failed.
    """
    sent = failed = 0
    for channel in sorted(create_channels(), key=lambda channel: channel.turn):
        try:
            counts = _deliver_all(channel, lambda count: count >= limit or stopped())
        finally:
            channel.close()
        sent, failed = sent + counts[True], failed + counts[False]
    return sent, failed


def list_waiting_messages(model: type[Outgoing] = Mail) -> QuerySet[Any]:
    """Return those that were neither sent nor given up, whether they are due or not."""
    return model._default_manager.filter(sent_at=None, tries__lt=MAX_SEND_TRIES)


def build_due_condition() -> Q:
    """Return what holds for a message that is to be sent now."""
    now = timezone.now()
    return Q(
        Q(not_before=None) | Q(not_before__lte=now),
        Q(not_after=None) | Q(not_after__gt=now),
        sent_at=None,
        tries__lt=MAX_SEND_TRIES,
    )


def list_due_messages(model: type[Outgoing]) -> QuerySet[Any]:
    return model._default_manager.filter(build_due_condition())


def withdraw_messages(model: type[Outgoing] = Mail, **filters: Any) -> int:
    """Delete messages that were not sent; return how many. One that is being sent now is sent."""
    with transaction.atomic():
        rows = list_waiting_messages(model).filter(**filters).select_for_update(skip_locked=True)
        return model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()[0]


def readdress_messages(rows: QuerySet[Any], to: str) -> None:
    """Send those of the rows that wait to another address, or delete them if it is empty. One that is being sent now
    is sent."""
    model = rows.model
    with transaction.atomic():
        waiting = rows.filter(sent_at=None, tries__lt=MAX_SEND_TRIES)
        numbers = [row.pk for row in waiting.select_for_update(skip_locked=True)]
        moving = model._default_manager.filter(pk__in=numbers)
        if to:
            moving.update(to=to)
        else:
            moving.delete()


def forget_message_secrets() -> None:
    """Erase secrets that have become useless. `sitekit.retention_rules` says when rows are deleted."""
    useless = Q(tries__gte=MAX_SEND_TRIES) | Q(not_after__lt=timezone.now())
    for channel in create_channels():
        blanks = channel.secret_blanks
        rows = channel.model._default_manager.filter(useless, is_secret=True)
        rows.exclude(**blanks).update(**blanks)


def _deliver_all(channel: Channel[Any], is_enough: Callable[[int], bool]) -> dict[bool, int]:
    """Return how many were sent (True) and failed (False). Only one process sends at a time: two
    could both be in the middle of a mail when they are killed."""
    counts = {True: 0, False: 0}
    while not is_enough(sum(counts.values())):
        with hold_advisory_lock(channel.lock) as is_held:
            if not is_held or not _deliver_until_empty(channel, is_enough, counts):
                break
        # Another process may have stored a message and not sent it, because we held the lock.
        with transaction.atomic():
            if _lock_next(channel.model) is None:
                break
    return counts


def _deliver_until_empty(
    channel: Channel[Any], is_enough: Callable[[int], bool], counts: dict[bool, int]
) -> bool:
    """Return whether nothing is left to send."""
    while not is_enough(sum(counts.values())):
        try:
            was_sent = _deliver_one(channel)
        except OSError as error:
            logger.warning(
                "%s wait: nobody answers there (%s)", channel.log_name, describe_send_error(error)
            )
            _note_absence(channel, error)
            return False
        if was_sent is None:
            return True
        counts[was_sent] += 1
    return False


def _note_absence(channel: Channel[Any], error: OSError) -> None:
    """Note the error on the first message that is due, where the page of the site's state finds it."""
    first = list_due_messages(channel.model).order_by("pk").values("pk")[:1]
    rows = channel.model._default_manager.filter(pk__in=first)
    rows.update(last_error=describe_send_error(error))


def _lock_next(model: type[Outgoing]) -> Outgoing | None:
    """Secret rows first: they have the codes that somebody waits for. Then what is to leave at once, before what
    waited for its time: of that there are many in the morning. A row that another process has locked is passed
    over."""
    rows = list_due_messages(model).select_for_update(skip_locked=True)
    urgent = rows.filter(is_secret=True).order_by("pk").first()
    at_once = urgent or rows.filter(not_before=None).order_by("pk").first()
    return at_once or rows.order_by("not_before", "pk").first()


def _deliver_one(channel: Channel[Any]) -> bool | None:
    """Return whether the next message was sent; None if there is none."""
    with transaction.atomic():
        channel.put_off(list_due_messages(channel.model))
        row = _lock_next(channel.model)
        if row is None:
            return None
        channel.open()
        row.tries += 1
        try:
            channel.send(row)
        except channel.away_errors:
            raise
        except Exception as error:  # one bad message must not stop the others
            _note_failure(row, error)
        else:
            _note_delivery(row, channel)
        row.save()
    return row.sent_at is not None


def _note_failure(row: Outgoing, error: Exception) -> None:
    wait = min(FIRST_WAIT * 4 ** (row.tries - 1), LONGEST_WAIT)
    row.not_before, row.last_error = timezone.now() + wait, describe_send_error(error)


def _note_delivery(row: Outgoing, channel: Channel[Any]) -> None:
    row.sent_at, row.last_error = timezone.now(), ""
    if row.is_secret:
        for name, blank in channel.secret_blanks.items():
            setattr(row, name, copy(blank))


def _wake_the_worker() -> None:
    """One waiting job is enough for all messages; without a worker nothing is lost."""
    if ProcrastinateJob.objects.filter(queueing_lock=TASK, status="todo").exists():
        return
    # Uses Django's connection, also inside the worker.
    manager = JobManager(DjangoConnector())
    job = configure_task(name=TASK, job_manager=manager, queueing_lock=TASK)
    try:
        with transaction.atomic():
            job.defer()
    except AlreadyEnqueued:
        pass
