"""The network a request came from; for rate limits only, never stored."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def get_visitor_network(request: HttpRequest) -> str:
    """Return an IPv4 address or the /64 of an IPv6 one; an empty text if it is unknown."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # it appends the client's address; what is before can be forged
        text = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] or text
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return ""
    if address.version == 6:
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)
