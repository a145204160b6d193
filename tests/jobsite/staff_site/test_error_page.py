"""The page of an error leads the staff back to their own pages, without anything that may be broken."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import reverse

from jobsite.operations.server_errors import STAFF_PATH, show_server_error


def raise_error(error):
    raise error


@pytest.mark.parametrize("error", [ValueError, OperationalError])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("address", "home", "words"),
    [("/admin/desk/listings/", "/admin/", "回后台"), ("/xiangxi/jobs/", "/", "回首页")],
)
def test_the_page_of_an_error_leads_home(address, home, words, method, error):
    request = getattr(RequestFactory(), method)(address)
    try:
        raise_error(error)
    except error:
        page = show_server_error(request).content.decode()
    assert f'href="{home}">{words}</a>' in page and f'class="home" href="{home}"' in page


def test_the_path_of_the_staff_is_that_of_the_admin():
    assert reverse("admin:index") == STAFF_PATH
