import os
import sys
from threading import Thread
from types import SimpleNamespace

import pytest

from tools.pytest_environment import TESTS, FirstCollection, find_tests, pytest_collection


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


@pytest.mark.parametrize(
    "end",
    [FirstCollection.pytest_xdist_node_collection_finished, FirstCollection.pytest_testnodedown],
)
def test_in_a_new_clone_the_others_collect_once_the_first_process_has_compiled_or_ended(end):
    first_collection = FirstCollection()
    nodes = [
        SimpleNamespace(gateway=SimpleNamespace(id=name), workerinput={}) for name in ("gw0", "gw1")
    ]
    for node in nodes:
        first_collection.pytest_configure_node(node)
    sessions = [SimpleNamespace(config=node) for node in nodes]
    pytest_collection(sessions[0])  # does not wait
    waiting = Thread(target=pytest_collection, args=sessions[1:], daemon=True)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    end(first_collection, nodes[1])
    waiting.join(0.1)
    assert waiting.is_alive()
    end(first_collection, nodes[0])
    waiting.join(10)
    assert not waiting.is_alive()
    first_collection.pytest_unconfigure()
