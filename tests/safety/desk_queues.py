"""The queues of reports and appeals, as a moderator who is signed in uses them."""

import re

from listings.publication.transitions import move_listing

REPORTS, APPEALS = "/admin/desk/reports/", "/admin/desk/appeals/"


def read_body(response):
    assert response.status_code == 200
    return response.content.decode()


def in_order(page):
    """The numbers of the cases that the rows of a queue lead to."""
    return [int(n) for n in re.findall(r'<h2><a href="/admin/desk/\w+/(\d+)/">', page)]


def post_case_decision(client, row, action, queue=REPORTS, **more):
    client.post(f"{queue}{row.pk}/take/")
    data = {"action": action, "reason": "看过聊天记录，属实", **more}
    return client.post(f"{queue}{row.pk}/decide/", data)


def reload_row(row):
    return type(row).objects.get(pk=row.pk)


def move_listing_to_held(listing, by):
    move_listing(listing.pk, "held", by, "有人反映要押金")
    return reload_row(listing)
