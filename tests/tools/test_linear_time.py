"""The measure of the tests of linear work tells a square from a line."""

from tests.linear_time import is_linear


def test_work_on_every_character_once_is_linear():
    assert is_linear(lambda text: sum(map(ord, text)), "招1")


def test_work_that_reads_all_from_every_place_is_not():
    assert not is_linear(lambda text: [text[i:].count("聘") for i in range(0, len(text), 9)], "招1")
