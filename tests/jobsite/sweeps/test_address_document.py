"""docs/addresses.md leads to every page of the site, and to none that there is not."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.jobsite.sweeps.test_address_tables import list_own_routes

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "addresses.md"
CITY, REST = "<city:city>/", "…"
ONLY_WITH_DEBUG = "styleguide/"


def list_documented(text):
    """Return the addresses of the first column, as they are written."""
    cells = re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
    return [address for cell in cells for address in re.findall(r"`([^`]+)`", cell)]


def unify_address(address):
    """Without its city, and with every part that changes alike."""
    shared = address.removeprefix(REST).removeprefix("/").removeprefix(CITY)
    return re.sub(r"<[^>]*>", "<>", shared)


def is_covered(route, address):
    """Whether the documented address is that of the route, or ends with `…` and stands before it."""
    wanted = unify_address(address)
    if wanted.endswith(REST):
        return unify_address(route).startswith(wanted.removesuffix(REST))
    return unify_address(route) == wanted


def find_faults(text, routes):
    """Return (routes that no address covers, addresses that lead nowhere)."""
    addresses = list_documented(text)
    missing = [route for route in routes if not any(is_covered(route, a) for a in addresses)]
    dead = [a for a in addresses if not any(is_covered(route, a) for route in routes)]
    return missing, dead


def test_the_document_has_every_address_and_no_other():
    routes = sorted(r for r in list_own_routes() if not r.startswith(ONLY_WITH_DEBUG))
    assert find_faults(DOCUMENT.read_text(encoding="utf-8"), routes) == ([], [])


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ("| `…/jobs/<id>/` | listing | everybody |", ([], [])),
        ("| `/jobs/…` | `/other/` stands in another column | everybody |", ([], [])),
        ("| `…/jobs/` | list | everybody |", (["<city:city>/jobs/<int:pk>/"], ["…/jobs/"])),
    ],
)
def test_planted_faults_are_found(row, faults):
    assert find_faults(row, ["<city:city>/jobs/<int:pk>/"]) == faults
