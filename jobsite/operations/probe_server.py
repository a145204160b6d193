"""Answers probes in a thread of each web process: also while all threads of requests wait."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from django.db import connection

from jobsite.operations.probes import check_readiness


class ProbeHandler(BaseHTTPRequestHandler):
    timeout = 5  # seconds for who asks

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, ["ok"])
        elif self.path == "/readyz":
            is_ready, facts = check_readiness()
            connection.close()
            self._answer(200 if is_ready else 503, ["ready" if is_ready else "not ready", *facts])
        else:
            self._answer(404, ["not found"])

    def _answer(self, status: int, lines: list[str]) -> None:
        body = "\n".join([*lines, ""]).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Probes come every few seconds and say nothing to a reader."""


class ProbeServer(HTTPServer):
    allow_reuse_port = True  # by each web process; the kernel chooses among them


def start_probe_server(address: str) -> None:
    """Answer at `host:port` for as long as the process runs."""
    host, _, port = address.rpartition(":")
    server = ProbeServer((host, int(port)), ProbeHandler)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
