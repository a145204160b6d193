"""Posting to a real server over TLS; names are resolved by the tests."""

import socket

import pytest

from sitekit.fetching import web_post
from sitekit.fetching.public_hosts import AddressRefused
from sitekit.fetching.web_post import post_json
from tests.loopback import start_tls_site, trust_authority
from tests.sitekit.fetched_hosts import HOST, to_loopback
from tests.sitekit.fetching.test_fetching import INSIDE

BODY = b'{"type":"test"}'


@pytest.fixture
def site(monkeypatch):
    site, authority = start_tls_site(monkeypatch, HOST)
    trust_authority(authority, monkeypatch)
    yield site
    site.close()


def post_webhook_body(site, path="/hook", host=HOST, **headers):
    return post_json(f"https://{host}:{site.port}{path}", BODY, headers, resolve=to_loopback)


@pytest.mark.parametrize("status", [200, 204, 410, 500])
def test_the_body_arrives_and_the_status_comes_back(site, status, settings):
    site.says("/hook", b"x" * 100_000, status)
    assert post_webhook_body(site, **{"Webhook-Id": "one"}) == status
    assert site.bodies == [BODY] and site.headers["Webhook-Id"] == "one"
    assert site.headers["User-Agent"] == settings.FETCH_USER_AGENT
    assert site.headers["Host"] == f"{HOST}:{site.port}" and "Cookie" not in site.headers


def test_no_redirect_is_followed(site):
    site.says("/hook", status=307, Location=f"https://{HOST}:{site.port}/other")
    assert post_webhook_body(site) == 307 and site.asked == ["/hook"]


def test_the_proxy_of_the_environment_is_not_used(site, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post_webhook_body(site.says("/hook")) == 200


def test_a_certificate_for_another_host_is_refused(site):
    with pytest.raises(AddressRefused, match="证书"):
        post_webhook_body(site.says("/hook"), host="other.example.cn")
    assert site.bodies == []


def test_the_name_is_looked_up_once_and_the_checked_address_is_connected_to(site, monkeypatch):
    """Whoever answers a second look-up with an inner address is never asked for it."""
    connected, asked = [], []
    real = socket.create_connection

    def note(address, *args, **kwargs):
        connected.append(address[0])
        return real(address, *args, **kwargs)

    def resolve(host):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    monkeypatch.setattr(socket, "create_connection", note)
    site.says("/hook")
    url = f"https://{HOST}:{site.port}/hook"
    assert post_json(url, BODY, {}, resolve=resolve) == 200
    assert connected == ["127.0.0.1"] and asked == [HOST]


@pytest.fixture
def no_connection(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError(f"a connection was opened: {args}")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("ips", [*([ip] for ip in INSIDE), ["93.184.216.34", "10.0.0.1"], []])
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(ips, no_connection):
    with pytest.raises(AddressRefused, match=r"内网|找不到"):
        post_json(f"https://{HOST}/", BODY, {}, resolve=lambda _: ips)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/", "https://hooks.example.cn:8443/", "https://a:b@example.cn/",
        "https://localhost/", "https://db.internal/", "https://0x7f.1/", "https://2130706433/",
        "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://169.254.169.254/",
        "https://example.cn/\r\nHost: x", "https://１２７.０.０.１/", "gopher://example.cn/",
    ],
)  # fmt: skip
def test_an_address_that_is_a_trick_is_refused_unasked(url, no_connection):
    with pytest.raises(AddressRefused):
        post_json(url, BODY, {}, resolve=to_loopback)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "太慢"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "太慢"),
        (b"HTTP/1.1 200 OK\r\n" + (b"A: %s\r\n" % (b"b" * 1_000)) * 50 + b"\r\n", "好好回答"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, "好好回答"),
    ],
)
def test_who_never_comes_to_an_end_is_left(monkeypatch, answer, reason):
    """By time, or by the size of what comes before the body."""
    here, there = socket.socketpair()
    there.sendall(answer)
    monkeypatch.setattr(web_post, "open_connection", lambda *_: here)
    monkeypatch.setattr(web_post, "TOTAL", 0.3)
    monkeypatch.setattr(web_post, "READ", 0.1)
    with pytest.raises(AddressRefused, match=reason):
        post_json("https://93.184.216.34/", BODY, {})
    there.close()
