"""gunicorn's worker, that leaves new connections to others while it is busy, and answers broken addresses with a page.

gunicorn's own takes connections from the shared socket while all its threads work: they wait there though
another worker is idle. Requests that wait for the database to come back have threads besides. Garbage is collected
while no request is answered: looking through all that a process has takes a tenth of a second or two.
Programs and old browsers send Chinese in an address as raw bytes, which gunicorn refuses before Django sees it.
"""

import gc
import re
import socket
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from gunicorn.http.errors import InvalidRequestLine, ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from sitekit.databases.read_retry import MAX_WAITING, WAITING_READS

# More than a proxy of deploy/ lets through.
MAX_UNREAD_BYTES = 120_000_000
# So many leave some 10,000 objects of garbage that refer to themselves, and compile most templates. A connection that
# the visitor closes counts as one more.
REQUESTS_UNTIL_COLLECTED = 500
# Python's own way looks through everything so many times less often, for a process that is never idle.
LESS_OFTEN = 10
# Seconds after which a thread that computes lets another go on. Python's 0.005 are waited for at each answer of the
# database while the other thread draws a page, some seven times a page.
SWITCH_INTERVAL = 0.001
# A path of this site, not //host/; what lies beyond ASCII is a byte each.
_OURS = re.compile(r"/(?!/)[\x21-\xff]*")


class PageWorker(ThreadWorker):
    wsgi: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy_threads = 0  # changed by the main thread alone, as the next
        self._requests_since_collected = 0
        self._has_collected = False
        self.tpool: ThreadPoolExecutor
        self._has_more_threads = False
        self._held: deque[TConn] = deque()  # kept connections with another request

    def init_process(self) -> None:
        WAITING_READS.reset(lambda: self.method_queue.defer(self._go_on_beside_waiting))
        sys.setswitchinterval(SWITCH_INTERVAL)
        youngest, middle, oldest = gc.get_threshold()
        gc.set_threshold(youngest, middle, oldest * LESS_OFTEN)
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = read_unread_bodies(self.wsgi)

    def enqueue_req(self, conn: TConn) -> None:
        if not self._has_free_thread():
            self._held.append(conn)
            return
        self._busy_threads += 1
        super().enqueue_req(conn)
        if not self._has_free_thread():
            self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self._busy_threads -= 1
        super().finish_request(conn, fs)
        if self._has_more_threads and not WAITING_READS.number:
            self._has_more_threads = False
            self._replace_pool(self.cfg.threads)
        self._take_held()
        self._requests_since_collected += 1
        if not self._busy_threads and self._requests_since_collected >= REQUESTS_UNTIL_COLLECTED:
            self._collect_garbage()

    def _collect_garbage(self) -> None:
        """Collect garbage while other workers take the requests. After the first time the remaining objects, such as
        compiled templates, are frozen: they are not scanned again, and cycles among them stay in memory."""
        gc.collect()
        if not self._has_collected:
            gc.freeze()
        self._has_collected = True
        self._requests_since_collected = 0

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept new connections only while a thread is free. gunicorn's `run` calls this before it waits."""
        super().set_accept_enabled(enabled and self._has_free_thread())

    def _go_on_beside_waiting(self) -> None:
        """Add threads beside those that wait for the database. The main thread calls it; `run` then checks whether it
        can accept."""
        if not self._has_more_threads:
            self._has_more_threads = True
            self._replace_pool(self.cfg.threads + MAX_WAITING)
        self._take_held()

    def _replace_pool(self, threads: int) -> None:
        """Use a new pool of so many threads; requests at work finish in the former one. No pool is larger than needed,
        because it starts new threads while others are idle, and each has a database connection."""
        self.tpool.shutdown(wait=False)
        self.tpool = ThreadPoolExecutor(max_workers=threads)

    def _take_held(self) -> None:
        while self._held and self._has_free_thread():
            self.enqueue_req(self._held.popleft())

    def _has_free_thread(self) -> bool:
        return self._busy_threads - WAITING_READS.number < self.cfg.threads

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        if not isinstance(exc, InvalidRequestLine):
            super().handle_error(req, client, None, hide_error_text(exc))
            return
        parts = str(getattr(exc, "req", "")).split(" ")  # the whole line, or the address alone
        target = encode_target(parts[1] if len(parts) == 3 else parts[0])
        if target:
            head, body = f"308 Permanent Redirect\r\nLocation: {target}", b""
        else:
            head, body = "400 Bad Request", render_to_string("400.html").encode()
        lines = (
            f"HTTP/1.1 {head}",
            "Connection: close",
            "Content-Type: text/html; charset=utf-8",
            f"Content-Length: {len(body)}",
        )
        try:
            write_nonblock(client, "\r\n".join([*lines, "", ""]).encode() + body)
        except OSError:
            self.log.debug("Failed to send the answer to a request that cannot be read.")


def read_unread_bodies(application: Callable[..., Any]) -> Callable[..., Any]:
    """Read what a page left unread of a form, as one who is signed out does, before it is answered: else the connection
    is closed while the proxy still sends, and the visitor is told that the site is away. The proxy has all of it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        response = application(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if "HTTP_X_FORWARDED_FOR" in environ and 0 < length <= MAX_UNREAD_BYTES:
            with suppress(OSError):
                while environ["wsgi.input"].read(1 << 16):
                    pass
        return response

    return answer


def hide_error_text(error: Exception) -> Exception:
    """Return an error of the same class whose text is only its name, because gunicorn logs and answers the part of the
    request that it could not read, which may be a cookie. Errors other than `ParseException` are returned as they
    are."""
    kind = type(error)
    if not issubclass(kind, ParseException):
        return error
    quiet: Any = type(kind.__name__, (kind,), {"__str__": lambda _error: kind.__name__})
    hidden: Exception = quiet.__new__(quiet)
    return hidden


def encode_target(target: str) -> str:
    """Return a request target of this site with raw UTF-8 percent-encoded; "" if it is no address of this site."""
    if target.isascii() or not _OURS.fullmatch(target):
        return ""
    try:
        target.encode("latin-1").decode()
    except UnicodeError:
        return ""
    return quote(target.encode("latin-1"), safe="/?&=%:;,.+~!*'()@$-_")
