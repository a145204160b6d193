"""A worker killed in the middle of a thousand mails: the next one finishes, and nothing is lost."""

import socket
import threading
from collections import Counter
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from sitekit import outbox
from sitekit.models import Mail
from tests.jobsite.workers import begin, environment, rows, wait_for

__all__ = ["begin", "environment"]
MAILS = 1000


class Server:
    """Counts the mails it said yes to, by Message-ID."""

    def __init__(self):
        self.taken, self.addresses, self.middle = Counter(), {}, threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content)
        self.taken[message["Message-ID"]] += 1
        self.addresses.setdefault(envelope.rcpt_tos[0], set()).add(message["Message-ID"])
        if self.taken.total() >= MAILS // 3:
            self.middle.set()
        return "250 OK"


@pytest.fixture
def server(environment):
    kept = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    environment["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    yield kept
    controller.stop()


def put_a_thousand():
    outbox.put_all(
        Mail(key=f"mail-{n}", to=f"reader{n}@example.com", subject=f"第 {n} 封", text="好了。")
        for n in range(MAILS)
    )


def test_none_is_lost_and_at_most_the_one_in_flight_comes_twice(server, begin):
    put_a_thousand()
    first = begin("worker")
    assert server.middle.wait(60), first.stdout.read1().decode()
    first.kill()
    first.wait(timeout=60)
    noted = Mail.objects.filter(sent_at__isnull=False).count()
    assert MAILS // 3 - 1 <= noted < MAILS, "killed in the middle"

    second = begin("worker")
    wait_for(lambda: not outbox.waiting().exists(), "the rest")
    second.terminate()
    second.wait(timeout=60)

    assert len(server.taken) == MAILS, "each has an id of its own"
    assert {len(ids) for ids in server.addresses.values()} == {1}, "sent again it keeps its id"
    assert set(server.addresses) == {f"reader{n}@example.com" for n in range(MAILS)}
    assert server.taken.total() <= MAILS + 1
    assert Mail.objects.filter(sent_at=None).count() == 0


def test_the_job_it_was_doing_is_finished_by_the_next_one(server, begin):
    put_a_thousand()
    first = begin("worker")
    assert server.middle.wait(60), first.stdout.read1().decode()
    first.kill()
    first.wait(timeout=60)
    doing = rows("SELECT id FROM procrastinate_jobs WHERE status = 'doing'")
    assert doing, "it left something"
    # As if half a minute had passed.
    rows("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    begin("worker")
    left = "SELECT 1 FROM procrastinate_jobs WHERE id = ANY(%s)"
    wait_for(lambda: not rows(left, [number for (number,) in doing]), "its end")
