"""Bytes that no browser sends, to the server that production runs: odd ways to write a path reach no more
than the plain one, and no request hides in another."""

import os
import re
import signal
import socket
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

LONG = 60  # seconds after which something hangs, on the slowest machine
HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /admin/hidden/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    """The address of gunicorn with the configuration of production and one worker; what it logs is read
    at the end."""
    to = connection.settings_dict
    user = f"{quote(to['USER'] or '')}:{quote(to['PASSWORD'] or '', safe='')}"
    host = quote(str(to["HOST"] or ""), safe="")
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{user}@{host}:{to['PORT'] or 5432}/{quote(to['NAME'])}",
        "SECRET_KEY": "tests",
        "DEBUG": "1",
    }
    log = tmp_path_factory.mktemp("server") / "log"
    with socket.create_server(("127.0.0.1", 0)) as door, log.open("wb") as written:
        command = [sys.executable, "-m", "gunicorn", "jobsite.wsgi", "--workers", "1"]
        command += ["--config", "deploy/gunicorn.conf.py", "--bind", f"fd://{door.fileno()}"]
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=written,
            stderr=written,
            pass_fds=[door.fileno()],
            start_new_session=True,
        )
        yield door.getsockname()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(LONG)
    assert "Traceback" not in log.read_text()


@pytest.fixture
def ask(server):
    """Sends bytes and returns what is answered to them, until the server closes the connection."""

    def send(raw):
        with socket.create_connection(server, LONG) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            answer = b""
            while part := line.recv(65536):
                answer += part
        return answer

    return send


def list_codes(answer):
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)]


def build_get_request(path, *headers, host=HOST):
    return b"GET " + path + b" HTTP/1.1\r\n" + host + b"".join(headers) + b"\r\n"


def test_other_ways_to_write_a_path_reach_no_more(ask):
    plain = ask(build_get_request(b"/admin/"))
    assert list_codes(plain) == [302] and b"/accounts/login/" in plain
    paths = [
        *(b"//admin/", b"/./admin/", b"/x/../admin/", b"/%2e%2e/admin/", b"/x/%2e%2e/admin/"),
        *(
            b"/admin%2f",
            b"/%2fadmin/",
            b"/admin%2fdesk%2f",
            b"/admin/%00",
            b"/admin%00/",
            b"/%61dmin/",
        ),
        *(b"/admin;/", b"/admin/..;/desk/", b"/admin\\desk\\", b"/admin/%5c", b"/ADMIN/"),
        *(b"/static/../admin/", b"/static/%2e%2e/admin/", b"/static/..%2fsettings.py"),
        *(
            b"http://localhost/admin/",
            b"http://evil.example/admin/",
            b"/admin/?next=//evil.example",
        ),
        *(b"admin/", b"*", b"/\xff\xfe/admin/", b"/admin/#x", b"/media/..%2f..%2fmanage.py"),
    ]
    for path in paths:
        answer = ask(build_get_request(path))
        assert list_codes(answer) in ([302], [400], [404]), path
        assert b"\r\nLocation: /accounts/login/" in answer or list_codes(answer) != [302], path
        assert b"DJANGO_SETTINGS_MODULE" not in answer, path


def test_chinese_as_raw_bytes_leads_to_the_address_that_a_browser_sends(ask):
    answer = ask(build_get_request("/xiangxi/jobs/?q=家教&settlement=daily".encode()))
    assert list_codes(answer) == [308]
    assert b"\r\nLocation: /xiangxi/jobs/?q=%E5%AE%B6%E6%95%99&settlement=daily\r\n" in answer
    for path in (
        b"/\xff\xfe/",
        b"//evil.example/\xe5\xae\xb6",
        b"http://evil.example/\xe5\xae\xb6",
    ):
        answer = ask(build_get_request(path))
        assert list_codes(answer) == [400], path
        assert "看不懂这个请求".encode() in answer, path


def test_headers_of_a_stranger_change_nothing(ask):
    plain = ask(build_get_request(b"/accounts/login/password/"))
    assert list_codes(plain) == [200]
    headers = [
        *(b"X-Original-URL: /admin/\r\n", b"X-Rewrite-URL: /admin/\r\n"),
        *(b"X-Forwarded-Host: evil.example\r\n", b"X-Forwarded-Proto: https\r\n"),
        *(b"X-Forwarded-For: 127.0.0.1\r\n", b"X-Forwarded-Prefix: /admin\r\n"),
        *(b"X-HTTP-Method-Override: DELETE\r\n", b"Forwarded: for=1;host=evil.example\r\n"),
        *(b"Script-Name: /admin\r\n", b"Remote-User: admin\r\n", b"X-Remote-User: admin\r\n"),
    ]
    for header in headers:
        answer = ask(build_get_request(b"/accounts/login/password/", header))
        assert list_codes(answer) in ([200], [400]), header
        assert b"evil.example" not in answer and b"/admin" not in answer, header
        guarded = ask(build_get_request(b"/admin/", header))
        assert list_codes(guarded) in ([302], [400]) and b"evil.example" not in guarded, header
    for hosts in (HOST + b"Host: evil.example\r\n", b"Host: evil.example\r\n" + HOST, HOST * 2):
        answer = ask(build_get_request(b"/admin/", host=hosts))
        assert list_codes(answer) == [400], hosts


