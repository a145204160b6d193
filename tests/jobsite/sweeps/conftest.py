"""People with everything they can have, signed in, for the sweeps over all addresses."""

import pytest
from django.test import Client

from cities.directory.regions import get_region_by_slug
from tests import world
from tests.conftest import build_listing_publisher, tea_shop
from tests.databases import shared_rows
from tests.hostile_requests import ROLES
from tests.people import sign_in
from tests.safety.desks import hash_state, make_pending_listing


class KeptClient(Client):
    """Keeps the cookies it has, whatever an answer says: nobody is signed out by what is tried."""

    def request(self, **asked):
        cookies = dict(self.cookies)
        answer = super().request(**asked)
        self.cookies.clear()
        self.cookies.update(cookies)
        return answer


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with shared_rows(django_db_blocker):
        shop = tea_shop()
        people, values = world.make_site_data(
            build_listing_publisher(shop), get_region_by_slug, shop
        )
        values["case"] = format_case(make_pending_listing(shop, title="等着审的"))
        clients = {role: KeptClient() for role in ROLES}
        for role, person in people.items():
            if person:
                sign_in(clients[role], person)
        yield clients, values


def format_case(listing):
    return f"{listing.pk}:{hash_state(listing)}"
