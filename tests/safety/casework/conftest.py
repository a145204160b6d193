import pytest

from tests.people import sign_in
from tests.safety.desks import make_moderator_user


@pytest.fixture
def first():
    return make_moderator_user("first-moderator")


@pytest.fixture
def second():
    return make_moderator_user("second-moderator")


@pytest.fixture
def desk(client, first):
    return sign_in(client, first)
