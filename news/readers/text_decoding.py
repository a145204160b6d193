"""Bytes into text: a mark at the start, UTF-8, what was declared, GB18030; else a refusal."""

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
# Read as what is meant: the larger set holds the smaller one.
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
# Frequent characters, simplified and traditional: noise that happens to decode has few of them.
_FREQUENT = set(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "这個國來們為說時會過對學發後從還沒現關開頭動業報網電話錢騙資工作日月本市公安民警兼职職，。、：“”（）"
)
_FEW = 0.05
_PACKED = {b"PK\x03\x04": "ZIP", b"\x1f\x8b": "GZIP", b"Rar!": "RAR", b"7z\xbc\xaf": "7Z"}


def decode_bytes(raw, declared=""):
    """`declared` is what came with the file, such as a header; what stands in it is looked up."""
    for head, name in _PACKED.items():
        if raw.startswith(head):
            raise StoryRefused(f"这是 {name} 压缩包，请先解开。")
    for encoding in _candidates(raw, declared):
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        text = text.removeprefix("\ufeff")
        if not NOT_TEXT.search(text) and _is_plausible(text, encoding):
            return INVISIBLE.sub("", text)
    raise StoryRefused("认不出编码，或者不是文本（收 UTF-8、UTF-16、GB18030，和注明了的 Big5）。")


def _candidates(raw, declared):
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return [encoding]
    if b"\x00" in raw[:4000]:  # in no other encoding a text holds one
        return _best_first(raw, ["utf-16-le", "utf-16-be"])
    # What is valid UTF-8 is hardly ever anything else, whatever it says of itself.
    return ["utf-8", *_best_first(raw, ["gb18030", *_declared(raw, declared)])]


def _declared(raw, declared):
    found = _DECLARED.search(raw[:4096])
    names = [declared, found[1].decode("ascii") if found else ""]
    return [_MEANT.get(name.lower(), name.lower()) for name in names if name]


def _best_first(raw, names):
    """The one that reads best; GB18030 is tried unasked."""
    return sorted(dict.fromkeys(names), key=lambda name: -_readable(raw, name))


def _readable(raw, encoding):
    """The share of signs that are frequent, or plain ASCII."""
    try:
        text = raw[:40_000].decode(encoding, "ignore")
    except LookupError:
        return -1
    return sum(char in _FREQUENT or char.isascii() for char in text) / max(1, len(text))


def _is_plausible(text, encoding):
    """A guess has to read like Chinese; UTF-8 need not."""
    foreign = [char for char in text[:20_000] if not char.isascii()]
    if encoding == "utf-8" or len(foreign) < 20:
        return True
    return sum(char in _FREQUENT for char in foreign) >= _FEW * len(foreign)
