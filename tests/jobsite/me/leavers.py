"""Fixtures: somebody who did everything one can do here, and who acts for the employer."""

import pytest

from accounts.models import User
from tests.conftest import build_listing_publisher, tea_shop
from tests.jobsite import leaving
from tests.people import make_person


@pytest.fixture(scope="module")
def leaver(module_rows):
    """(who leaves, who acts for the employer): their numbers"""
    shop, boss = tea_shop(), make_person("owner")
    shop.memberships.create(user=boss, role="owner")
    return leaving.make_leaving_seeker(build_listing_publisher(shop), boss).pk, boss.pk


@pytest.fixture
def seeker(leaver):
    return User.objects.get(pk=leaver[0])


@pytest.fixture
def owner(leaver):
    return User.objects.get(pk=leaver[1])
