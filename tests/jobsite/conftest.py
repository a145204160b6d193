import pytest

from tests import stock as stocking


@pytest.fixture
def stock(publish, place):
    return stocking.make(publish, place)
