"""The network a request came from: for limits and keyed hashes, and for the records of sign-ins."""

import ipaddress
import logging
import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)
# Some proxies add the port: 203.0.113.9:1234, [2001:db8::1]:1234.
_WITH_PORT = re.compile(r"(?:\[([^\]]+)\]|([0-9.]+))(?::\d{1,5})?")


def get_visitor_network(request: HttpRequest) -> str:
    """Return an IPv4 address or the /64 of an IPv6 one; an empty text if it is unknown.

    Visitors whose network is unknown share one limit, which the log tells of.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # it appends the client's address; what is before can be forged
        text = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if not text:
            _report_shared_limits("the proxy sends no X-Forwarded-For")
            text = request.META.get("REMOTE_ADDR", "")
    parts = _WITH_PORT.fullmatch(text.strip())
    try:
        address = ipaddress.ip_address((parts[1] or parts[2]) if parts else text.strip())
    except ValueError:
        _report_shared_limits("requests come without an address; is BEHIND_PROXY set?")
        return ""
    if address.version == 6:
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


def widen_network(network: str) -> str:
    """Return the range that one subscriber can easily have many networks of: the /24 of an IPv4
    address, the /48 of an IPv6 network; an empty text if the network is unknown."""
    if not network:
        return ""
    narrow = ipaddress.ip_network(network)
    return str(narrow.supernet(new_prefix=24 if narrow.version == 4 else 48))


@cache
def _report_shared_limits(why: str) -> None:
    """Once in each process."""
    logger.error("Visitors share one limit: %s", why)
