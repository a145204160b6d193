"""The page 运行情况, which shows operators the state of the site, and its buttons."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.models import SignedInRequest
from jobsite.monitoring.facts import measure_disks, read_facts, read_version
from jobsite.monitoring.failed_jobs import (
    list_failed_jobs,
    list_retries,
    record_retried_message,
    retry_failed_job,
)
from jobsite.monitoring.lights import BAD, CARE, list_lights
from jobsite.monitoring.operators import operator_page
from jobsite.operations.housekeeping import JOBS
from jobsite.operations.unsent_messages import list_unsent_messages, retry_message
from sitekit.messages.backlog import count_sent_text_messages
from sitekit.models import Chore
from sitekit.web.pages import show_refusal

TEXT_KINDS = {
    "code": "验证码",
    "notice": "通知",
    "digest": "订阅汇总",
    "security": "安全",
    "warning": "涉诈警告",
    "correction": "更正",
    "check": "查一查的回复",
}


@operator_page(takes="read")
def show_state(request: SignedInRequest) -> HttpResponse:
    lights = list_lights(read_facts(), measure_disks())
    levels = [light.level for light in lights]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "运行情况",
        "lights": lights,
        "bad": levels.count(BAD),
        "care": levels.count(CARE),
        "failed_jobs": list_failed_jobs(),
        "unsent": list_unsent_messages(),
        "retries": list_retries(),
        "tasks": _list_tasks(),
        "texts": _list_sent_texts(),
        "version": read_version(),
    }
    return TemplateResponse(request, "jobsite/monitoring/state.html", context)


@operator_page(takes="post")
def retry_unsent_message(request: SignedInRequest, channel: str, pk: int) -> HttpResponse:
    with show_refusal(request):
        retry_message(channel, pk)
        record_retried_message(request.user, channel, pk)
        messages.success(request, "放回去排队了，后台进程马上再寄一次。")
    return redirect("state")


@operator_page(takes="post")
def retry_job(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        retry_failed_job(pk, request.user)
        messages.success(request, "放回去排队了，后台进程马上再做一次。")
    return redirect("state")


def _list_sent_texts() -> list[tuple[date, int, str]]:
    """Return day, number, and the numbers by kind in words."""
    return [
        (day, total, "、".join(f"{TEXT_KINDS.get(kind, kind)} {n}" for kind, n in kinds.items()))
        for day, total, kinds in count_sent_text_messages()
    ]


def _list_tasks() -> list[tuple[str, Chore | None]]:
    """Return each periodic task with its row; one that was never done has none."""
    rows = {row.name: row for row in Chore.objects.filter(name__in=[job.name for job in JOBS])}
    return [(job.name, rows.get(job.name)) for job in JOBS]
