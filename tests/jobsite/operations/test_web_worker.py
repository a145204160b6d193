"""How web workers share what comes in."""

import contextlib
import io
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobsite.operations.web_worker import (
    MAX_UNREAD_BYTES,
    REQUESTS_UNTIL_COLLECTED,
    SWITCH_INTERVAL,
    read_unread_bodies,
)
from tests.jobsite.web_processes import get_http_response
from tests.jobsite.workers import LONG, PROJECT

APPLICATION = """
import gc, os, sys, time

def application(environ, start_response):
    if environ["PATH_INFO"] == "/garbage":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{{gc.get_stats()[2]['collections']}} {{gc.get_freeze_count()}} {{sys.getswitchinterval()}}".encode()]
    if environ["PATH_INFO"] == "/slow":
        open({folder!r} + "/begun", "w").close()
        while not os.path.exists({folder!r} + "/release"):
            time.sleep(0.02)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""


@contextlib.contextmanager
def run_workers(folder, log=subprocess.DEVNULL, number=2):
    """Processes of one thread each, on one socket; yield its port."""
    (folder / "waiting.py").write_text(APPLICATION.format(folder=str(folder)))
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "waiting", "--pythonpath", str(folder)),
                *("--worker-class", "jobsite.operations.web_worker.PageWorker"),
                *("--workers", str(number), "--threads", "1", "--bind", f"fd://{door.fileno()}"),
            ],
            pass_fds=[door.fileno()],
            cwd=PROJECT,
            stderr=log,
        )
        try:
            yield door.getsockname()[1]
        finally:
            process.terminate()
            process.wait(LONG)


def send_raw_request(port, *lines):
    """Return the answer to a request that no browser sends."""
    with socket.create_connection(("127.0.0.1", port), LONG) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return line.makefile().read()


def test_of_a_request_that_cannot_be_read_the_log_tells_the_kind_and_nothing_of_the_visitor(
    tmp_path,
):
    log = tmp_path / "log"
    with log.open("w") as file, run_workers(tmp_path, file) as port:
        answers = [
            send_raw_request(port, "GET /?q=13800138765 HTTP/1.1", "Cookie sessionid=of-somebody"),
            send_raw_request(port, "GET / HTTP/1.1", "of somebody: yes"),
            send_raw_request(port, "GET / of-somebody HTTP/1.1"),
        ]
    assert all(" 400 " in answer for answer in answers)
    text = log.read_text()
    assert "InvalidHeader" in text and "InvalidHeaderName" in text
    for words in ("127.0.0.1 ", "ip=127", "of-somebody", "of somebody", "13800138765"):
        assert words not in text.replace("http://127.0.0.1", ""), words


@pytest.mark.parametrize(
    ("proxy", "length", "left"),
    [
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.1"}, "200000", 0),
        ({}, "200000", 200_000),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.1"}, str(MAX_UNREAD_BYTES + 1), 200_000),
    ],
)
def test_what_a_page_leaves_unread_of_a_form_is_taken_from_the_proxy(proxy, length, left):
    body = io.BytesIO(b"x" * 200_000)
    answer = read_unread_bodies(lambda *_asked: [b"no"])
    assert answer({"CONTENT_LENGTH": length, "wsgi.input": body, **proxy}, None) == [b"no"]
    assert len(body.read()) == left


def test_a_busy_worker_leaves_connections_to_the_one_that_is_free(tmp_path):
    begun, release = tmp_path / "begun", tmp_path / "release"
    with run_workers(tmp_path) as port, ThreadPoolExecutor(13) as pool:
        try:
            slow = pool.submit(get_http_response, port, "/slow")
            until = time.monotonic() + LONG
            while not begun.exists() and time.monotonic() < until:
                time.sleep(0.02)
            quick = pool.map(
                lambda _number: get_http_response(port, "/").text, range(12), timeout=LONG
            )
            free = set(quick)
        finally:
            release.touch()
        assert len(free) == 1 and slow.result(LONG).text not in free
        while get_http_response(port, "/").text in free:
            assert time.monotonic() < until + LONG, "the first one never takes connections again"


def test_garbage_is_collected_between_answers_and_what_stays_is_looked_at_once(tmp_path):
    with run_workers(tmp_path, number=1) as port:

        def read_collections():
            collections, frozen, interval = get_http_response(port, "/garbage").text.split()
            assert float(interval) == SWITCH_INTERVAL
            return int(collections), int(frozen)

        before, frozen_before = read_collections()
        for _number in range(REQUESTS_UNTIL_COLLECTED):
            get_http_response(port, "/")
        after, frozen = read_collections()
        assert after > before and frozen > frozen_before + 10_000
        for _number in range(REQUESTS_UNTIL_COLLECTED):
            get_http_response(port, "/")
        again, frozen_still = read_collections()
        assert after < again <= after + 2 and frozen_still <= frozen
