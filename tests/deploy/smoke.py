"""What must hold of the site behind a proxy, whichever that is."""

import contextlib
import re
import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from tests.deploy.machine import HOST, Machine
from tests.deploy.visitors import ADDRESS, Visitor, form_headers

GUESSES = 20  # of report codes from one address in an hour
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # of such codes
LINK_TOKEN = "12-0a1b2c3d4e5f6a7b8c9d"
PICTURE = "ab/ab0123456789abcdef0123456789abcd-480.webp"
IMMUTABLE = "public, max-age=31536000, immutable"
STYLE = re.compile(r'href="(/static/bundles/site\.[0-9a-f]{12}\.css)"')
MAX_BYTES = 20_000_000  # of a request, but for photos and checks
CONNECTIONS = 100  # at the same time from one address: limit_conn of nginx.conf
SLOW = 60  # visitors who stop in the middle of a request; the site has a handful of threads


def find_style(visitor: Visitor) -> str:
    match = STYLE.search(visitor.ask("/about/").text)
    assert match
    return match[1]


def plant_files(machine: Machine) -> None:
    """A picture, and files beside it that nobody may be given."""
    media, private = machine.folder / "lib/jobsite/media", machine.folder / "lib/jobsite/private"
    for path in (
        media / "pictures" / PICTURE,
        media / "pictures/ab/page.html",
        media / "page.html",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<script>alert(1)</script>")
    private.mkdir(mode=0o700, exist_ok=True)
    (private / "licence.webp").write_text("a paper of somebody")


def check_pages(machine: Machine) -> None:
    visitor = Visitor(machine)
    for path in ("/", "/xiangxi/", "/xiangxi/jobs/", "/news/", "/about/", "/accounts/login/"):
        answer = visitor.ask(path)
        assert answer.status == 200, path
        for name in ("Strict-Transport-Security", "Content-Security-Policy", "Permissions-Policy"):
            assert name in answer.headers, (path, name)
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"], path
    assert visitor.ask("/nothing-here/").status == 404
    assert visitor.ask(f"/xiangxi/jobs/?q={quote('传单派发' * 200)}").status == 200, (
        "a long address"
    )


def check_static_files(machine: Machine) -> None:
    visitor = Visitor(machine)
    style = find_style(visitor)
    plain, packed = visitor.ask(style), visitor.ask(style, Accept_Encoding="gzip")
    assert plain.status == packed.status == 200
    for answer in (plain, packed):
        assert answer.headers["Cache-Control"] == IMMUTABLE
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"].startswith("text/css")
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(plain.body) / 2
    unnamed = visitor.ask("/static/bundles/site.css")
    assert unnamed.status == 200 and "immutable" not in unnamed.headers["Cache-Control"]
    for path in (
        "/static/staticfiles.json/../../jobsite/settings.py",
        "/static/../jobsite/settings.py",
    ):
        assert visitor.ask(path).status in {400, 404}, path


def check_pictures(machine: Machine) -> None:
    visitor = Visitor(machine)
    answer = visitor.ask(f"/media/pictures/{PICTURE}")
    assert answer.status == 200 and answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    missing = PICTURE.replace("ab/ab", "ab/ac")
    for path in (
        *("/media/page.html", "/media/pictures/ab/page.html", f"/media/pictures/{missing}"),
        *("/private/licence.webp", "/media/../private/licence.webp"),
        *("/media/%2e%2e/private/licence.webp", "/media/pictures/..%2f..%2fprivate/licence.webp"),
    ):
        answer = visitor.ask(path)
        assert answer.status in {400, 404}, path
        assert b"a paper of" not in answer.body and b"alert(1)" not in answer.body, path


def check_plain_http(machine: Machine) -> None:
    for headers in ({}, {"X-Forwarded-Proto": "https"}):
        connection = HTTPConnection(ADDRESS, machine.plain_port, timeout=10)
        connection.request("GET", "/xiangxi/jobs/?q=1", headers={"Host": HOST, **headers})
        answer = connection.getresponse()
        assert answer.status in {301, 308}
        wanted = rf"https://{HOST}(:{machine.port})?/xiangxi/jobs/\?q=1"
        assert re.fullmatch(wanted, answer.headers["Location"])
        connection.close()


def check_foreign_host(machine: Machine) -> None:
    """Who asks for another host gets nothing of the site."""
    for host in ("evil.example", ""):
        with socket.create_connection((ADDRESS, machine.plain_port), 10) as line:
            line.sendall(
                f"GET /about/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            )
            answer = line.makefile("rb").read()
        assert b"csrf" not in answer and b" 200 " not in answer.split(b"\r\n")[0]
    with contextlib.suppress(HTTPException):  # closed without a word
        answer = Visitor(machine).ask("/about/", Host="evil.example")
        assert answer.status != 200 or answer.body == b""


def check_visitors_address(machine: Machine) -> None:
    """Each claims to come from elsewhere; the limit of one address holds them, and nobody else."""
    path = "/report/status/"
    guesser, somebody = (Visitor(machine, next(machine.addresses)) for _ in "12")

    def guess(visitor: Visitor, number: int) -> int:
        claims = {
            "X_Forwarded_For": f"203.0.113.{number}",
            "X_Real_IP": f"203.0.113.{number}",
            "Forwarded": f"for=203.0.113.{number}",
        }
        return visitor.post(path, {"code": f"7K3MW-9PQ2{LETTERS[number]}"}, **claims).status

    statuses = [guess(guesser, number) for number in range(GUESSES + 2)]
    assert statuses == [200] * GUESSES + [429] * 2
    assert guess(somebody, 1) == 200


def check_probes(machine: Machine) -> None:
    """Strangers hear one word, whoever they claim to be; at the port for this machine all is told."""
    visitor = Visitor(machine)
    for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"X_Forwarded_For": ""}):
        assert visitor.ask("/readyz", **headers).body == b"ready\n"
        assert visitor.ask("/healthz", **headers).body == b"ok\n"
    connection = HTTPConnection(ADDRESS, machine.probe_port, timeout=10)
    connection.request("GET", "/readyz")
    body = connection.getresponse().read().decode()
    connection.close()
    assert visitor.ask("/metrics").status == 404
    assert "worker: alive" in body and "migrations: applied" in body


