"""Finds requirements that the law forbids: sex, age, looks, origin, marriage, health.

A finding of its own kind: it says nothing about fraud. 男女不限 and 不看身高 deny what they name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.assessment import Signal
from screening.reading.folded_text import FoldedText
from screening.reading.word_file import Scanner, WordFile

WEIGHT = 0  # no share in the score of fraud


class Kind(NamedTuple):
    scanner: Scanner
    reason: str
    cure: str


_FILE = WordFile(__file__)
KINDS = {name: Kind(_FILE.compile_scanner(name), **table) for name, table in _FILE["kinds"].items()}
_AGE_SIGN, _AGE_WORDS = _FILE.compile("age_sign"), _FILE.compile("age_words")
_BEFORE_AGE_SIGN = frozenset(" \n0123456789一二三四五六七八九十零周岁-~—–―_至到")
_OF_OTHERS = _FILE.compile("of_others")
_NEUTRAL_BEFORE, _NEUTRAL_AFTER = _FILE.compile("neutral_before"), _FILE.compile("neutral_after")
_AGE_NEUTRAL_BEFORE = _FILE.compile("age_neutral_before")
_AGE_NEUTRAL_AFTER = _FILE.compile("age_neutral_after")


def find_discrimination_signals(folded: FoldedText) -> Iterator[Signal]:
    text = folded.text
    for name, kind in KINDS.items():
        for match in _find_ages(text) if name == "age" else kind.scanner.finditer(text):
            if _is_denied(name, text, *match.span()):
                continue
            start, end = folded.span(*match.span())
            yield Signal(f"discrimination.{name}", WEIGHT, start, end, kind.reason)


def _find_ages(text: str) -> Iterator[re.Match[str]]:
    """Yield the ages. Most figures are no ages, so only figures before a sign of an age are tried."""
    signs = (match.start() for match in _AGE_SIGN.finditer(text))
    words = (match.start() for match in _AGE_WORDS.finditer(text))
    return KINDS["age"].scanner.find_before(text, signs, _BEFORE_AGE_SIGN, words)


def get_cure(code: str) -> str:
    return KINDS[code.rpartition(".")[2]].cure


def _is_denied(name: str, text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    if name in {"age", "sex"} and _OF_OTHERS.search(before):
        return True
    if name == "age":
        return bool(_AGE_NEUTRAL_BEFORE.search(before) or _AGE_NEUTRAL_AFTER.match(text, end))
    return bool(_NEUTRAL_BEFORE.search(before) or _NEUTRAL_AFTER.match(text, end))
