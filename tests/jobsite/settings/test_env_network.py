"""Hosts, regions and addresses to listen at, as they are written in the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobsite.env_network import read_env_hosts, read_env_regions
from sitekit.telemetry.listening_address import parse_listening_address


@pytest.mark.parametrize(
    "value", ["example.com,.example.org", "localhost,127.0.0.1,[::1]", "my_host", "*", ""]
)
def test_hosts_are_read(monkeypatch, value):
    monkeypatch.setenv("THING", value)
    assert read_env_hosts("THING", "a.example") == (value or "a.example").split(",")


@pytest.mark.parametrize(
    "value", ["https://example.com", "example.com/", "example.com:443", "a.example b.example"]
)
def test_a_host_that_no_request_could_have_is_named(monkeypatch, value):
    monkeypatch.setenv("THING", f"a.example,{value}")
    with pytest.raises(ImproperlyConfigured, match=r"THING: .* is no name of a host"):
        read_env_hosts("THING", "")


def test_regions_are_two_letters(monkeypatch):
    monkeypatch.setenv("THING", "CN, HK")
    assert read_env_regions("THING", "CN") == ["CN", "HK"]
    for wrong in ("cn", "China", "86", "CN HK", ","):
        monkeypatch.setenv("THING", wrong)
        with pytest.raises(ImproperlyConfigured, match="THING"):
            read_env_regions("THING", "CN")


def test_where_to_listen_is_said_in_full():
    assert parse_listening_address("127.0.0.1:8001") == ("127.0.0.1", 8001)
    for wrong in ("8001", ":8001", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"):
        with pytest.raises(ValueError, match="host:port"):
            parse_listening_address(wrong)
