"""Cache and replica that are killed, frozen or late; slow and strange clients before the proxy."""

import os
import re
import shutil
import signal
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sitekit.models import Operator
from tools.cluster.databases import ask_database, build_url, signal_server
from tools.cluster.processes import build_program_path, find_free_port, is_port_open
from tools.embedded_pg.server import EmbeddedServer
from tools.faults.installation import HOST, PROJECT
from tools.faults.rows.starts import OtherWeb
from tools.faults.site import Site, kill_process, stop_processes
from tools.faults.table import CannotTry, add_fault, require_that, wait_for
from tools.faults.visitors import Crowd, Visitor

CODES = [f"7K3MW-9PQ2{letter}" for letter in "ABCDEFGHJKMNPQRSTUVWXYZ"]
GUESSES = 20  # of report codes from one address in an hour


@contextmanager
def run_web_with_cache(site: Site) -> Iterator[OtherWeb]:
    try:
        import redis  # noqa: F401
    except ImportError:
        raise CannotTry("the client of Valkey is not installed") from None
    site.start_cache()
    try:
        with OtherWeb(site, CACHE_URL=f"redis://{HOST}:{site.cache_port}/0") as web:
            yield web
    finally:
        if site.cache is not None:
            with suppress(ProcessLookupError):
                os.kill(site.cache.pid, signal.SIGCONT)
            kill_process(site.cache)
            site.cache = None


def count_guesses(port: int, visitor: Visitor) -> int:
    """Return how many guesses the limit of one address lets pass."""
    visitor.port = port
    statuses = [visitor.post("/report/status/", {"code": code}).status for code in CODES]
    require_that(set(statuses) <= {200, 429}, f"{statuses}")
    return statuses.count(200)


@add_fault(
    "cache-killed",
    "Valkey gets kill -9 while pages are read, and stays away",
    "no page fails; limits hold, counted in the database",
)
def kill_cache(site: Site) -> str:
    with run_web_with_cache(site) as web:
        with Crowd(web.port, site.scene.pages) as crowd:
            time.sleep(0.5)
            if site.cache:
                kill_process(site.cache)
            time.sleep(1)
        passed = count_guesses(web.port, Visitor(web.port))
    require_that(passed == GUESSES, f"{passed} guesses passed")
    return f"{crowd.require_answers(longest=3)}; {passed} guesses passed"


@add_fault(
    "cache-frozen",
    "Valkey is stopped (SIGSTOP) while pages are read and codes are guessed",
    "no page fails or takes three seconds; limits hold, with twice as many attempts at most",
)
def freeze_cache(site: Site) -> str:
    with run_web_with_cache(site) as web:
        pid = site.cache.pid if site.cache else 0
        with Crowd(web.port, site.scene.pages) as crowd, stop_processes([pid]):
            passed = count_guesses(web.port, Visitor(web.port))
    require_that(passed <= 2 * GUESSES, f"{passed} guesses passed")
    return f"{crowd.require_answers(longest=3)}; {passed} guesses passed"


@add_fault(
    "cache-flushed",
    "all keys of Valkey are deleted while pages are read",
    "no page fails; a limit lets twice as many attempts pass at most",
)
def flush_cache(site: Site) -> str:
    with run_web_with_cache(site) as web:
        visitor = Visitor(web.port)
        passed = count_guesses(web.port, visitor)
        with Crowd(web.port, site.scene.pages) as crowd:
            with socket.create_connection((HOST, site.cache_port), 5) as line:
                line.sendall(b"FLUSHALL\r\n")
                require_that(line.recv(100).startswith(b"+OK"), "it was not flushed")
            passed += count_guesses(web.port, visitor)
    require_that(GUESSES <= passed <= 2 * GUESSES, f"{passed} guesses passed")
    return f"{crowd.require_answers()}; {passed} guesses passed"