def build_post_request(headers, body, *, version=b"1.1"):
    return b"POST / HTTP/" + version + b"\r\n" + HOST + headers + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(b"0\r\n\r\n" + HIDDEN)
AMBIGUOUS = [
    build_post_request(LENGTH + CHUNKED, b"0\r\n\r\n" + HIDDEN),
    build_post_request(CHUNKED + b"Content-Length: 5\r\n", b"0\r\n\r\n" + HIDDEN),
    build_post_request(CHUNKED, b"0\r\n\r\n" + HIDDEN, version=b"1.0"),
    *(
        build_post_request(b"Content-Length: " + length + b"\r\n", HIDDEN)
        for length in (b"+0", b"-1", b"0x0", b"0, 49", b"0\r\nContent-Length: 49", b"0 0", b"")
    ),
    *(
        build_post_request(coding + b"\r\n", b"0\r\n\r\n" + HIDDEN)
        for coding in (
            *(b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked, identity"),
            *(b"Transfer-Encoding : chunked", b"Transfer-Encoding: chunked\r\n" + CHUNKED.strip()),
            *(b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding: \x0bchunked"),
            *(
                b"X: y\r\n Transfer-Encoding: chunked",
                b"X\x00: y",
                b"X: a\x00b",
                b"X: a\rb",
                b": y",
            ),
            *(b"X y: z", b"no colon", b"X: y\nTransfer-Encoding: chunked"),
        )
    ),
    *(
        build_post_request(CHUNKED, chunk + HIDDEN)
        for chunk in (
            *(b"0x0\r\n\r\n", b"+0\r\n\r\n", b"-1\r\n\r\n", b" 0\r\n\r\n", b"0\n\n", b"g\r\n\r\n"),
            *(
                b"1\r\naa\r\n0\r\n\r\n",
                b"1\na\n0\n\n",
                b"\r\n0\r\n\r\n",
                b"f" * 40 + b"\r\n",
                b"_0\r\n\r\n",
            ),
        )
    ),
    b"GET / HTTP/1.1\nHost: localhost\n\n" + HIDDEN,
    b"GET / HTTP/1.1\r\nHost: localhost\n\r\n" + HIDDEN,
    b"GET /  HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    b"GET / HTTP/9.9\r\n" + HOST + b"\r\n" + HIDDEN,
    b"GET / HTTP/1.1 x\r\n" + HOST + b"\r\n" + HIDDEN,
    b"G\x00T / HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    b"GET /\r\n" + HIDDEN,
]


def test_no_request_hides_in_another(ask):
    """Where two readers could disagree where a request ends, this one answers it once at most, and what
    follows only with a 400 before it closes."""
    two = ask(build_get_request(b"/admin/") + HIDDEN)
    assert list_codes(two) == [302, 302], "as many as were sent in good order"
    faults = {}
    for raw in AMBIGUOUS:
        codes = list_codes(ask(raw))
        if set(codes[1:]) - {400} or any(code >= 500 and code != 501 for code in codes):
            faults[raw] = codes
    assert faults == {}


def test_no_content_type_breaks_a_page(ask):
    kinds = [
        *(b"x/x; charset=base64", b"x/x; charset=punycode", b"x/x; charset=undefined"),
        *(b"x/x; charset*=base64''x", b"x/x; charset*=nonsense''x"),
    ]
    faults = {}
    for kind in kinds:
        header = b"Content-Type: " + kind + b"\r\n"
        form = header + b"Content-Length: 3\r\n"
        answers = {
            b"page": (ask(build_get_request(b"/xiangxi/jobs/?page=x", header)), [200]),
            b"API": (ask(build_get_request(b"/api/v1/listings?limit=3", header)), [401]),
            b"form": (ask(build_post_request(form, b"x=1")), [400]),
        }
        faults |= {
            (kind[:30], door): list_codes(answer)
            for door, (answer, codes) in answers.items()
            if list_codes(answer) != codes
        }
    assert faults == {}
