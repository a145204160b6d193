"""What an `offer` of a module holds, (the employer, who acts for it, a listing, …), read anew for each test."""

import pytest

from tests.databases import read_anew


@pytest.fixture
def employer(offer):
    return read_anew(offer[0])


@pytest.fixture
def boss(offer):
    return read_anew(offer[1])


@pytest.fixture
def listing(offer):
    return read_anew(offer[2])
