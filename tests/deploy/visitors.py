"""Visitors who come by HTTPS, one by one and as a steady crowd."""

import itertools
import math
import socket
import ssl
import statistics
import time
from collections.abc import Mapping, Sequence
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import quote, urlencode

from tests.deploy.machine import HOST, Machine
from tools.cluster.threads import BackgroundThreads

SECONDS = 30  # no answer takes so long
TOKEN = "a" * 32  # of forms, against itself
READERS, READS_A_SECOND = 8, 24
ADDRESS = "127.0.0.1"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """`source` is the address that the visitor comes from."""

    def __init__(self, machine: Machine, source: str = ADDRESS) -> None:
        self.port, self.source = machine.port, source
        self.context = ssl.create_default_context()
        machine.authority.configure_trust(self.context)

    def connect(self) -> ssl.SSLSocket:
        line = socket.create_connection((ADDRESS, self.port), SECONDS, (self.source, 0))
        return self.context.wrap_socket(line, server_hostname=HOST)

    def open(self) -> HTTPConnection:
        connection = HTTPConnection(HOST, timeout=SECONDS)
        connection.sock = self.connect()
        connection.auto_open = 0  # a connection that ended is told of, and not made anew
        return connection

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        connection = self.open()
        try:
            return send_http_request(connection, path, method, body, **headers)
        finally:
            connection.close()

    def post(self, path: str, values: Mapping[str, str], **headers: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **values}).encode()
        return self.ask(path, "POST", body, **form_headers(path), **headers)


def send_http_request(
    connection: HTTPConnection,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def form_headers(path: str, session: str = "") -> dict[str, str]:
    cookies = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")
    kind = "application/x-www-form-urlencoded"
    return {"Cookie": cookies, "Content_Type": kind, "Referer": f"https://{HOST}{path}"}


class Sample(NamedTuple):
    at: float  # when it was to be asked
    milliseconds: float
    trouble: str


class Crowd(BackgroundThreads):
    """Asks so many times a second, whatever the site does meanwhile, and counts from when it meant to ask.

    A third are searches that nobody made before. One more visitor saves a listing, and looks whether it is saved.
    """

    def __init__(
        self, machine: Machine, addresses: Sequence[str], reader: Mapping[str, str]
    ) -> None:
        begin, step = time.monotonic(), 1 / READS_A_SECOND
        readers = [partial(self._read, begin + number * step) for number in range(READERS)]
        super().__init__([*readers, self._write])
        self.visitor, self.addresses, self.reader = Visitor(machine), addresses, reader
        self.samples: list[Sample] = []
        self.turns = itertools.count()

    def _read(self, due: float) -> None:
        connection = None
        while not self.ended.wait(max(0, due - time.monotonic())):
            number = next(self.turns)
            path = self.addresses[number % len(self.addresses)]
            if number % 3 == 0:
                path = f"/xiangxi/jobs/?q={quote('传单')}{number}"
            try:
                connection = connection or self.visitor.open()
                answer = send_http_request(connection, path)
                trouble = "" if answer.status == 200 else f"{path}: {answer.status}"
                if answer.headers.get("Connection") == "close":
                    connection.close()
                    connection = None
            except (OSError, HTTPException) as error:
                trouble = f"{path}: {error!r}"
                if connection:
                    connection.close()
                connection = None
            self.samples.append(Sample(due, 1000 * (time.monotonic() - due), trouble))
            due += READERS / READS_A_SECOND
        if connection:
            connection.close()

    def _write(self) -> None:
        for turn in itertools.count():
            if self.ended.wait(0.4):
                return
            due = time.monotonic()
            try:
                trouble = self._save_and_look(is_saved=turn % 2 == 0)
            except (OSError, HTTPException) as error:
                trouble = f"writer: {error!r}"
            self.samples.append(Sample(due, 500 * (time.monotonic() - due), trouble))

    def _save_and_look(self, *, is_saved: bool) -> str:
        path = self.reader["save" if is_saved else "remove"]
        headers = form_headers(path, self.reader["session"])
        body = urlencode({"csrfmiddlewaretoken": TOKEN}).encode()
        if (status := self.visitor.ask(path, "POST", body, **headers).status) != 302:
            return f"{path}: {status}"
        page = self.visitor.ask("/me/saved/", Cookie=headers["Cookie"])
        if page.status != 200 or (self.reader["remove"] in page.text) != is_saved:
            return f"/me/saved/: {page.status}, not as it was written"
        return ""


class Stretch(NamedTuple):
    """What the crowd met between two moments."""

    name: str
    samples: list[Sample]

    @property
    def p99(self) -> float:
        times = sorted(sample.milliseconds for sample in self.samples)
        return times[math.ceil(0.99 * len(times)) - 1]

    def describe(self) -> str:
        times = [sample.milliseconds for sample in self.samples]
        failed = sum(bool(sample.trouble) for sample in self.samples)
        return (
            f"{self.name:<24} {len(times):>5} {failed:>7} {statistics.median(times):>7.0f} ms"
            f" {self.p99:>7.0f} ms {max(times):>7.0f} ms"
        )


TABLE_HEAD = f"{'':<24} {'asked':>5} {'failed':>7} {'median':>10} {'p99':>10} {'longest':>10}"


def cut_stretch(crowd: Crowd, name: str, begin: float, end: float) -> Stretch:
    return Stretch(name, [sample for sample in crowd.samples if begin <= sample.at < end])
