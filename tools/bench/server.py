"""gunicorn on the loopback, and a plain client that counts what it answers in a second."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tools.bench.database import get_bench_database_url

WORKERS = 2
CLIENTS = 4
WARM = 40
START_SECONDS = 60


@contextlib.contextmanager
def run_bench_server(*, keeps_pages: bool):
    """The site on a free port, as in production but for HTTPS; yields the port and the process."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        config = Path(folder) / "gunicorn.conf.py"  # empty: only what stands below counts
        config.touch()
        env = os.environ | {
            "DATABASE_URL": get_bench_database_url(),
            "DJANGO_SETTINGS_MODULE": "tools.bench.settings",
            "DEBUG": "0",
            "HTTPS": "0",
            "KEEP_PAGES": str(int(keeps_pages)),
            "SECRET_KEY": "only-for-the-bench-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "STATIC_ROOT": folder,
        }
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", "--skip-checks"]
        subprocess.run(manage, check=True, env=env, cwd=settings.BASE_DIR)
        command = [
            sys.executable, "-m", "gunicorn", "jobsite.wsgi:application", "--config", str(config),
            "--bind", f"fd://{listening.fileno()}", "--workers", str(WORKERS),
            "--limit-request-line", "8190", "--log-level", "warning",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, pass_fds=[listening.fileno()], env=env, cwd=settings.BASE_DIR
        )
        try:
            _wait(port, process)
            yield port, process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _list_workers(process) -> list[Path]:
    """Their folders in /proc; none where there is no such thing."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return [Path("/proc", pid) for pid in children.split()]
    return []


def _sum_processor_seconds(process) -> float:
    """What the workers took so far; a busy machine changes it little."""
    ticks = 0
    for folder in _list_workers(process):
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def worker_memory(process) -> int:
    """MB of the largest worker, by the kernel's count; 0 where there is no /proc."""
    with contextlib.suppress(OSError, ValueError):
        stats = [(folder / "status").read_text() for folder in _list_workers(process)]
        return max(int(kb) for text in stats for kb in re.findall(r"VmRSS:\s+(\d+)", text)) // 1000
    return 0


def _wait(port, process):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            _get(port, "/healthz")
            return
        time.sleep(0.2)
    raise RuntimeError("The web server did not start.")


class ServerSpeed(NamedTuple):
    per_second: float
    processor_ms: float  # of the workers, for an answer


def measure_speed(port: int, process, addresses: list[str], number: int) -> ServerSpeed:
    """Over `number` requests of `CLIENTS` clients, after some to warm up."""
    _all(port, addresses, WARM)
    began, used = time.perf_counter(), _sum_processor_seconds(process)
    _all(port, addresses, number)
    elapsed, used = time.perf_counter() - began, _sum_processor_seconds(process) - used
    return ServerSpeed(number / elapsed, 1000 * used / number)


def _all(port, addresses, number):
    failures = []

    def client(first):
        try:
            for i in range(first, number, CLIENTS):
                _get(port, addresses[i % len(addresses)])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _get(port, address):
    """Read the whole answer; sync workers close the connection after it."""
    with socket.create_connection(("127.0.0.1", port), 30) as asked:
        asked.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        first = asked.recv(65536)
        if not first.startswith(b"HTTP/1.1 200"):
            raise OSError(f"{address}: {first[:60]!r}")
        while asked.recv(65536):
            pass
