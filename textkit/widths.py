"""Reads marks, letters and digits in one width, whichever keyboard wrote them.

Patterns over Chinese text stop at "，" and "。", but many sources write "," and ".". Each character is replaced by
one character, so that positions stay valid.
"""

import re

# Full-width letters and digits, and the blank.
_NARROW = {0xFF00 + code: 0x20 + code for code in range(1, 0x5F) if chr(0x20 + code).isalnum()}
_NARROW |= {0x3000: 0x20}
_WIDE = dict(zip(",!?:;()[]｡､｢｣", "，！？：；（）【】。、「」", strict=True))
_MARK = re.compile(r"[,!?:;()\[\]｡､｢｣]|\.(?![^\s\"'”’)\]])")
# A mark belongs to a number, an address or foreign words if it stands between their letters.
_LATIN = re.compile(r"[0-9A-Za-z/\\@&=_#%+\-]")
_QUOTES = {'"': "“”", "'": "‘’"}


def fold_widths(text: str) -> str:
    """Return the text with Chinese marks, narrow letters and digits, of the same length."""
    text = text.translate(_NARROW)
    text = _MARK.sub(lambda match: _widen_mark(match, text), text)
    return "\n".join(map(_pair_quotes, text.split("\n")))


def _widen_mark(match: re.Match[str], text: str) -> str:
    before = text[max(0, match.start() - 1) : match.start()]
    after = text[match.end() : match.end() + 1]
    if _LATIN.match(before) and (_LATIN.match(after) or match[0] == "."):
        return match[0]
    return _WIDE.get(match[0], "。")


def _pair_quotes(line: str) -> str:
    """Return a line with opening and closing quotation marks by turns."""
    for plain, pair in _QUOTES.items():
        pieces = line.split(plain)
        if len(pieces) % 2 and not line.isascii():  # an odd mark is one of inches, or an apostrophe
            marks = [*pair] * (len(pieces) // 2) + [""]
            line = "".join(piece + mark for piece, mark in zip(pieces, marks, strict=True))
    return line
