"""The mail server is away for a day: it is seen within five minutes, and afterwards each mail comes once."""

import socket
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from jobsite.monitoring.exposition import render_metrics
from jobsite.operations.readiness import check_readiness
from sitekit.messages import outbox
from sitekit.models import Mail
from tests.jobsite.monitoring.test_metrics import parse_samples
from tests.sitekit.messages.mail_server import run_mail_server, use_mail_server

pytestmark = pytest.mark.django_db
MAILS = 66
DAY = timedelta(days=1)


@pytest.fixture
def port(settings):
    """Of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    use_mail_server(settings, number)
    return number


def pass_time(duration):
    """What lies there is made older."""
    Mail.objects.update(created_at=F("created_at") - duration)


def enqueue_warning_mails(number):
    mails = [
        Mail(key=f"warning {n}", to=f"reader{n}@example.com", subject=f"预警 {n}", text="别交钱。")
        for n in range(number)
    ]
    outbox.enqueue_messages(mails)


def test_it_is_seen_within_five_minutes_and_each_mail_comes_once(settings, port, admin_client):
    enqueue_warning_mails(MAILS)
    assert outbox.deliver_due() == (0, 0)
    assert "messages: leaving" in check_readiness()[1]
    pass_time(timedelta(minutes=5))
    assert outbox.deliver_due() == (0, 0)
    assert "messages: waiting" in check_readiness()[1]
    samples = parse_samples(render_metrics().decode())
    assert samples["jobsite_messages_waiting", "mails"] == MAILS
    assert 300 <= samples["jobsite_messages_oldest_seconds", "mails"] < 400
    page = admin_client.get("/admin/state/").content.decode()
    assert (
        f"{MAILS} 封没有寄出去，最早的等了 5 分钟，最近一次的错误是 ConnectionRefusedError。"
        in page
    )
    assert "MAIL_URL" in page and 'class="site-alarm"' in page
    for _ in range(24):  # as the worker does each minute
        pass_time(DAY / 24)
        assert outbox.deliver_due() == (0, 0)
    with run_mail_server(settings, port) as server:
        assert outbox.deliver_due() == (MAILS, 0)
        assert outbox.deliver_due() == (0, 0)
    readers = Counter(message["To"] for message in server.messages)
    assert readers == Counter(f"reader{n}@example.com" for n in range(MAILS))
    assert len({message["Message-ID"] for message in server.messages}) == MAILS
    assert "messages: leaving" in check_readiness()[1]
    samples = parse_samples(render_metrics().decode())
    assert samples["jobsite_messages_oldest_seconds", "mails"] == 0
    page = admin_client.get("/admin/state/").content.decode()
    assert "没有积压。" in page and 'class="site-alarm"' not in page
    assert not Mail.objects.exclude(last_error="").exists()


def test_a_mail_for_later_for_now_and_one_that_is_of_no_use_any_more_are_not_late(port):
    now = timezone.now()
    Mail.objects.create(key="now", to="a@example.com", not_before=now - timedelta(minutes=1))
    Mail.objects.create(key="later", to="a@example.com", not_before=now + DAY)
    Mail.objects.create(key="code", to="a@example.com", not_after=now - timedelta(minutes=1))
    Mail.objects.update(created_at=now - DAY)
    assert "messages: leaving" in check_readiness()[1]
    samples = parse_samples(render_metrics().decode())
    assert samples["jobsite_messages_waiting", "mails"] == 1
    assert 60 <= samples["jobsite_messages_oldest_seconds", "mails"] < 100
