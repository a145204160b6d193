"""Whom the fetcher trusts over TLS."""

import ssl

import pytest
import trustme

from sitekit.fetching import public_hosts
from sitekit.fetching.public_hosts import AddressRefused
from tests.loopback import Site
from tests.sitekit.fetched_hosts import HOST, fetcher


@pytest.fixture
def tls(loopback_counts_as_public, monkeypatch):
    """A server with a certificate for HOST, and the authority that signed it."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    site = Site(context)
    monkeypatch.setattr(public_hosts, "PORTS", {80, 443, site.port})
    yield site, authority
    site.close()


def trust(authority, monkeypatch):
    real = ssl.create_default_context

    def trusting():
        context = real()
        authority.configure_trust(context)
        return context

    monkeypatch.setattr(ssl, "create_default_context", trusting)


def test_a_certificate_for_the_host_is_accepted(tls, monkeypatch):
    site, authority = tls
    trust(authority, monkeypatch)
    assert fetcher().page(f"https://{HOST}:{site.says('/').port}/").body


def test_a_certificate_for_another_host_is_refused(tls, monkeypatch):
    site, authority = tls
    trust(authority, monkeypatch)
    with pytest.raises(AddressRefused, match="证书"):
        fetcher().page(f"https://other.example.cn:{site.says('/').port}/")
    assert site.asked == []


def test_a_certificate_nobody_vouches_for_is_refused(tls):
    site, _ = tls
    with pytest.raises(AddressRefused, match="证书"):
        fetcher().page(f"https://{HOST}:{site.says('/').port}/")
    assert site.asked == []


def test_from_an_encrypted_page_no_redirect_leads_to_an_open_one(tls, monkeypatch):
    site, authority = tls
    trust(authority, monkeypatch)
    site.says("/", status=302, Location=f"http://{HOST}/")
    with pytest.raises(AddressRefused, match="不加密"):
        fetcher().page(f"https://{HOST}:{site.port}/")
