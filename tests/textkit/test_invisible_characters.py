"""Characters that are not seen."""

import unicodedata

import pytest

from textkit import invisible_characters
from textkit.invisible_characters import (
    DIRECTION_MARKS,
    INVISIBLE_CHARACTERS,
    build_removal_table,
    compile_character_pattern,
    list_characters,
    remove_direction_marks,
)

MARK_CLASSES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARK_NAMES = ("LEFT-TO-RIGHT MARK", "RIGHT-TO-LEFT MARK", "ARABIC LETTER MARK")

GROUPS = {
    name: group
    for name, group in vars(invisible_characters).items()
    if isinstance(group, frozenset)
}


def test_no_character_stands_in_two_groups():
    groups = {name: group for name, group in GROUPS.items() if name != "DIRECTION_MARKS"}
    characters = [character for group in groups.values() for character in group]
    assert len(groups) == 9
    assert len(characters) == len(set(characters))
    assert DIRECTION_MARKS < INVISIBLE_CHARACTERS


def test_marks_of_direction_are_those_that_unicode_names_so():
    named = {
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code)) in MARK_CLASSES
        or unicodedata.name(chr(code), "").endswith(MARK_NAMES)
    }
    assert named == DIRECTION_MARKS
    assert remove_direction_marks("\u202e54321\u202c👨\u200d👩") == "54321👨\u200d👩"


@pytest.mark.parametrize("name", GROUPS)
def test_none_of_them_is_a_letter_or_a_sign(name):
    categories = {unicodedata.category(character) for character in GROUPS[name]}
    assert categories <= {"Cf", "Cn", "Zl", "Zp"}


def test_a_range_holds_its_first_and_its_last_character():
    assert list_characters((0x61, 0x63), (0x7A, 0x7A)) == {"a", "b", "c", "z"}


def test_the_pattern_matches_each_of_the_characters_alone():
    pattern = compile_character_pattern("]^-\\\u200b")
    assert pattern.sub("*", "a]^-\\b\u200b[") == "a****b*["


def test_the_table_drops_the_characters():
    text = "加\u200b微\u202e信\ufeff"
    assert text.translate(build_removal_table(INVISIBLE_CHARACTERS)) == "加微信"
