"""Whatever number stands in an address, whoever asks and however: an answer in our words."""

from itertools import product

import pytest

from tests.access import GET, POST
from tests.addresses import FORMS, PAGES
from tests.daily_tests import mark_each
from tests.databases import taken_back

pytestmark = pytest.mark.django_db

NUMBERS = ("0", "-1", "1" + "0" * 30, "9" * 5000, "１", "1e3", "%00", "1%00")
# Who asks for it, and how.
WAYS = [*product(("visitor", "employer", "admin"), ("get", "post"))]


def list_numbered_routes():
    """{route: (what stands before the number in its address, what stands after)}"""
    routes = {route: asks[0].address for route, asks in (GET | POST).items() if "<int:pk>" in route}
    routes |= {route: group[0] for route, group in (FORMS | PAGES).items() if "<int:pk>" in route}
    for route, address in routes.items():
        start, _, end = address.partition("{")
        if not end:
            start, _, end = address.partition("999999999")
        yield route, (start, end.partition("}")[2] or end)


NUMBERED = dict(list_numbered_routes())


def wrong_answers(clients, address, ways):
    for role, method in ways:
        with taken_back():
            status = getattr(clients[role], method)(address).status_code
        if status not in {302, 400, 403, 404, 405}:
            yield f"{role} {method}", status


@pytest.mark.parametrize("route", mark_each(6, NUMBERED))
def test_no_number_in_an_address_breaks_anything(cast, route):
    """Nobody has a thing of that number: it is not there, whoever asks and however."""
    clients, values = cast
    start, end = NUMBERED[route]
    wrong, first = {}, [*NUMBERED].index(route)
    # Every second number by one of them; at the next route the other numbers, each by another one.
    for place, number in [*enumerate(NUMBERS, first)][first % 2 :: 2]:
        address = f"{start}{number}{end}".format(**values)
        way = [WAYS[place % len(WAYS)]]
        wrong |= {f"{who} {number[:9]}": s for who, s in wrong_answers(clients, address, way)}
    assert wrong == {}


@pytest.mark.full
@pytest.mark.parametrize("route", NUMBERED)
def test_no_number_in_an_address_breaks_anything_by_anybody(cast, route):
    clients, values = cast
    start, end = NUMBERED[route]
    wrong = {}
    for number in NUMBERS:
        address = f"{start}{number}{end}".format(**values)
        wrong |= {f"{who} {number[:9]}": s for who, s in wrong_answers(clients, address, WAYS)}
    assert wrong == {}
