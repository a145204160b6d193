"""服务状态: what visitors are told of the site's health, and what they are not."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from jobsite.monitoring.facts import read_system_facts
from jobsite.service_status import status_views
from sitekit.kept_pages.store import forget_values
from sitekit.messages.backlog import FORGOTTEN_CODE, LATE_CODE, SENDING_LATE_AFTER
from sitekit.models import Mail, TextMessage

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_reader(settings, tmp_path):
    """A folder of its own, in which no reader runs."""
    settings.OCR_FOLDER = str(tmp_path / "reader")


def get_service_status(client):
    forget_values()
    answer = client.get("/status/")
    html = answer.content.decode()
    heading = re.search(r"<h1>(.*?)</h1>", html)[1]
    rows = re.findall(r'<span class="(ok|warn)">(.*?)</span>.*?<td>(.*?)</td>', html, re.DOTALL)
    return heading, {name: (tone, verdict) for tone, name, verdict in rows}, html


def leave_unsent(model, age, **fields):
    """A message that has waited for so long."""
    row = model.objects.create(key=f"x{model.objects.count()}", text="...", **fields)
    model.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)


def find_troubles(client):
    return [name for name, (tone, _) in get_service_status(client)[1].items() if tone == "warn"]


def test_all_is_well_and_nothing_is_told_of_how_it_is_built(client, django_assert_num_queries):
    heading, services, html = get_service_status(client)
    assert heading == "服务都正常" and set(services.values()) == {("ok", "正常")}
    assert [*services] == ["网站", "登录验证码", "短信", "邮件", "读截图", "到期下架和提醒"]
    main_part = html[html.index("<main") : html.index("</main>")]
    assert not re.search(
        r"PostgreSQL|数据库|服务器|队列|进程|[0-9a-f]{12}|\d+ 封|\d+ 条", main_part
    )
    with django_assert_num_queries(2):
        status_views.list_services()


def test_who_asks_again_asks_the_database_no_more_often(client, monkeypatch):
    get_service_status(client)
    monkeypatch.setattr(status_views, "list_services", lambda: pytest.fail("asked anew"))
    assert "服务都正常" in client.get("/status/").content.decode()


@pytest.mark.parametrize(
    ("model", "name", "to"),
    [(Mail, "邮件", {"to": "x@example.com"}), (TextMessage, "短信", {"to": "+8613900139000"})],
)
def test_messages_and_codes_that_wait(client, model, name, to):
    leave_unsent(model, SENDING_LATE_AFTER - MINUTE, **to)
    assert find_troubles(client) == []
    leave_unsent(model, LATE_CODE + MINUTE, is_secret=True, **to)
    assert find_troubles(client) == ["登录验证码"]
    leave_unsent(model, SENDING_LATE_AFTER + MINUTE, **to)
    heading, services, html = get_service_status(client)
    assert heading == "2 项服务不正常" and services[name] == ("warn", "不正常")
    assert "先用密码登录" in html and "我的 › 站内信" in html


def test_what_was_refused_or_nobody_waits_for_tells_of_no_trouble(client):
    """Wrong numbers that somebody types are refused: they must not make the site look broken."""
    to = {"to": "+8613900139000", "is_secret": True}
    leave_unsent(TextMessage, 10 * MINUTE, tries=1, **to)
    leave_unsent(TextMessage, FORGOTTEN_CODE + MINUTE, not_after=timezone.now(), **to)
    assert find_troubles(client) == []


def test_other_troubles(client, monkeypatch):
    broken = read_system_facts()._replace(is_read_only=True, late_tasks=2)
    monkeypatch.setattr(status_views, "read_system_facts", lambda: broken)
    monkeypatch.setattr(status_views, "is_reader_well", lambda: False)
    assert find_troubles(client) == ["网站", "读截图", "到期下架和提醒"]
    assert "先把对方的话贴成文字" in get_service_status(client)[2]


def test_the_page_is_found_from_the_foot_and_from_a_broken_page(client):
    link = 'href="/status/">服务状态</a>'
    assert link in client.get("/xiangxi/").content.decode()
    assert link in render_to_string("500.html")
