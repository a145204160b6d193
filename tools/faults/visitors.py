"""Visitors of the site, each from an address of their own, and crowds that read and write all the time."""

import itertools
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import NamedTuple
from urllib.parse import urlencode

from tools.cluster.threads import BackgroundThreads
from tools.faults.installation import HOST
from tools.faults.table import NotSurvived, require_that, wait_for

TOKEN = "a" * 32  # of forms, against itself
SECONDS = 20  # no answer takes so long
READERS = 2
_numbers = itertools.count(1)


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    text: str
    seconds: float
    asked_at: float


class Visitor:
    """`session` is the key of somebody who is signed in."""

    def __init__(self, port: int, session: str = "", address: str = "") -> None:
        number = next(_numbers)
        self.port = port
        self.address = (
            address or f"198.{18 + number // 60000}.{number // 240 % 250}.{number % 240 + 1}"
        )
        self.cookies = {"csrftoken": TOKEN} | ({"sessionid": session} if session else {})

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        seconds: float = SECONDS,
        **headers: str,
    ) -> Answer:
        begun = time.monotonic()
        connection = HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            connection.request(method, path, body, self.build_headers(**headers))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        require_that(
            "Traceback (most recent call last)" not in text, f"a traceback is shown at {path}"
        )
        self._keep_cookies(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, answer.headers, text, time.monotonic() - begun, begun)

    def try_asking(self, path: str, **options: float) -> Answer | None:
        """Return None where nobody answers."""
        try:
            return self.ask(path, seconds=options.get("seconds", SECONDS))
        except (OSError, HTTPException):
            return None

    def post(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]],
        files: Mapping[str, bytes] | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        kind, body = build_form({"csrfmiddlewaretoken": TOKEN, **fields}, files or {})
        return self.ask(path, "POST", body, seconds, Content_Type=kind)

    def build_headers(self, **headers: str) -> dict[str, str]:
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-For": self.address,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }

    def _keep_cookies(self, lines: Sequence[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            if name != "csrftoken":
                self.cookies[name] = value


def build_form(
    fields: Mapping[str, str | Sequence[str]], files: Mapping[str, bytes]
) -> tuple[str, bytes]:
    """Return its content type and its bytes."""
    if not files:
        return "application/x-www-form-urlencoded", urlencode(fields, doseq=True).encode()
    mark = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        for text in [value] if isinstance(value, str) else value:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append(f"{head}{text}\r\n".encode())
    for name, content in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
        parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{mark}--\r\n".encode())
    return f"multipart/form-data; boundary={mark}", b"".join(parts)


class Crowd(BackgroundThreads):
    """Asks for the paths in turn until the block ends; `failed` holds what was not answered with 200."""

    def __init__(self, port: int, paths: Sequence[str], pause: float = 0.02) -> None:
        super().__init__([partial(self._read, number) for number in range(READERS)])
        self.port, self.paths, self.pause = port, paths, pause
        self.answers: list[Answer] = []
        self.failed: list[str] = []

    def _read(self, turn: int) -> None:
        visitor = Visitor(self.port)
        while not self.ended.wait(self.pause):
            turn += 1
            path = self.paths[turn % len(self.paths)]
            try:
                answer = visitor.ask(path)
            except (OSError, HTTPException, NotSurvived) as error:
                self.failed.append(f"{path}: {type(error).__name__} {error}")
                continue
            self.answers.append(answer)
            if answer.status != 200:
                self.failed.append(f"{path}: {answer.status}")

    def require_answers(self, failures: int = 0, longest: float = SECONDS) -> str:
        """That so many failed at most, and none took longer."""
        slowest = max((answer.seconds for answer in self.answers), default=0.0)
        require_that(self.answers, "no page was read")
        require_that(
            len(self.failed) <= failures,
            f"{len(self.failed)} of {len(self.answers)} pages: {self.failed[:3]}",
        )
        require_that(slowest <= longest, f"a page took {slowest:.1f} s")
        return f"{len(self.answers)} pages, {len(self.failed)} failed, longest {slowest:.1f} s"


class Writers(BackgroundThreads):
    """Visitors who report a listing, one after the other, each with words that nobody else has.

    What was answered with the page of thanks is acknowledged.
    """

    def __init__(self, port: int, path: str, count: int = 2) -> None:
        super().__init__([partial(self._write, number) for number in range(count)])
        self.port, self.path = port, path
        self.mark = uuid.uuid4().hex[:10]
        self.acknowledged: list[str] = []
        self.others: list[tuple[str, str]] = []  # words, and the status or the error
        self.acknowledged_at: list[float] = []

    def _write(self, number: int) -> None:
        for turn in itertools.count():
            if self.ended.wait(0.03):
                return
            words = f"{self.mark} {number}-{turn}"
            try:
                answer = Visitor(self.port).post(
                    self.path, {"reason": "filled_or_expired", "words": words, "email": ""}
                )
            except (OSError, HTTPException, NotSurvived) as error:
                self.others.append((words, type(error).__name__))
                continue
            if answer.status == 302:
                self.acknowledged.append(words)
                self.acknowledged_at.append(time.monotonic())
            else:
                self.others.append((words, str(answer.status)))

    def wait_for_more(self, condition_words: str = "reports", seconds: float = 15) -> None:
        """Wait until several more are acknowledged; that this happens in time must hold."""
        count = len(self.acknowledged)
        wait_for(lambda: len(self.acknowledged) > count + 5, condition_words, seconds)

    def find_longest_pause(self) -> float:
        """Return the longest time without an acknowledged write."""
        moments = sorted(self.acknowledged_at)
        return max((b - a for a, b in itertools.pairwise(moments)), default=0.0)

    def require_exact(self) -> str:
        """That each acknowledged write is there once, and each other at most once."""
        from django.db import connections

        from safety.models import Report

        connections.close_all()  # the fault may have cut our own as well
        rows = Report.objects.filter(words__startswith=self.mark).values_list("words", flat=True)
        counts = Counter(rows)
        lost = [words for words in self.acknowledged if words not in counts]
        doubled = [words for words, count in counts.items() if count > 1]
        require_that(self.acknowledged, f"nothing was acknowledged: {self.others[:3]}")
        require_that(not lost, f"{len(lost)} acknowledged writes are lost: {lost[:3]}")
        require_that(not doubled, f"{len(doubled)} writes stand twice: {doubled[:3]}")
        statuses = {status for _, status in self.others}
        require_that("500" not in statuses, "a write was answered with 500")
        return (
            f"{len(self.acknowledged)} acknowledged, {len(self.others)} refused, 0 lost, 0 doubled"
        )
