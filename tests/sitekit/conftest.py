import pytest

from sitekit.fetching import public_hosts


@pytest.fixture
def loopback_counts_as_public(monkeypatch):
    monkeypatch.setattr(public_hosts, "is_public", lambda ip: ip == "127.0.0.1")
