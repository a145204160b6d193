import pytest

from cities.directory.regions import get_region_by_slug

SLUGS = "hunan changsha xiangxi jishou fenghuang hebei beijing".split()


@pytest.fixture(autouse=True)
def places(db):
    """A handful of places by slug."""
    return {slug: get_region_by_slug(slug) for slug in SLUGS}
