import pytest

from jobsite import kept_pages  # noqa: F401 - it says which places enclose another
from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.listener import LISTENER
from tests import listing_rows
from tests.jobsite.workers import wait_for


@pytest.fixture
def stock(publish, place):
    return listing_rows.make_page_rows(publish, place)


@pytest.fixture(scope="module")
def stock_of_the_module(publish_once, place):
    """Once for the whole module, gone after it."""
    return listing_rows.make_page_rows(publish_once, place)


@pytest.fixture
def heard(told_changes, monkeypatch):
    """The site's own listener runs."""
    monkeypatch.setattr(LISTENER, "PAUSE", 0.02)
    LISTENER.ensure_running()
    wait_for(CHANGES.is_trusted, "that the database answers")
    yield
    LISTENER.stop()
