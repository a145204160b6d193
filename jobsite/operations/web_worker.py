"""gunicorn's worker, that leaves new connections to others while it is busy, and answers broken addresses with a page.

gunicorn's own takes connections from the shared socket while all its threads work: they wait there though
another worker is idle.
Programs and old browsers send Chinese in an address as raw bytes, which gunicorn refuses before Django sees it.
"""

import re
import socket
from concurrent.futures import Future
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from gunicorn.http.errors import InvalidRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

# A path of this site, not //host/; what lies beyond ASCII is a byte each.
_OURS = re.compile(r"/(?!/)[\x21-\xff]*")


class PageWorker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy_threads = 0  # changed by the main thread alone

    def enqueue_req(self, conn: TConn) -> None:
        self._busy_threads += 1
        super().enqueue_req(conn)
        if self._busy_threads >= self.cfg.threads:
            self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self._busy_threads -= 1
        super().finish_request(conn, fs)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called by `run` before it waits, as long as it does not accept and could."""
        super().set_accept_enabled(enabled and self._busy_threads < self.cfg.threads)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        if not isinstance(exc, InvalidRequestLine):
            super().handle_error(req, client, addr, exc)
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


def encode_target(target: str) -> str:
    """Return an address of this site with raw UTF-8 as its percent-encoded one; "" if it is none."""
    if target.isascii() or not _OURS.fullmatch(target):
        return ""
    try:
        target.encode("latin-1").decode()
    except UnicodeError:
        return ""
    return quote(target.encode("latin-1"), safe="/?&=%:;,.+~!*'()@$-_")
