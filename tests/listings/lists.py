"""Lists as a visitor reads them: what one filter alone narrows is answered at an address of its own."""

import pytest
from django.test import Client


class FollowingClient(Client):
    """Goes where it is redirected to, as a browser does."""

    def get(self, path, data=None, follow=True, **more):
        return super().get(path, data, follow=follow, **more)


@pytest.fixture
def client():
    return FollowingClient()
