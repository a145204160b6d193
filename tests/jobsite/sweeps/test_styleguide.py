"""The page that shows every component: complete, and seen by developers only."""

import re
from pathlib import Path
from types import ModuleType

import pytest
from django.test import RequestFactory
from django.urls import include, path

from jobsite import styleguide

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


@pytest.fixture
def addresses_while_developing(settings):
    """The URLconf is loaded with DEBUG off, as on the site."""
    urlconf = ModuleType("urls_while_developing")
    urlconf.urlpatterns = [
        path("styleguide/", styleguide.show_styleguide, name="styleguide"),
        path("styleguide/themes.css", styleguide.show_themes, name="styleguide_themes"),
        path("", include("jobsite.urls")),
    ]
    settings.ROOT_URLCONF = urlconf


@pytest.mark.django_db
def test_visitors_do_not_see_it(client):
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_it_shows_each_component_in_both_themes(client, addresses_while_developing):
    html = client.get("/styleguide/").content.decode()
    for shown in ('class="alert amber"', 'class="crumbs"', 'class="empty"', 'class="pager"'):
        assert html.count(shown) == 2 * html.count('class="theme-dark"')
    for shown in (
        'class="ledger"',
        'class="never"',
        'class="job"',
        'class="errors"',
        'class="head"',
    ):
        assert shown in html


def test_no_component_is_left_out():
    page = (TEMPLATES / "jobsite" / "styleguide.html").read_text()
    parts = {f"components/{file.name}" for file in (TEMPLATES / "components").iterdir()}
    within = {"components/_field_errors.html"}  # shown by the fields
    assert parts - within == set(re.findall(r'"(components/\w+\.html)"', page))


def test_both_themes_have_their_colours():
    css = styleguide.show_themes(RequestFactory().get("/")).content.decode()
    light, dark, _frame = css.strip().split("\n.theme-")
    assert "--paper: #f7f5ef" in light and "--paper: #111513" not in light
    assert dark.index("--paper: #f7f5ef") < dark.index("--paper: #111513")
