"""A text folded to one spelling, which still knows where each character stood."""

import unicodedata

from textkit import cut

_SPACES = " \t\u00a0\u3000"
# Marks, enclosing circles and invisible characters that only hide a word: 刷\u200b单, 1\ufe0f\u20e3.
_INVISIBLE = {"Mn", "Me", "Cf"}


class _Folded(dict):
    """Character → how it reads; filled as characters turn up."""

    def __missing__(self, char):
        plain = cut.normalise(char)
        self[char] = "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE)
        return self[char]


_folded = _Folded()


class Reading:
    """`text` is what patterns read: NFKC, lower case, simplified, nothing invisible, and no
    blanks between Chinese characters."""

    def __init__(self, written: str):
        self.written = written
        read: list[str] = []
        at: list[int] = []
        after_gap = False
        for place, char in enumerate(written):
            if char in _SPACES:
                after_gap = bool(read)
                continue
            for plain in _folded[char]:
                if after_gap and not (_is_han(read[-1]) and _is_han(plain)):
                    read.append(" ")
                    at.append(place - 1)
                after_gap = False
                read.append(plain)
                at.append(place)
        self.text = "".join(read)
        self._at = at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of `text` stands in the text as written."""
        return self._at[start], self._at[end - 1] + 1


def _is_han(char):
    return "\u3400" <= char <= "\u9fff"