@contextmanager
def run_web_with_replica(site: Site) -> Iterator[tuple[OtherWeb, EmbeddedServer]]:
    replica = EmbeddedServer(site.folder / "replica")
    if not replica.data.exists():
        replica.copy_from(site.server)
    replica.start()
    try:
        wait_for(
            lambda: ask_database(replica, "SELECT count(*) FROM pg_stat_wal_receiver") == 1,
            "the replica",
        )
        with OtherWeb(site, REPLICA_URL=build_url(replica)) as web:
            yield web, replica
    finally:
        signal_server(replica, signal.SIGCONT)
        replica.stop()


def require_new_pages(port: int, seconds: float) -> float:
    """Change what each page shows; return after how long the last page that was too old was asked for."""
    until, longest, turn = time.monotonic() + seconds, 0.0, 0
    while time.monotonic() < until:
        turn += 1
        name = f"运营者第 {time.monotonic_ns()} 号"
        Operator.objects.update_or_create(pk=1, defaults={"name": name})
        changed = time.monotonic()
        while name not in (answer := Visitor(port).ask("/about/")).text:
            require_that(answer.status == 200, f"/about/: {answer.status}")
            require_that(answer.asked_at < changed + 1, "a page is older than a second")
            time.sleep(0.02)
        longest = max(longest, answer.asked_at - changed)
    return longest


@add_fault(
    "replica-killed",
    "the replica that pages are drawn from gets kill -9 while they are read",
    "no page fails, none is older than a second",
)
def kill_replica(site: Site) -> str:
    with (
        run_web_with_replica(site) as (web, replica),
        Crowd(web.port, [f"{path}?q=x" for path in site.scene.pages]) as crowd,
    ):
        require_new_pages(web.port, 1.5)
        signal_server(replica, signal.SIGKILL)
        longest = require_new_pages(web.port, 2)
    return f"{crowd.require_answers(longest=8)}; new after {longest:.1f} s at most"


@add_fault(
    "replica-frozen",
    "the replica that pages are drawn from is stopped (SIGSTOP) for four seconds",
    "no page fails, none is older than a second",
)
def freeze_replica(site: Site) -> str:
    with run_web_with_replica(site) as (web, replica), Crowd(web.port, site.scene.pages) as crowd:
        require_new_pages(web.port, 1.5)
        signal_server(replica, signal.SIGSTOP)
        longest = require_new_pages(web.port, 4)
        signal_server(replica, signal.SIGCONT)
    return f"{crowd.require_answers(longest=8)}; new after {longest:.1f} s at most"


@add_fault(
    "replica-late",
    "the replica replays nothing for three seconds (pg_wal_replay_pause)",
    "no page fails, none is older than a second",
)
def delay_replica(site: Site) -> str:
    with run_web_with_replica(site) as (web, replica), Crowd(web.port, site.scene.pages) as crowd:
        require_new_pages(web.port, 1)
        ask_database(replica, "SELECT count(*) FROM (SELECT pg_wal_replay_pause()) paused")
        longest = require_new_pages(web.port, 3)
        ask_database(replica, "SELECT count(*) FROM (SELECT pg_wal_replay_resume()) resumed")
    return f"{crowd.require_answers()}; new after {longest:.1f} s at most"


@contextmanager
def run_proxy(site: Site) -> Iterator[int]:
    """nginx with deploy/nginx.conf, without TLS; yield its port."""
    program = shutil.which("nginx", path=build_program_path())
    if program is None:
        raise CannotTry("nginx is not installed")
    port = find_free_port()
    folder = site.folder / f"nginx-{port}"
    folder.mkdir()
    main = _write_proxy_configuration(folder, port, site.port)
    folder.chmod(0o777)
    process = site.begin(
        "nginx", [program, "-c", str(main), "-p", str(folder), "-e", f"{folder}/e"]
    )
    try:
        wait_for(lambda: is_port_open(port), "nginx")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _write_proxy_configuration(folder: Path, port: int, site_port: int) -> Path:
    """Write deploy/nginx.conf into the folder with these ports and without TLS; return the file to start it with."""
    text = (PROJECT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"^\s*(listen \[::\].*|ssl_.*|http2 on;)\n", "", text, flags=re.MULTILINE)
    for former, new in {
        "unix:/run/jobsite.sock": f"{HOST}:{site_port}",
        "listen 443 ssl default_server;": "",
        "listen 443 ssl;": f"listen {HOST}:{port};",
        "listen 80": f"listen {HOST}:{find_free_port()}",
        "server_name example.com": f"server_name {HOST}",
        "/var/log/jobsite": str(folder),
        "/srv/jobsite": str(folder),
        "/var/lib/jobsite": str(folder),
    }.items():
        text = text.replace(former, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    main = folder / "main.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; worker_processes 1; events {{ worker_connections 1024; }}"
        f" http {{ {paths} {text} }}"
    )
    return main


