"""Decodes bytes by a byte order mark, as UTF-8, as declared, or as GB18030; else refuses them."""

import codecs
import re

from news.readers.story import INVISIBLE, NOT_TEXT, StoryRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_-]{2,20})""")
# The larger character set that contains the declared one.
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
# Frequent characters, simplified and traditional: wrongly decoded text has few of them.
_FREQUENT = set(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "这個國來們為說時會過對學發後從還沒現關開頭動業報網電話錢騙資工作日月本市公安民警兼职職，。、：“”（）"
)
_MIN_FREQUENT_SHARE = 0.05
_PACKED = {b"PK\x03\x04": "ZIP", b"\x1f\x8b": "GZIP", b"Rar!": "RAR", b"7z\xbc\xaf": "7Z"}


def decode_bytes(raw: bytes, declared: str = "") -> str:
    """Return the text, or raise StoryRefused.

    `declared` is an encoding from outside the file, such as a header; one declared in the file is read.
    """
    for head, name in _PACKED.items():
        if raw.startswith(head):
            raise StoryRefused(f"这是 {name} 压缩包，请先解开。")
    for encodings in _list_encodings(raw, declared):
        decoded = [_decode_plausible(raw, name) for name in encodings]
        if texts := [text for text in decoded if text is not None]:
            return INVISIBLE.sub("", max(texts, key=_measure_readability))
    raise StoryRefused("认不出编码，或者不是文本（收 UTF-8、UTF-16、GB18030，和注明了的 Big5）。")


def _list_encodings(raw: bytes, declared: str) -> list[list[str]]:
    """Return groups of encodings, the most certain first; in a group the more readable text counts."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return [[encoding]]
    if b"\x00" in raw[:4000]:  # texts in other encodings have no NUL
        return [["utf-16-le", "utf-16-be"]]
    match = _DECLARED.search(raw[:4096])
    names = [declared.lower(), match[1].decode("ascii").lower() if match else ""]
    meant = ["gb18030", *(_MEANT.get(name, name) for name in names if name)]
    # Valid UTF-8 is hardly ever another encoding, whatever is declared.
    return [["utf-8"], list(dict.fromkeys(meant))]


def _decode_plausible(raw: bytes, encoding: str) -> str | None:
    """Return the text, or None if it can't be decoded, is binary or has too few frequent characters."""
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        return None
    foreign = [char for char in text[:20_000] if not char.isascii()]
    is_plausible = encoding == "utf-8" or len(foreign) < 20
    is_plausible = is_plausible or sum(
        map(_FREQUENT.__contains__, foreign)
    ) >= _MIN_FREQUENT_SHARE * len(foreign)
    return text if is_plausible and not NOT_TEXT.search(text) else None


def _measure_readability(text: str) -> float:
    """Return the share of characters that are frequent or ASCII."""
    start = text[:20_000]
    return sum(char in _FREQUENT or char.isascii() for char in start) / max(1, len(start))
