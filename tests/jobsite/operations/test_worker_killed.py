"""A worker killed in the middle of many mails: the next one finishes, and nothing is lost."""

import asyncio
import socket
import threading
from collections import Counter
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from sitekit.messages.outbox import enqueue_messages, list_waiting_messages
from sitekit.models import Mail
from tests.jobsite.workers import LONG, begin, environment, run_sql, wait_for

__all__ = ["begin", "environment"]
MAILS, MIDDLE = 150, 50


class Server:
    """Counts the mails it said yes to, by Message-ID; at the middle one it keeps the worker waiting.

    `takes_it` is whether that one was taken before the worker could hear of it.
    """

    def __init__(self, takes_it):
        self.taken, self.ids, self.takes_it = Counter(), {}, takes_it
        self.middle, self.is_killed = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        is_in_flight = self.taken.total() == MIDDLE and not self.middle.is_set()
        if not is_in_flight or self.takes_it:
            message = message_from_bytes(envelope.content)
            self.taken[message["Message-ID"]] += 1
            self.ids.setdefault(envelope.rcpt_tos[0], set()).add(message["Message-ID"])
        if is_in_flight:
            self.middle.set()
            await asyncio.to_thread(self.is_killed.wait, LONG)
        return "250 OK"


@pytest.fixture(
    params=[pytest.param(False, marks=pytest.mark.full), True],
    ids=["before the yes", "after the yes"],
)
def server(request, environment):
    kept = Server(request.param)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    environment["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    yield kept
    kept.is_killed.set()
    controller.stop()


@pytest.fixture
def killed(server, begin):
    """Mails are put, and the worker that sends them dies over one of them."""
    enqueue_messages(
        Mail(key=f"mail-{n}", to=f"reader{n}@example.com", subject=f"第 {n} 封", text="好了。")
        for n in range(MAILS)
    )
    worker = begin("worker")
    assert server.middle.wait(LONG), "the first worker sent nothing"
    worker.kill()
    worker.wait(timeout=LONG)
    server.is_killed.set()
    assert Mail.objects.filter(sent_at__isnull=False).count() == MIDDLE


@pytest.mark.usefixtures("killed")
def test_none_is_lost_and_only_the_one_in_flight_comes_twice(server, begin):
    doing = [
        number for (number,) in run_sql("SELECT id FROM procrastinate_jobs WHERE status = 'doing'")
    ]
    assert doing, "the dead one left a job"
    # As if half a minute had passed since it was heard of last.
    run_sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")

    second = begin("worker")
    wait_for(lambda: not list_waiting_messages().exists(), "the rest")
    left = "SELECT 1 FROM procrastinate_jobs WHERE id = ANY(%s)"
    wait_for(lambda: not run_sql(left, doing), "the job that was taken up again")
    second.terminate()
    second.wait(timeout=LONG)

    assert set(server.ids) == {f"reader{n}@example.com" for n in range(MAILS)}, "none is lost"
    assert {len(ids) for ids in server.ids.values()} == {1}, "sent again it keeps its Message-ID"
    assert len(server.taken) == MAILS, "and no two mails share one"
    assert server.taken.total() == MAILS + server.takes_it
    assert not Mail.objects.filter(sent_at=None).exists()
