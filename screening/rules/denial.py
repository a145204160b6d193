"""Whether a text denies what a word says, warns of it, or says it of somebody else's money."""

from screening.reading.word_file import WordFile

_LOOK_BACK = 34
_FILE = WordFile(__file__)
# Of these it only matters whether they occur, so the pattern that finds a beginning is enough.
_DENIED_BEFORE, _WARNED_BEFORE, _FORBIDDEN, _OF_OTHERS, _ABOUT_FRAUD = (
    _FILE.compile_scanner(name).starts
    for name in ("denied_before", "warned_before", "forbidden", "of_others", "about_fraud")
)
_DENIED_AFTER, _WARNED_AFTER = _FILE.compile("denied_after"), _FILE.compile("warned_after")
_COLLECTED, _THEIRS_AFTER = _FILE.compile("collected"), _FILE.compile("theirs_after")
_SELLING, _FOR_SALE = _FILE.compile("selling"), _FILE.compile("for_sale")


def is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(text, end))


def belongs_to_others(text: str, start: int, end: int) -> bool:
    """Whether a word for money or papers means other people's. For no other words: 帮买家刷单 is still a scam."""
    before = text[max(0, start - _LOOK_BACK) : start]
    if _OF_OTHERS.search(before):
        return True
    if text.startswith("材料", start) and (_SELLING.search(before) or _FOR_SALE.match(text, start)):
        return True
    return bool(_COLLECTED.search(before) and _THEIRS_AFTER.match(text, end))


def is_contradicted(text: str, start: int, end: int, *, by_denial: bool) -> bool:
    """Whether the text warns of this span, or forbids or denies it: "谨防刷单", "不刷单"."""
    if by_denial and is_denied(text, start, end):
        return True
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(
        _WARNED_BEFORE.search(before)
        or _WARNED_AFTER.match(text, end)
        or _FORBIDDEN.search(text, start, end)
    )


def is_about_fraud(text: str) -> bool:
    """Whether the text asks about, warns of or reports fraud, so that only a person may refuse it."""
    return bool(_ABOUT_FRAUD.search(text))
