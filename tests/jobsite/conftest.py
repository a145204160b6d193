import pytest
from django.db import transaction

from cities.directory.regions import get_region_by_slug
from tests import listing_rows
from tests.conftest import publisher, tea_shop


@pytest.fixture
def stock(publish, place):
    return listing_rows.make(publish, place)


@pytest.fixture(scope="module")
def stock_of_the_module(django_db_setup, django_db_blocker):
    """Once for the whole module, gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield listing_rows.make(publisher(tea_shop()), get_region_by_slug)
        transaction.set_rollback(True)
