"""Lists the jobs that the worker gave up, and puts one of them back into the queue."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.manager import JobManager

from accounts.models import User
from sitekit.messages import outbox
from sitekit.messages.channels import create_channels
from sitekit.workflow.refusals import Refusal

JOBS_SHOWN, RETRIES_SHOWN = 20, 5
_NAMES = {outbox.TASK: "寄出邮件和短信（有新的就寄）", "take up stalled jobs": "接着做没做完的任务"}


class FailedJob(NamedTuple):
    """A job that the worker gave up. Its lines in the log are marked with `key`."""

    pk: int
    key: str
    label: str
    attempts: int
    failed_at: datetime | None


class JobRetryRefused(Refusal):
    """Says why the job was not put back."""


def list_failed_jobs() -> list[FailedJob]:
    """Return the newest jobs that failed, at most `JOBS_SHOWN`."""
    rows = ProcrastinateJob.objects.filter(status="failed").order_by("-pk")
    rows = rows.annotate(failed_at=Max("procrastinateevent__at"))[:JOBS_SHOWN]
    return [
        FailedJob(
            job.pk,
            f"{job.task_name}[{job.pk}]",
            _NAMES.get(job.task_name, job.task_name),
            job.attempts,
            job.failed_at,
        )
        for job in rows
    ]


def list_retries() -> list[LogEntry]:
    """Return the entries of the admin's log about jobs and messages that were put back, the newest first. A job that
    succeeds afterwards leaves no other trace."""
    models = (ProcrastinateJob, *(channel.model for channel in create_channels()))
    kinds = ContentType.objects.get_for_models(*models).values()
    entries = LogEntry.objects.filter(content_type__in=kinds).select_related("user")
    return list(entries.order_by("-pk")[:RETRIES_SHOWN])


def record_retried_message(user: User, channel_name: str, pk: int) -> None:
    """Write to the admin's log that the user had the message sent again. The subject is left out, because it may name
    somebody."""
    channel = next(channel for channel in create_channels() if channel.export_name == channel_name)
    kind = ContentType.objects.get_for_model(channel.model)
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=kind,
        object_id=str(pk),
        object_repr=f"{channel.model._meta.verbose_name} {pk}",
        action_flag=CHANGE,
        change_message="重试",
    )


def retry_failed_job(pk: int, user: User) -> None:
    with transaction.atomic():
        jobs = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=pk)
        if not jobs.filter(status="failed").exists():
            raise JobRetryRefused("这一件已经重试过，或者已经做完了。")
        try:
            with transaction.atomic():
                JobManager(DjangoConnector()).retry_job_by_id(pk, retry_at=timezone.now())
        except UniqueViolation:
            raise JobRetryRefused("同样的一件正在排队，等它做完再看要不要重试。") from None
        LogEntry.objects.log_actions(user.pk, jobs, CHANGE, "重试")
