"""Answers probes in threads of their own in each web process, so that they are answered also while all request threads
are busy."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.db import connections

from jobsite.monitoring.exposition import CONTENT_TYPE, render_metrics
from jobsite.operations.readiness import check_readiness
from sitekit.telemetry.listening_address import parse_listening_address


class ProbeHandler(BaseHTTPRequestHandler):
    timeout = 5  # seconds for who asks

    def do_GET(self) -> None:
        try:
            self._answer_probe()
        finally:
            connections.close_all()  # those of this thread, which ends now

    def _answer_probe(self) -> None:
        if self.path == "/healthz":
            self._answer(200, b"ok\n")
        elif self.path == "/readyz":
            is_ready, facts = check_readiness()
            lines = ["ready" if is_ready else "not ready", *facts, ""]
            self._answer(200 if is_ready else 503, "\n".join(lines).encode())
        elif self.path == "/metrics":
            self._answer(200, render_metrics(), CONTENT_TYPE)
        else:
            self._answer(404, b"not found\n")

    def _answer(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Log nothing: probes come every few seconds, and their lines would only hide others."""


class ProbeServer(ThreadingHTTPServer):
    """Answers each probe in a thread of its own: /metrics may wait for the database, and /healthz must not wait for
    /metrics."""

    allow_reuse_port = True  # by each web process; the kernel chooses among them


def start_probe_server(address: str) -> None:
    """Answer probes at `host:port` in a background thread until the process ends."""
    server = ProbeServer(parse_listening_address(address), ProbeHandler)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
