"""Messages leave through tables, one for each channel: written with what they tell of in one transaction,
sent afterwards.

Sending is at least once: a process that ends between the server's yes and our own note sends the
mail again, with the same Message-ID, by which servers and mail programs know it. What the rows say
is the truth; the job that is put with them only wakes the worker.
"""

import logging
import math
from copy import copy
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from sitekit.messages.channel_base import describe_send_error
from sitekit.messages.channels import create_channels
from sitekit.models import Mail
from sitekit.workflow.advisory_lock import hold_advisory_lock

logger = logging.getLogger(__name__)
TRIES = 8
FIRST_WAIT = timedelta(minutes=1)  # then four times as long each time, a day and a half in all
LONGEST_WAIT = timedelta(hours=12)
TASK = "deliver"  # the worker's task that calls `deliver_due`


def enqueue_messages(messages):
    """Rows of any channels to be sent; a second one under the same key is none."""
    messages = list(messages)
    for channel in create_channels():
        if rows := [row for row in messages if isinstance(row, channel.model)]:
            channel.model.objects.bulk_create(rows, ignore_conflicts=True)
    if messages:
        # Not inside the transaction: there the lock on the queue would hold up everybody else's.
        transaction.on_commit(_wake_the_worker, robust=True)


def deliver_due(limit=math.inf, stopped=lambda: False):
    """Send what is due, one transaction each; how many went out and how many failed.

    A server that can't be reached ends the run and is no failure of the mail's: it waits.
    """
    sent = failed = 0
    for channel in sorted(create_channels(), key=lambda channel: channel.turn):
        try:
            more = _deliver_all(channel, lambda done: done >= limit or stopped())
        finally:
            channel.close()
        sent, failed = sent + more[True], failed + more[False]
    return sent, failed


def list_waiting_messages(model=Mail):
    return model.objects.filter(sent_at=None, tries__lt=TRIES)


def withdraw_messages(model=Mail, **which):
    """Drop mails that were not sent; how many. One that is being sent at this moment goes out."""
    with transaction.atomic():
        rows = list_waiting_messages(model).filter(**which).select_for_update(skip_locked=True)
        return model.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


def forget_message_secrets():
    """Secrets go when they are of no use. When all the rest goes, `sitekit.retention_rules` says."""
    useless = Q(tries__gte=TRIES) | Q(not_after__lt=timezone.now())
    for channel in create_channels():
        blanks = channel.secret_blanks
        rows = channel.model.objects.filter(useless, is_secret=True)
        rows.exclude(**blanks).update(**blanks)


def _deliver_all(channel, enough):
    """Alone: two that send at once could both be in the middle of a mail when they are killed."""
    done = {True: 0, False: 0}
    while not enough(sum(done.values())):
        with hold_advisory_lock(channel.lock) as mine:
            if not mine or not _empty(channel, enough, done):
                break
        # Whoever put something just now may have found us busy, and has not sent it either.
        if not _due(channel.model).exists():
            break
    return done


def _empty(channel, enough, done):
    """Whether nothing was left to do."""
    while not enough(sum(done.values())):
        try:
            went = _deliver_one(channel)
        except OSError as error:
            logger.warning(
                "%s wait: nobody answers there (%s)", channel.log_name, describe_send_error(error)
            )
            return False
        if went is None:
            return True
        done[went] += 1
    return False


def _due(model):
    now = timezone.now()
    return list_waiting_messages(model).filter(
        Q(not_before=None) | Q(not_before__lte=now), Q(not_after=None) | Q(not_after__gt=now)
    )


def _next(model):
    """Somebody sits before the form that asks for a code: those go first."""
    rows = _due(model).select_for_update(skip_locked=True)
    urgent = rows.filter(is_secret=True).order_by("pk").first()
    return urgent or rows.order_by("not_before", "pk").first()


def _deliver_one(channel):
    with transaction.atomic():
        row = _next(channel.model)
        if row is None:
            return None
        channel.open()
        row.tries += 1
        try:
            channel.send(row)
        except channel.away_errors:
            raise
        except Exception as error:  # one odd message must not stop the others
            wait = min(FIRST_WAIT * 4 ** (row.tries - 1), LONGEST_WAIT)
            row.not_before, row.last_error = timezone.now() + wait, describe_send_error(error)
        else:
            row.sent_at, row.last_error = timezone.now(), ""
            if row.is_secret:
                _blank_secret(row, channel.secret_blanks)
        row.save()
    return row.sent_at is not None


def _blank_secret(row, blanks):
    for name, blank in blanks.items():
        setattr(row, name, copy(blank))


def _wake_the_worker():
    """One waiting job is enough, however much it will find; without a worker nothing is lost."""
    if ProcrastinateJob.objects.filter(queueing_lock=TASK, status="todo").exists():
        return
    # By Django's own connection, also inside the worker.
    manager = JobManager(DjangoConnector())
    job = configure_task(name=TASK, job_manager=manager, queueing_lock=TASK)
    try:
        with transaction.atomic():
            job.defer()
    except AlreadyEnqueued:
        pass
