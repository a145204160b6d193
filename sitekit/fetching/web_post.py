"""Send a few bytes to an address that somebody else named, never to this machine or its network.

As in `web_fetch`, the host name is looked up once and the connection goes to one of the IP addresses that were
checked. No redirect is followed, and only the status of the answer is read.
"""

import http.client
import time
from collections.abc import Callable, Mapping
from typing import Any

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

READ, TOTAL = 5, 10  # seconds
MAX_ANSWER_BYTES = 16 * 1024  # status line and headers; the body is not read


def parse_post_url(url: str) -> Address:
    """Return the parts of an address that may be posted to; raises AddressRefused. Does no look-up."""
    address = parse_public_url(url)
    if not address.is_tls:
        raise AddressRefused("要用 https:// 开头的地址。")
    return address


def post_json(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Callable[[str], list[str]] = resolve_host,
) -> int:
    """Return the HTTP status of the answer. Raises AddressRefused if the address is not allowed or does not answer."""
    deadline = time.monotonic() + TOTAL
    address = parse_post_url(url)
    ips = resolve_public_ips(address, resolve)
    with explain_connection_errors(), open_connection(address, ips, deadline) as sock:
        sock.settimeout(limit_timeout(deadline, READ))
        sock.sendall(_build_request(address, body, headers))
        stream: Any = DeadlineStream(sock, deadline, READ, MAX_ANSWER_BYTES)
        with http.client.HTTPResponse(stream, method="POST") as response:
            response.begin()
            return response.status


def _build_request(address: Address, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = (
        f"POST {address.target} HTTP/1.1",
        f"Host: {address.origin.partition('://')[2]}",
        f"User-Agent: {settings.FETCH_USER_AGENT}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body
