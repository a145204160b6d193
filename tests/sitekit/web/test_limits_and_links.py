import os
import runpy
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import signing
from django.test import RequestFactory

from sitekit.models import Tally
from sitekit.web import rate_limits, visitor_network
from sitekit.web.rate_limits import (
    count_attempt,
    give_attempt_back,
    has_attempts_left,
    is_noted,
    note_once,
    purge_attempts,
)
from sitekit.web.signed_links import LinkUnusable, read_signed_link, sign_link
from sitekit.web.visitor_network import get_visitor_network, widen_network
from tests.clock import advance_clock

HOUR = timedelta(hours=1)
PROJECT, CONFIG = settings.BASE_DIR, "deploy/gunicorn.conf.py"


@pytest.mark.django_db
def test_so_many_times_in_a_stretch_and_then_anew(monkeypatch):
    assert [count_attempt("knock", "a", 2, HOUR) for _ in range(3)] == [True, True, False]
    assert count_attempt("knock", "b", 2, HOUR)
    assert count_attempt("ring", "a", 2, HOUR)
    advance_clock(monkeypatch, HOUR)
    assert count_attempt("knock", "a", 2, HOUR)


@pytest.mark.django_db
def test_asking_what_is_left_counts_nothing():
    for is_left in (True, True, False):
        assert [has_attempts_left("knock", "a", 2, HOUR) for _ in range(3)] == [is_left] * 3
        count_attempt("knock", "a", 2, HOUR)


@pytest.mark.django_db
def test_an_attempt_that_was_none_is_given_back_and_no_more_than_that():
    assert [count_attempt("knock", "a", 2, HOUR) for _ in range(2)] == [True, True]
    give_attempt_back("knock", "a", HOUR)
    give_attempt_back("ring", "a", HOUR)
    assert [count_attempt("knock", "a", 2, HOUR) for _ in range(2)] == [True, False]
    for _ in range(9):
        give_attempt_back("knock", "c", HOUR)
    assert [count_attempt("knock", "c", 1, HOUR) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_what_is_noted_stays_so_whichever_period_begins(monkeypatch):
    assert not is_noted("answered", "a")
    assert [note_once("answered", "a", HOUR) for _ in range(2)] == [True, False]
    assert is_noted("answered", "a") and not is_noted("answered", "b")
    begun = rate_limits.PERIODS_BEGIN - HOUR.total_seconds()
    monkeypatch.setattr(rate_limits, "PERIODS_BEGIN", begun)
    assert is_noted("answered", "a") and not note_once("answered", "a", HOUR)
    advance_clock(monkeypatch, HOUR)
    purge_attempts()
    assert note_once("answered", "a", HOUR)


@pytest.mark.django_db
def test_what_is_over_is_forgotten(monkeypatch):
    count_attempt("knock", "a", 2, HOUR)
    purge_attempts()
    assert Tally.objects.count() == 1
    advance_clock(monkeypatch, HOUR)
    purge_attempts()
    assert Tally.objects.count() == 0


def test_a_link_is_read_for_its_purpose_while_it_holds(monkeypatch):
    token = sign_link("open", 7)
    assert read_signed_link("open", token, HOUR) == 7
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 3700)
    with pytest.raises(LinkUnusable):
        read_signed_link("open", token, HOUR)


@pytest.mark.parametrize(
    "token",
    [
        "", "x", "a:b:c", "🐟",
        pytest.param(signing.dumps("7", salt="sitekit.signed.open"), id="text instead of a number"),
    ],
)  # fmt: skip
def test_what_we_did_not_sign_for_this_is_unusable(token):
    for wrong in (token, sign_link("close", 7), sign_link("open", 7)[:-1]):
        with pytest.raises(LinkUnusable):
            read_signed_link("open", wrong, HOUR)


@pytest.mark.parametrize(
    ("behind_proxy", "remote", "forwarded", "network"),
    [
        (False, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (True, "127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        (True, "", "198.51.100.1", "198.51.100.1"),
        (True, "203.0.113.9", "", "203.0.113.9"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "::ffff:203.0.113.9", "", "203.0.113.9"),
        (False, "", "", ""),
        (True, "", "nonsense", ""),
        (True, "127.0.0.1", "203.0.113.9:52113", "203.0.113.9"),
        (True, "127.0.0.1", "[2001:db8:1:2:3::9]:443", "2001:db8:1:2::/64"),
        (True, "127.0.0.1", "10.9.9.9,", "127.0.0.1"),
        (True, "127.0.0.1", "198.51.100.1, unknown", ""),
    ],
)
def test_the_network_is_told_by_whom_one_can_trust(
    settings, behind_proxy, remote, forwarded, network
):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert get_visitor_network(request) == network


@pytest.mark.parametrize(("behind_proxy", "remote"), [(False, ""), (True, "127.0.0.1")])
def test_that_all_share_one_limit_is_told_once(settings, caplog, behind_proxy, remote):
    settings.BEHIND_PROXY = behind_proxy
    visitor_network._report_shared_limits.cache_clear()
    request = RequestFactory().get("/", REMOTE_ADDR=remote)
    get_visitor_network(request), get_visitor_network(request)
    (record,) = caplog.records
    assert record.levelname == "ERROR" and "share one limit" in record.getMessage()


@pytest.mark.full
def test_on_a_unix_socket_nothing_starts_without_a_proxy(tmp_path):
    command = [sys.executable, "-m", "gunicorn", "jobsite.wsgi", "--config", CONFIG]
    done = subprocess.run(
        [*command, "--bind", f"unix:{tmp_path}/s"],
        cwd=PROJECT,
        env=os.environ | {"BEHIND_PROXY": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0 and "BEHIND_PROXY is not set" in done.stderr


@pytest.mark.parametrize(
    ("behind_proxy", "listener"), [("1", "unix:/run/jobsite.sock"), ("", "http://0.0.0.0:8000")]
)
def test_with_a_proxy_or_on_a_port_it_starts(monkeypatch, behind_proxy, listener):
    monkeypatch.setenv("BEHIND_PROXY", behind_proxy)
    when_ready = runpy.run_path(str(PROJECT / CONFIG))["when_ready"]
    assert when_ready(SimpleNamespace(LISTENERS=[listener])) is None


@pytest.mark.parametrize(
    ("network", "network_range"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_a_range_is_what_one_subscriber_has_many_networks_of(network, network_range):
    assert widen_network(network) == network_range
