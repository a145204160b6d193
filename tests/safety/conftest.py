import pytest

from tests.people import sign_in
from tests.safety.desks import make_moderator_user


@pytest.fixture
def mod(client):
    """A moderator, who is signed in with `client`."""
    user = make_moderator_user()
    sign_in(client, user)
    return user
