"""Which network a request came from; for limits only, and never written down."""

import ipaddress

from django.conf import settings


def get_visitor_network(request):
    """An IPv4 address or the /64 of an IPv6 one; empty where nothing tells it."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:  # which appends whom it spoke to; what is before that is hearsay
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] or said
    try:
        address = ipaddress.ip_address(said.strip())
    except ValueError:
        return ""
    if address.version == 6:
        address = address.ipv4_mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64))
    return str(address)
