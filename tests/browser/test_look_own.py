"""What only somebody signed in sees, and every form: nothing cut off, unreadable or in English.

The addresses come from the table of roles, so that no page can be forgotten.
"""

import pytest

from cities.directory.regions import get_region_by_slug
from tests import access, addresses, world
from tests.browser import looks
from tests.browser.test_look_desks import EMPLOYER as AT_THE_DESKS
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each
from tests.people import sign_in_browser_page
from tools.demo.factories import make_employer

ROLES = ("visitor", "seeker", "employer")
FILES = ("/template/", "/download/", "/pack/", "/today.csv", "/today.xlsx", "/states/?")
# What looks different as long as nothing was handed in.
NEWCOMERS = ["/employer/", "/employer/papers/", "/employer/phone/", "/employer/upload/"]
# Whose head and foot axe looks at; an employer's is looked at with the desks.
WITH_FRAME = {"/check/", "/me/"}


def _list_page_params():
    """(role, address, marks) of every page, once; past the first of a route only in full."""
    for group in addresses.FORMS.values():
        for number, address in enumerate(group):
            yield pytest.param("visitor", address, marks=[pytest.mark.full] if number else [])
    for group in access.GET.values():
        is_shown = False
        for ask in group:
            role = next((role for role in ROLES if ask.answers[role] == 200), None)
            if role is None or any(file in ask.address for file in FILES):
                continue
            if role == "employer" and ask.address in AT_THE_DESKS.values():
                continue
            yield pytest.param(role, ask.address, marks=[pytest.mark.full] if is_shown else [])
            is_shown = True
    for address in NEWCOMERS:
        yield pytest.param("newcomer", address)


PAGES = [*_list_page_params()]
ADDRESSES = [page.values[1] for page in PAGES]


@pytest.fixture(scope="module")
def cast(kept_site):
    people, values = world.make_site_data(
        build_listing_publisher(shop := tea_shop()), get_region_by_slug, shop
    )
    make_employer("新开的店", status="unverified", checks="", member=people["other_seeker"])
    return people | {"newcomer": people["other_seeker"]}, values


@pytest.fixture(scope="module")
def windows(kept_site, cast):
    """Everybody's window, in which one page is read after the other."""
    people, _values = cast
    return {
        role: sign_in_browser_page(kept_site.open(), people[role], kept_site)
        if people[role]
        else kept_site.open()
        for role in (*ROLES, "newcomer")
    }


@pytest.fixture(autouse=True)
def places(kept_site, cast):
    """The data stay as they are; what no page may do is held against each test."""
    yield
    kept_site.require_no_faults()


def name_of(address):
    return "own-" + address.partition("?")[0].strip("/").replace("/", "-")


def test_the_table_of_addresses_was_read():
    assert len(PAGES) > 50


@pytest.mark.parametrize(("role", "address"), mark_each(64, PAGES))
def test_every_page_keeps_still_is_readable_and_speaks_chinese_in_our_own_words(
    windows, cast, role, address
):
    _people, values = cast
    part = looks.WHOLE_PAGE if address in WITH_FRAME else looks.MAIN_PART
    shown = (windows[role], address.format(**values), name_of(address))
    settings = looks.list_page_settings(ADDRESSES.index(address))
    assert looks.find_faults(*shown, looks.READERS, settings=settings, part=part) == []


@pytest.mark.full
@pytest.mark.parametrize(("role", "address"), PAGES)
def test_every_page_under_every_setting(windows, cast, role, address):
    _people, values = cast
    assert (
        looks.visit_in_full(
            windows[role], address.format(**values), name_of(address), looks.READERS
        )
        == []
    )
