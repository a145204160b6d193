"""gunicorn on the loopback, and a plain client that counts what it answers in a second."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tools.bench.database import get_bench_database_url
from tools.bench.processes import sum_processor_seconds

CLIENTS = 4
START_SECONDS = 60


class BenchServer(NamedTuple):
    """`start_seconds`: from the start of the process to the first answer. `env` is that of its processes."""

    port: int
    process: subprocess.Popen
    env: dict[str, str]
    start_seconds: float


@contextlib.contextmanager
def run_bench_server(*, keeps_pages: bool) -> Iterator[BenchServer]:
    """The site on a free port with its own configuration of gunicorn, as in production but for HTTPS."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(512)
        port = listening.getsockname()[1]
        env = build_server_environment(Path(folder), keeps_pages=keeps_pages)
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", "--skip-checks"]
        subprocess.run(manage, check=True, env=env, cwd=settings.BASE_DIR)
        command = [
            sys.executable, "-m", "gunicorn", "jobsite.wsgi:application",
            "--config", "deploy/gunicorn.conf.py", "--bind", f"fd://{listening.fileno()}",
            "--log-level", "warning",
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen(
            command, pass_fds=[listening.fileno()], env=env, cwd=settings.BASE_DIR
        )
        try:
            _wait_for_server(port, process)
            yield BenchServer(port, process, env, time.monotonic() - began)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def build_server_environment(folder: Path, *, keeps_pages: bool) -> dict[str, str]:
    """Return the environment of every process that uses the bench's database. Keys and files are the bench's own."""
    return os.environ | {
        "DATABASE_URL": get_bench_database_url(),
        "DJANGO_SETTINGS_MODULE": "tools.bench.settings",
        "EXTRA_APPS": "tools",
        "DEBUG": "0",
        "HTTPS": "0",
        "KEEP_PAGES": str(int(keeps_pages)),
        "SECRET_KEY": "only-for-the-bench-" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "PRIVATE_ROOT": str(folder / "private"),
    }


def _wait_for_server(port, process):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            _request_address(port, "/healthz")
            return
        time.sleep(0.2)
    raise RuntimeError("The web server did not start.")


class ServerSpeed(NamedTuple):
    per_second: float
    processor_ms: float  # of the server, for an answer


def measure_speed(server: BenchServer, addresses: list[str], number: int, warm: int) -> ServerSpeed:
    """Over `number` requests of `CLIENTS` clients, after `warm` others."""
    roots = [server.process.pid]
    _send_parallel_requests(server.port, addresses, warm)
    began, used = time.perf_counter(), sum_processor_seconds(roots)
    _send_parallel_requests(server.port, addresses, number)
    elapsed, used = time.perf_counter() - began, sum_processor_seconds(roots) - used
    return ServerSpeed(number / elapsed, 1000 * used / number)


def _send_parallel_requests(port, addresses, number):
    failures = []

    def client(first):
        try:
            for i in range(first, number, CLIENTS):
                _request_address(port, addresses[i % len(addresses)])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _request_address(port, address):
    """Read the whole answer."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        first = connection.recv(65536)
        if not first.startswith(b"HTTP/1.1 200"):
            raise OSError(f"{address}: {first[:60]!r}")
        while connection.recv(65536):
            pass
