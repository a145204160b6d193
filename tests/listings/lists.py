"""Lists as a visitor reads them: what one filter alone narrows is answered at an address of its own."""

import re

import pytest
from django.test import Client


class FollowingClient(Client):
    """Goes where it is redirected to, as a browser does."""

    def get(self, path, data=None, follow=True, **more):
        return super().get(path, data, follow=follow, **more)


@pytest.fixture
def client():
    return FollowingClient()


def list_titles(response):
    links = re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", response.content.decode(), re.DOTALL)
    return [re.sub(r"<.*?>", "", title) for title in links]
