"""Characters that are invisible or change the direction of the text, in groups to choose from."""

import re
from collections.abc import Iterable


def list_characters(*ranges: tuple[int, int]) -> frozenset[str]:
    """Return the characters of the ranges of code points, first and last included."""
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


# With them a line is drawn in another order than it is read in: 54321 behind an override shows 12345.
DIRECTION_MARKS = list_characters(
    (0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)
)
# No text needs these: marks of direction, zero-width space, word joiner, byte order mark.
INVISIBLE_CHARACTERS = DIRECTION_MARKS | frozenset("\u200b\u2060\ufeff")
SOFT_HYPHEN = frozenset("\u00ad")
# Emoji are joined with the second; some languages need both.
NON_JOINER, JOINER = frozenset("\u200c"), frozenset("\u200d")
LINE_SEPARATORS = frozenset("\u2028\u2029")
LANGUAGE_MARKS = frozenset("\u180e")  # Mongolian
FORMAT_OPERATORS = list_characters((0x2061, 0x2065), (0x206A, 0x206F))
ANNOTATION_MARKS = list_characters((0xFFF9, 0xFFFB))
TAG_CHARACTERS = list_characters((0xE0000, 0xE007F))


def compile_character_pattern(characters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches any one of the characters."""
    return re.compile(f"[{''.join(map(re.escape, sorted(characters)))}]")


def remove_direction_marks(text: str) -> str:
    return text if DIRECTION_MARKS.isdisjoint(text) else text.translate(_DIRECTION_MARKS)


def build_removal_table(characters: Iterable[str]) -> dict[int, None]:
    """Return a table with which `str.translate` removes the characters."""
    return dict.fromkeys(map(ord, characters))


_DIRECTION_MARKS = build_removal_table(DIRECTION_MARKS)
