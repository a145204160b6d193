import pytest

from tests.listings.minimums import add_minimum


@pytest.fixture
def hunan(db):
    """Two tiers: the city of Changsha, and all other places."""
    return [add_minimum(22, tier=1, places=["changsha"]), add_minimum(18, tier=3)]
