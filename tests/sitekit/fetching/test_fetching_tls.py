"""Whom the fetcher trusts over TLS."""

import pytest

from sitekit.fetching.public_hosts import AddressRefused
from tests.loopback import start_tls_site, trust_authority
from tests.sitekit.fetched_hosts import HOST, build_fetcher


@pytest.fixture
def tls(monkeypatch):
    """A server with a certificate for HOST, and the authority that signed it."""
    site, authority = start_tls_site(monkeypatch, HOST)
    yield site, authority
    site.close()


def test_a_certificate_for_the_host_is_accepted(tls, monkeypatch):
    site, authority = tls
    trust_authority(authority, monkeypatch)
    assert build_fetcher().page(f"https://{HOST}:{site.says('/').port}/").body


def test_a_certificate_for_another_host_is_refused(tls, monkeypatch):
    site, authority = tls
    trust_authority(authority, monkeypatch)
    with pytest.raises(AddressRefused, match="证书"):
        build_fetcher().page(f"https://other.example.cn:{site.says('/').port}/")
    assert site.asked == []


def test_a_certificate_nobody_vouches_for_is_refused(tls):
    site, _ = tls
    with pytest.raises(AddressRefused, match="证书"):
        build_fetcher().page(f"https://{HOST}:{site.says('/').port}/")
    assert site.asked == []


def test_from_an_encrypted_page_no_redirect_leads_to_an_open_one(tls, monkeypatch):
    site, authority = tls
    trust_authority(authority, monkeypatch)
    site.says("/", status=302, Location=f"http://{HOST}/")
    with pytest.raises(AddressRefused, match="不加密"):
        build_fetcher().page(f"https://{HOST}:{site.port}/")
