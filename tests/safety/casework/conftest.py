import pytest

from tests.people import sign_in
from tests.safety.desks import moderator


@pytest.fixture
def first():
    return moderator("first-moderator")


@pytest.fixture
def second():
    return moderator("second-moderator")


@pytest.fixture
def desk(client, first):
    return sign_in(client, first)
