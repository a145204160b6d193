import pytest

from cities.directory.regions import get_region_by_slug
from jobsite import kept_pages  # noqa: F401 - it says which places enclose another
from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.listener import LISTENER
from tests import listing_rows
from tests.conftest import publisher, tea_shop
from tests.databases import shared_rows
from tests.jobsite.workers import wait_for


@pytest.fixture
def stock(publish, place):
    return listing_rows.make(publish, place)


@pytest.fixture(scope="module")
def stock_of_the_module(django_db_setup, django_db_blocker):
    """Once for the whole module, gone after it."""
    with shared_rows(django_db_blocker):
        yield listing_rows.make(publisher(tea_shop()), get_region_by_slug)


@pytest.fixture
def heard(told_changes, monkeypatch):
    """The site's own listener runs."""
    monkeypatch.setattr(LISTENER, "PAUSE", 0.02)
    LISTENER.ensure_running()
    wait_for(CHANGES.is_trusted, "that the database answers")
    yield
    LISTENER.stop()
