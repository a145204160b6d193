"""How tests report, as somebody in a browser of one's own at an address of one's own."""

import itertools

from django.test import Client

from safety.models import Report

_addresses = itertools.count(1)


def make_browser(address="", **defaults):
    """Another person: with cookies and a network of their own, in a range of its own."""
    count = next(_addresses)
    own_address = f"198.{18 + count // 250 % 200}.{count % 250}.1"
    return Client(REMOTE_ADDR=address or own_address, **defaults)


def post_report_form(client, listing, reason="asked_fee", kind="listing", **more):
    """Open the form as a browser does, and send it."""
    address = f"/report/{kind}/{listing.pk}/"
    client.get(address)
    return client.post(address, {"reason": reason, "words": "", "email": "", **more})


def the_one():
    return Report.objects.get()
