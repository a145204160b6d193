"""The cache of all machines, against Valkey itself: what is kept, counted, and lost with it."""

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.cache import cache

from jobsite.env import read_env_cache
from sitekit.models import Tally
from sitekit.web.rate_limits import count_attempt, give_attempt_back, has_attempts_left

pytestmark = pytest.mark.full
DAY = timedelta(days=1)


@pytest.fixture
def valkey(tmp_path, settings, monkeypatch):
    pytest.importorskip("redis")
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("Valkey is not installed")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{port}/0")
        settings.CACHES = {"default": read_env_cache("CACHE_URL")}
        yield process
        cache.close()
    finally:
        process.kill()
        process.wait()


def wait_for_port(port):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("Valkey did not start")


@pytest.mark.django_db
def test_limits_are_counted_in_it_and_without_it_in_the_database(valkey):
    assert [count_attempt("mail", "a", 2, DAY) for _ in "123"] == [True, True, False]
    assert not has_attempts_left("mail", "a", 2, DAY) and has_attempts_left("mail", "b", 2, DAY)
    assert not Tally.objects.exists()
    cache.set("figures", {"month": 7}, 60)
    assert cache.get("figures") == {"month": 7}
    valkey.kill()
    valkey.wait()
    cache.set("figures", {"month": 8}, 60)
    assert cache.get("figures", "none") == "none"
    assert [count_attempt("mail", "a", 2, DAY) for _ in "123"] == [True, True, False]
    assert not has_attempts_left("mail", "a", 2, DAY)


@pytest.mark.django_db
def test_an_attempt_is_given_back_where_it_was_counted(valkey):
    give_attempt_back("password", "a", DAY)  # nothing is counted yet, and nothing less than that
    assert [count_attempt("password", "a", 2, DAY) for _ in "123"] == [True, True, False]
    give_attempt_back("password", "a", DAY)
    give_attempt_back("password", "a", DAY)
    assert count_attempt("password", "a", 2, DAY) and not count_attempt("password", "a", 2, DAY)
    valkey.kill()
    valkey.wait()
    assert count_attempt("password", "a", 1, DAY)
    give_attempt_back("password", "a", DAY)
    assert count_attempt("password", "a", 1, DAY) and not count_attempt("password", "a", 1, DAY)