def check_slow_visitors(machine: Machine) -> None:
    visitor, path = Visitor(machine), "/report/status/"
    form = "".join(f"{name}: {value}\r\n" for name, value in form_headers(path).items())
    form = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{form.replace('_', '-')}Content-Length: 500000\r\n\r\ncode"
    lines = []
    for number in range(SLOW):
        line = visitor.connect()
        half = form if number % 2 else f"GET /about/ HTTP/1.1\r\nHost: {HOST}\r\nX-Half: "
        line.sendall(half.encode())
        lines.append(line)
    began = time.monotonic()
    for _ in range(5):
        assert visitor.ask("/xiangxi/jobs/?q=quick").status == 200
    assert time.monotonic() - began < 5, "half-sent requests held the threads of the site"
    lines[0].settimeout(15 - (time.monotonic() - began))
    lines[0].recv(1000)  # its header was never sent whole: it is cut off after 10 s
    for line in lines:
        line.close()


def check_large_bodies(machine: Machine) -> None:
    visitor, path = Visitor(machine), "/report/status/"
    connection = visitor.open()
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(2 * MAX_BYTES))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413 and "文件太大了" in answer.read().decode()
    connection.close()
    # What a form takes comes through: the site answers, whatever it thinks of it.
    for path in ("/check/", "/appeal/listing/1/", "/employer/reply/"):
        answer = visitor.ask(
            path, "POST", b"text=" + b"x" * (MAX_BYTES + 100_000), **form_headers(path)
        )
        assert answer.status in {200, 302, 400, 403} and "文件太大了" not in answer.text


def check_many_connections(machine: Machine) -> None:
    """One network that holds all its connections reads a page of ours, with the time to wait."""
    visitor = Visitor(machine)
    half = f"POST /check/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\n".encode()
    lines = [visitor.connect() for _ in range(CONNECTIONS)]
    for line in lines:
        line.sendall(half)
    time.sleep(0.5)
    try:
        answer = visitor.ask("/xiangxi/jobs/")
    finally:
        for line in lines:
            line.close()
    assert answer.status == 429 and "访问太多了" in answer.text


def check_masked_log(machine: Machine, log: Path) -> None:
    visitor = Visitor(machine)
    for path in (
        *(
            f"/evidence/{LINK_TOKEN}/",
            f"/evidence/{LINK_TOKEN}/pack/",
            f"/employer/join/{LINK_TOKEN}/",
        ),
        *(f"/alerts/subscribe/confirm/{LINK_TOKEN}/", f"/searches/confirm/{LINK_TOKEN}/"),
        *(f"/check/text-messages/{LINK_TOKEN}/", "/check/wechat/?openid=somebody-from-wechat"),
    ):
        visitor.ask(path, Referer=f"https://{HOST}/evidence/{LINK_TOKEN}/")
    visitor.ask("/jobs/?q=13800138765")
    wait_for(lambda: "/jobs/" in log.read_text(), "the last line of the log")
    text = log.read_text()
    for secret in (LINK_TOKEN, "somebody-from-wechat", "13800138765"):
        assert secret not in text, secret
    assert "/evidence/***" in text and "/check/wechat/" in text and ADDRESS in text


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def check_all(machine: Machine, log: Path) -> list[str]:
    """Return the names of what was looked at."""
    checks = [
        *(check_pages, check_static_files, check_pictures, check_plain_http, check_foreign_host),
        *(check_visitors_address, check_probes, check_slow_visitors, check_large_bodies),
    ]
    for check in checks:
        check(machine)
    check_masked_log(machine, log)
    return [check.__name__.removeprefix("check_").replace("_", " ") for check in checks] + ["log"]
