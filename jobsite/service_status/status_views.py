"""服务状态: whether what people use runs as usual, of the facts that operators see; nothing of how it is built."""

import time
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jobsite.monitoring.facts import read_system_facts
from sitekit.kept_pages.store import keep_value
from sitekit.messages.backlog import find_delays
from sitekit.ocr.reader_client import is_reader_well
from sitekit.web.pages import page


class Service(NamedTuple):
    """What people use, in a line of the table: `details` say what to expect, or to do meanwhile."""

    words: str
    is_well: bool
    details: str

    @property
    def tone(self) -> str:
        return "ok" if self.is_well else "warn"

    @property
    def when(self) -> str:
        return "正常" if self.is_well else "不正常"


@page(takes="read", cache="never")
def show_service_status(request: HttpRequest) -> HttpResponse:
    """Kept for a minute at most: who asks again and again asks the database no more often."""
    minute = int(time.time() // 60)  # nothing tells when it changes
    services = keep_value(("service status", minute), [], list_services)
    context = {
        "services": services,
        "troubles": [service for service in services if not service.is_well],
    }
    return render(request, "jobsite/service_status/status.html", context)


def list_services() -> list[Service]:
    """Two queries."""
    system = read_system_facts()
    late_channels, are_codes_late = find_delays()
    return [
        _build_service(
            "网站",
            not system.is_read_only,
            "看兼职、报名、发布、举报都可以用。",
            "现在只能看，报名和提交存不了，过一会儿再来。",
        ),
        _build_service(
            "登录验证码",
            not are_codes_late,
            "一般一分钟内收到。",
            "会晚几分钟到，不用连着点「再发一个」。设过密码的，先用密码登录。",
        ),
        _build_service(
            "短信",
            "text messages" not in late_channels,
            "通知和汇总的短信照常发。",
            "通知会晚到，先在「我的 › 站内信」里看。",
        ),
        _build_service(
            "邮件",
            "mails" not in late_channels,
            "通知、订阅的邮件照常发。",
            "通知会晚到，先在「我的 › 站内信」里看。",
        ),
        _build_service(
            "读截图",
            is_reader_well(),
            "查一查可以放截图。",
            "查一查现在读不了截图，先把对方的话贴成文字。",
        ),
        _build_service(
            "到期下架和提醒",
            not system.late_tasks,
            "都按时做。",
            "会晚一些做，恢复以后自动补上。",
        ),
    ]


def _build_service(words: str, is_well: bool, good: str, bad: str) -> Service:
    return Service(words, is_well, good if is_well else bad)
