import pytest

from cities.directory import regions as directory

SLUGS = "hunan changsha xiangxi jishou fenghuang hebei beijing".split()


@pytest.fixture(autouse=True)
def places(db):
    """A handful of places by slug."""
    return {slug: directory.by_slug(slug) for slug in SLUGS}