def open_lines(port: int, count: int, sent: bytes) -> ExitStack:
    """Clients of many addresses that send so much and then nothing."""
    stack = ExitStack()
    for number in range(count):
        source = (f"127.0.{number // 200 + 1}.{number % 200 + 1}", 0)
        line = stack.enter_context(socket.create_connection((HOST, port), 5, source))
        line.sendall(sent)
    return stack


HEAD = f"GET /about/ HTTP/1.1\r\nHost: {HOST}\r\n"
FORM = (
    f"POST /report/status/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: csrftoken={'a' * 32}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
)


def require_quick_pages(port: int, paths: list[str], seconds: float = 1.5) -> str:
    with Crowd(port, paths) as crowd:
        time.sleep(seconds)
    return crowd.require_answers(longest=2)


@add_fault(
    "hundred-slow-clients",
    "a hundred clients send half a header or half a form before the proxy, and nothing more",
    "others are answered as always",
)
def open_slow_clients(site: Site) -> str:
    with run_proxy(site) as port:
        form = f"{FORM}Content-Length: 500000\r\n\r\ncode".encode()
        with open_lines(port, 50, f"{HEAD}X-Half: ".encode()), open_lines(port, 50, form):
            return require_quick_pages(port, site.scene.pages)


@add_fault(
    "endless-body",
    "a client sends a form that says it is endless (chunked) and goes on for 30 MB",
    "it is cut off with 413 or closed; others are answered as always",
)
def send_endless_body(site: Site) -> str:
    with run_proxy(site) as port, socket.create_connection((HOST, port), 5) as line:
        line.sendall(f"{FORM}Transfer-Encoding: chunked\r\n\r\n".encode())
        answer = b""
        with suppress(OSError):
            for _ in range(30):
                line.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        with suppress(OSError):
            answer = line.recv(200)
        words = require_quick_pages(port, site.scene.pages)
    require_that(b" 413 " in answer or not answer, f"{answer[:40]!r}")
    return f"{answer[9:12].decode() or 'closed'}; {words}"


@add_fault(
    "huge-header",
    "a client sends a header of 10 MB, before the proxy and past it",
    "it is refused or closed; others are answered as always",
)
def send_huge_header(site: Site) -> str:
    answers = []
    with run_proxy(site) as port:
        for door in (port, site.port):
            with suppress(OSError), socket.create_connection((HOST, door), 5) as line:
                line.sendall(f"{HEAD}X-Huge: ".encode())
                for _ in range(160):
                    line.sendall(b"x" * 65536)
                line.sendall(b"\r\n\r\n")
                answers.append(line.recv(100)[9:12].decode())
        words = require_quick_pages(port, site.scene.pages)
    require_that("200" not in answers, f"{answers}")
    return f"{answers or 'closed'}; {words}"


@add_fault(
    "half-closed-clients",
    "fifty clients close their half of the connection at once, fifty more reset it while they are answered",
    "others are answered as always, no process dies",
)
def reset_connections(site: Site) -> str:
    workers = set(site.list_web_workers())
    request = (
        f"GET /xiangxi/jobs/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n"
    )
    for number in range(100):
        with suppress(OSError), socket.create_connection((HOST, site.port), 5) as line:
            line.sendall(request.encode())
            if number % 2:
                line.shutdown(socket.SHUT_WR)
            else:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    words = require_quick_pages(site.port, site.scene.pages)
    require_that(set(site.list_web_workers()) == workers, "a process died")
    return words
