"""gunicorn for production; what is given on the command line or in GUNICORN_CMD_ARGS wins."""

import multiprocessing
import os
from typing import Any

from jobsite.env import read_env_flag

bind = "0.0.0.0:8000"
workers = multiprocessing.cpu_count() + 1
threads = 2
limit_request_line = 0  # a long question gets a page; the proxy in front sets the bound
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None  # addresses of people stay out of the logs; the proxy keeps what the law asks for
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Stop on a unix socket without BEHIND_PROXY: all visitors would share one limit."""
    is_local = any(str(listener).startswith("unix:") for listener in server.LISTENERS)
    if is_local and not read_env_flag("BEHIND_PROXY"):
        raise SystemExit("BEHIND_PROXY is not set, but only a proxy can ask on a unix socket.")


def post_worker_init(worker: Any) -> None:
    """Answer probes at PROBE_BIND beside the threads of requests, which may all be waiting."""
    from jobsite.operations.probe_server import start_probe_server

    if address := os.environ.get("PROBE_BIND"):
        start_probe_server(address)
