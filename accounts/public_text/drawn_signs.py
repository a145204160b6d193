"""Finds lines that draw something with signs: a QR code made of blocks, or digits as tall as five lines. Screening
cannot read them, people and cameras can; so a moderator looks at the text."""

import unicodedata
from collections import Counter

# Consecutive drawn lines; empty lines between them do not count. Separators are drawn too, but all alike.
_FEWEST_LINES, _FEWEST_SIGNS = 3, 9
_NEARLY_ALL = 0.9  # share of the signs of a drawn line
_FEWEST_LETTERS = 6  # in a line that is drawn with letters
# Unicode ranges: lines, blocks and shapes; Braille; large squares and circles; symbols for legacy computing.
_DRAWING = frozenset(
    chr(code)
    for first, last in (
        *((0x2500, 0x25FF), (0x2801, 0x28FF), (0x2B1B, 0x2B1C), (0x26AA, 0x26AB)),
        *((0x1F534, 0x1F535), (0x1F7E0, 0x1F7EB), (0x1FB00, 0x1FBAF)),
    )
    for code in range(first, last + 1)
)
_PUNCTUATION = {"Pc", "Pd", "Po", "Pe", "Ps", "Sk", "Sm"}


def find_drawn_lines(text: str) -> tuple[int, int] | None:
    """Return begin and end of the first drawn lines: from the first line to the one that makes them enough. None if
    there are not enough."""
    start = place = lines = signs = 0
    kinds: set[str] = set()
    for line in text.splitlines(keepends=True):
        drawn = "".join(line.split()).replace("\u2800", "")
        if drawn and not _is_drawn(drawn):
            lines = signs = 0
            kinds = set()
        elif drawn:
            start = start if lines else place
            lines, signs = lines + 1, signs + len(drawn)
            kinds.add(drawn)
            if lines >= _FEWEST_LINES and signs >= _FEWEST_SIGNS and len(kinds) > 1:
                return start, place + len(line.rstrip())
        place += len(line)
    return None


def _is_drawn(signs: str) -> bool:
    """Whether nearly all of the signs are made for drawing, or are the same one or two letters."""
    counts = Counter(signs)
    enough = _NEARLY_ALL * len(signs)
    if sum(count for sign, count in counts.items() if _is_for_drawing(sign)) >= enough:
        return True
    often = sum(count for _sign, count in counts.most_common(2))
    return len(signs) >= _FEWEST_LETTERS and often >= enough


def _is_for_drawing(sign: str) -> bool:
    return sign in _DRAWING or unicodedata.category(sign) in _PUNCTUATION
