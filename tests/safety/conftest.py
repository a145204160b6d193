import pytest

from tests.people import sign_in
from tests.safety.desks import moderator


@pytest.fixture
def mod(client):
    """A moderator, who is signed in with `client`."""
    user = moderator()
    sign_in(client, user)
    return user
