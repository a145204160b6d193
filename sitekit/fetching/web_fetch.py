"""Fetch a page or a picture from another site, never from this machine or its network.

How it connects stands in `connections.py`.
"""

import http.client
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from django.conf import settings

from sitekit.fetching.connections import (
    DeadlineStream,
    explain_connection_errors,
    limit_timeout,
    open_connection,
)
from sitekit.fetching.public_hosts import (
    Address,
    AddressRefused,
    parse_public_url,
    resolve_host,
    resolve_public_ips,
)

__all__ = ["AddressRefused", "FetchedPage", "Fetcher"]

PAGES = {
    *("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml"),
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
}
FEEDS = PAGES | {"application/json", "application/ld+json", "application/feed+json", "text/json"}
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp"}
MAX_PAGE = 5 * 1024 * 1024
MAX_PICTURE = 15 * 1024 * 1024
MAX_ROBOTS = 512 * 1024
MAX_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
READ, TOTAL = 10, 30  # seconds
PAUSE, MAX_PAUSE = 1, 10  # seconds between two requests to one host
_CHARSET = re.compile(r"[a-z0-9._:-]{1,40}")


@dataclass(frozen=True)
class FetchedPage:
    url: str
    content_type: str
    body: bytes
    charset: str = ""


@dataclass
class _Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Fetcher:
    """Keeps the pauses between requests and the robots.txt of each host, for all its requests."""

    def __init__(
        self,
        *,
        resolve: Callable[[str], list[str]] = resolve_host,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._resolve, self._sleep = resolve, sleep
        self._robots: dict[str, RobotFileParser | AddressRefused] = {}
        self._last: dict[str, float] = {}

    def page(self, url: str) -> FetchedPage:
        return self._fetch(url, PAGES, MAX_PAGE)

    def feed(self, url: str) -> FetchedPage:
        return self._fetch(url, FEEDS, MAX_PAGE)

    def picture(self, url: str) -> FetchedPage:
        return self._fetch(url, PICTURES, MAX_PICTURE)

    def _fetch(self, url: str, types: set[str], limit: int) -> FetchedPage:
        deadline = time.monotonic() + TOTAL
        address, answer = self._follow(url, limit, deadline, heed_robots=True)
        if answer.status != 200:
            raise AddressRefused(f"对方回答 {answer.status}。")
        kind, charset = _read_content_type(answer.headers)
        if kind not in types:
            raise AddressRefused(f"内容类型不收（{kind[:40] or '未注明'}）。")
        return FetchedPage(str(address), kind, answer.body, charset if kind in FEEDS else "")

    def _follow(
        self, url: str, limit: int, deadline: float, *, heed_robots: bool
    ) -> tuple[Address, _Answer]:
        """Return the address and answer after at most three redirects; each new address is checked like the first."""
        address = parse_public_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            ips = resolve_public_ips(address, self._resolve)
            if heed_robots:
                rules = self._heed_robots(address, deadline)
                deadline += self._pause(address, rules)
            answer = _fetch_without_redirects(address, ips, limit, deadline)
            self._last[address.host] = time.monotonic()
            if answer.status not in REDIRECTS:
                return address, answer
            target = parse_public_url(_get_redirect_url(address, answer))
            if address.is_tls and not target.is_tls:
                raise AddressRefused("被转到不加密的地址，不取。")
            address = target
        raise AddressRefused(f"转了 {MAX_REDIRECTS} 次还没到。")

    def _heed_robots(self, address: Address, deadline: float) -> RobotFileParser:
        if address.origin not in self._robots:
            try:
                self._robots[address.origin] = self._read_robots(address, deadline)
            except AddressRefused as refusal:
                self._robots[address.origin] = AddressRefused(f"读不到对方的 robots.txt：{refusal}")
        rules = self._robots[address.origin]
        if isinstance(rules, AddressRefused):
            raise AddressRefused(str(rules))
        if not rules.can_fetch(_get_robot_name(), str(address)):
            raise AddressRefused("对方的 robots.txt 不让取。")
        return rules

    def _read_robots(self, address: Address, deadline: float) -> RobotFileParser:
        """Return the rules of a host; without the file (4xx) everything is allowed. Raises AddressRefused if the host
        gives no answer, or rules that cannot be parsed."""
        rules = RobotFileParser()
        robots = f"{address.origin}/robots.txt"
        _, answer = self._follow(robots, MAX_ROBOTS, deadline, heed_robots=False)
        if answer.status == 200:
            lines = answer.body.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
            try:
                rules.parse(lines)
            except ValueError:  # a number or an address in it is malformed
                raise AddressRefused("里面写的读不懂。") from None
        elif 400 <= answer.status < 500:
            rules.parse([])
        else:
            raise AddressRefused(f"对方回答 {answer.status}。")
        return rules

    def _pause(self, address: Address, rules: RobotFileParser) -> float:
        """Wait for the pause between two requests to a host; return the seconds waited."""
        if address.host not in self._last:
            return 0
        crawl_delay = int(rules.crawl_delay(_get_robot_name()) or 0)
        pause = max(PAUSE, min(crawl_delay, MAX_PAUSE))
        seconds = max(0, self._last[address.host] + pause - time.monotonic())
        self._sleep(seconds)
        return seconds


def _get_robot_name() -> str:
    return re.split(r"[/ ]", settings.FETCH_USER_AGENT, maxsplit=1)[0]


def _read_content_type(headers: http.client.HTTPMessage) -> tuple[str, str]:
    """Return type and charset, each empty if the header does not say it."""
    if "content-type" not in headers:
        return "", ""
    with explain_connection_errors():  # the parser fails at some malformed headers
        charset = headers.get_content_charset() or ""
        return headers.get_content_type(), charset if _CHARSET.fullmatch(charset) else ""


def _get_redirect_url(address: Address, answer: _Answer) -> str:
    location = answer.headers.get("location", "")
    try:
        # Header bytes are decoded as Latin-1; unquoted Chinese in an address is UTF-8.
        location = location.encode("latin-1").decode("utf-8")
        return urljoin(str(address), location.strip())
    except (UnicodeError, ValueError):
        raise AddressRefused("转去的地址写得不对。") from None


def _fetch_without_redirects(
    address: Address, ips: list[str], limit: int, deadline: float
) -> _Answer:
    with explain_connection_errors(), open_connection(address, ips, deadline) as sock:
        sock.settimeout(limit_timeout(deadline, READ))
        sock.sendall(_build_request(address))
        stream: Any = DeadlineStream(sock, deadline, READ)
        with http.client.HTTPResponse(stream, method="GET") as response:
            response.begin()
            body = b"" if response.status in REDIRECTS else _read_body(response, limit)
            return _Answer(response.status, response.headers, body)


def _build_request(address: Address) -> bytes:
    host = address.origin.partition("://")[2]
    lines = (
        f"GET {address.target} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {settings.FETCH_USER_AGENT}",
        "Accept: text/html, application/xhtml+xml, application/xml, application/json, image/*, */*;q=0.1",
        "Accept-Language: zh-CN, zh",
        "Accept-Encoding: gzip",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _read_body(response: http.client.HTTPResponse, limit: int) -> bytes:
    """Return the unpacked body. Raises AddressRefused over `limit` bytes, packed or unpacked, and if it is
    incomplete."""
    too_long = AddressRefused(f"内容超过 {limit / 1024 / 1024:g} MB。")
    if (response.length or 0) > limit:
        raise too_long
    raw = bytearray()
    while part := response.read(min(65536, limit + 1 - len(raw))):
        raw += part
        if len(raw) > limit:
            raise too_long
    if response.length:
        raise AddressRefused("对方没有发完。")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity" or not raw:
        return bytes(raw)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise AddressRefused(f"压缩方式不收（{encoding[:20]}）。")
    unpacker = zlib.decompressobj(47)
    try:
        body = unpacker.decompress(bytes(raw), limit + 1)
    except zlib.error:
        raise AddressRefused("压缩的内容坏了。") from None
    if len(body) > limit:
        raise too_long
    if not unpacker.eof:
        raise AddressRefused("压缩的内容不完整。")
    return body
