import os
import sys

import pytest

from tools.pytest_environment import TESTS, find_tests


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("listings", f"{TESTS}/listings"),
        ("listings/conftest.py::test_x", f"{TESTS}/listings/conftest.py::test_x"),
        ("tests/listings", "tests/listings"),
        (str(TESTS / "listings"), f"{TESTS}/listings"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_path_below_tests_may_be_named_without_it(path, expected):
    assert find_tests(path) == expected


def test_what_was_compiled_is_kept_by_this_process_and_by_those_that_tests_start():
    assert not sys.dont_write_bytecode
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
