"""The database keeps its connections and answers nothing: what is kept is shown within seconds, as what it is."""

import contextlib
import selectors
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from tests.jobsite.web_processes import get_http_response, is_up, run_web_process
from tests.jobsite.workers import wait_for

pytestmark = pytest.mark.full


class Relay(threading.Thread):
    """A port that leads to the tests' database, and passes nothing on while it is silent."""

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target, self.is_silent, self.is_ended = target, False, False
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.door, selectors.EVENT_READ)

    def run(self):
        while not self.is_ended:
            for key, _ in self.selector.select(0.05):
                if self.is_silent:
                    threading.Event().wait(0.05)
                elif key.fileobj is self.door:
                    self.connect()
                else:
                    self.pass_on(key.fileobj, key.data)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def connect(self):
        visitor, _ = self.door.accept()
        server = socket.socket(socket.AF_UNIX if self.target[0] == "/" else socket.AF_INET)
        server.connect(self.target)
        for one_end, other in ((visitor, server), (server, visitor)):
            self.selector.register(one_end, selectors.EVENT_READ, other)

    def pass_on(self, one_end, other):
        with contextlib.suppress(OSError):
            if data := one_end.recv(2**16):
                other.sendall(data)
                return
        for end in (one_end, other):
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(end)
            end.close()


@pytest.fixture
def relay():
    to = settings.DATABASES["default"]
    host, port = str(to["HOST"] or ""), int(to["PORT"] or 5432)
    database_relay = Relay(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))
    database_relay.start()
    yield database_relay
    database_relay.is_ended = True
    database_relay.join()


def test_kept_pages_are_shown_while_it_is_silent(told_changes, publish, relay, tmp_path):
    publish(title="还看得到的活")
    to = settings.DATABASES["default"]
    address = (
        f"postgresql://{to['USER']}:{to['PASSWORD'] or ''}@127.0.0.1:{relay.port}/{to['NAME']}"
    )
    pages = ("/xiangxi/jobs/", "/xiangxi/", "/news/")
    with run_web_process(tmp_path, DATABASE_URL=address) as port, ThreadPoolExecutor(8) as pool:
        wait_for(lambda: is_up(port), "a web process")
        for page in (*pages, *pages):
            assert get_http_response(port, page).status == 200
        relay.is_silent = True
        try:
            wait_for(lambda: get_http_response(port, pages[0]).getheader("Warning"), "a stale page")
            asked = [pool.submit(get_http_response, port, page) for page in pages * 4]
            answers = [request.result(timeout=30) for request in asked]
        finally:
            relay.is_silent = False
        assert all(answer.getheader("Warning").startswith("110 ") for answer in answers)
        assert "还看得到的活" in answers[0].text
        wait_for(lambda: not get_http_response(port, pages[0]).getheader("Warning"), "a fresh page")
