"""How much an id looks chosen by a person."""

import pytest

from screening.contacts.id_scoring import NEVER, score_id_look
from screening.contacts.spelled_ids import CUT, PLAIN, SpelledId


def weigh_plain(value, written=None):
    return score_id_look(SpelledId(0, len(value), value, PLAIN), written or value)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("wangge66", "wbgtr65"),  # pinyin
        ("lisa2345", "lbsr2345"),  # a given name
        ("hz88kf", "hz88"),  # letters on both sides
        ("wang_ge65", "wangge65"),  # an underline
        ("wangge0321", "wangge3529"),  # a day, not a size
        ("wangge65", "wangge"),
        ("xk65wb", "vip6592"),  # a title
    ],
)
def test_what_speaks_for_a_person(more, less):
    assert weigh_plain(more) > weigh_plain(less)


def test_capitals_speak_against_a_person_and_drawn_figures_for_one():
    assert weigh_plain("ck6140", "CK6140") < weigh_plain("ck6140")
    assert weigh_plain("ck6140", "ck⑥①④⓪") > weigh_plain("ck6140")


def test_what_was_cut_up_was_hidden():
    assert score_id_look(SpelledId(0, 15, "lin0321", CUT), "l i n 0 3 2 1") > weigh_plain("lin0321")


@pytest.mark.parametrize(
    "value", ["office365", "python3", "sus304", "iso9001", "wang_2024.xlsx", "m1083"]
)
def test_a_product_a_standard_and_a_file_are_none(value):
    assert weigh_plain(value) == NEVER
