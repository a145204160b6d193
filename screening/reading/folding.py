"""How a character reads, whatever it looks like: Ⓥ, ｖ, ѵ and 🅥 are all v."""

import sys
import unicodedata

import numpy as np

from screening.reading.word_file import WordFile
from textkit.segmentation import normalise_text

# A blank, though some of these count as letters or signs.
SPACES = frozenset(" \t\r\v\f\u00a0\u1680\u202f\u205f\u3000\u2800") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
# Combining marks, invisible characters, and letters and signs that show nothing.
_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}
_SHOWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0") | frozenset(
    map(chr, range(0x2FF0, 0x3000))
)
COMBINING = {"Mn", "Me"}


def _read_table() -> dict[str, str]:
    file = WordFile(__file__)
    table = {
        pair[0]: pair[1:]
        for name in ("look_like", "variants", "radicals")
        for pair in file[name].split()
    }
    for word, pictures in file["pictures"].items():
        table.update(dict.fromkeys(pictures, word))
    for first, start, count in file["rows_of_figures"]:
        table.update({chr(first + n): str(start + n) for n in range(count)})
    for first in file["rows_of_letters"]:
        table.update({chr(first + n): chr(ord("a") + n) for n in range(26)})
    return table


class _ReadAs(dict):
    """Character → how it reads; filled as characters turn up."""

    def __missing__(self, char):
        self[char] = reads = _normalise_character(char)
        return reads


def _normalise_character(char):
    if char == "\n":
        return char
    if char in _SHOWN_AS_NOTHING or unicodedata.category(char) == "Cs":
        return ""
    plain = _KNOWN.get(char) or normalise_text(char)
    if len(plain) > 1 and plain[0] == "(" and plain[-1] == ")":
        plain = plain[1:-1]  # ⑴ reads 1, as ① does
    elif len(plain) > 1 and plain[:-1].isdigit():
        plain = plain.rstrip(".,")  # ⒈
    return "".join(_fold_plain(letter) for letter in plain)


def _fold_plain(char):
    if char.isascii() and char.isprintable():
        return char
    if char in _KNOWN:
        return _KNOWN[char]
    kind = unicodedata.category(char)
    if kind in _INVISIBLE:
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    bare = unicodedata.normalize("NFD", char)[0]  # ē is e
    return bare if bare.isascii() and bare.isalpha() else char


_KNOWN = _read_table()
reads_as = _ReadAs(dict.fromkeys(SPACES, " "))
# By the code of a character, the one character that it reads as; 0 for others, and before it was read. Pages of
# memory that nothing was written to are not allocated.
_single_codes = np.zeros(sys.maxunicode + 1, np.uint32)


def read_singly(text: str) -> str | None:
    """Return the text with each character as it reads; None if one reads as several or as nothing."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    read = _single_codes.take(codes)
    if not read.all():
        for code in codes[read == 0].tolist():
            if len(plain := reads_as[chr(code)]) == 1:
                _single_codes[code] = ord(plain)
        read = _single_codes.take(codes)
    return read.tobytes().decode("utf-32-le") if read.all() else None


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"
