"""Contacts that a text only tells how to put together, or where to read: 前三位五一六，中间四位0230; 我签名第二行.

Evidence adds up, as in `shapes`: the name of an app, or what people call it instead; and near it steps, places, quoted
names, digits and calls.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.contacts import numbers
from screening.contacts.app_names import SOUND, SURE, WEAK, AppName
from screening.contacts.mentions import ContactMention
from screening.reading.word_file import WordFile

# Points, and how many make a contact: chosen over 500 lines by five writers, 775 look-alikes and 12,000 honest texts of
# the corpus (docs/screening.md has the figures of lines that nobody had seen).
ENOUGH = 6.0
_OF_NAME = {SURE: 3.0, SOUND: 2.0, WEAK: 1.0}
_OF_DESCRIPTION, _OF_DISGUISE = 1.5, 3.0
_OF_EVIDENCE = {"steps": 1.5, "places": 3.0, "quotes": 3.0, "calls": 1.0}
_MOST = {"steps": 3, "places": 2, "quotes": 1, "calls": 2}  # different ones that count
_SOME_DIGITS, _MANY_DIGITS, _LATIN, _WORKED_ON = 1.0, 2.0, 0.5, -3.0
_PARTS_WITH_STEPS, _NUMBER_WITH_STEPS, _NUMBER_BESIDE = 1.5, 1.0, 3.0
_NEAR = 45  # characters of evidence on either side of the name
_APART = 12  # characters from one name that is weighed to the next: time grows with the text only

_FILE = WordFile(__file__)
_EVIDENCE = [(_FILE.compile(kind), kind) for kind in _OF_EVIDENCE]
_DESCRIPTIONS = _FILE.compile_scanner("descriptions"), _OF_DESCRIPTION
_DISGUISES = _FILE.compile_scanner("disguised_names"), _OF_DISGUISE
_WORKED_ON_BEHIND, _QUOTED_BEHIND = _FILE.compile("worked_on_behind"), _FILE.compile("quoted")
_OF_NO_CONTACT = _FILE.list_words("names_of_no_contact")
_DIGIT = f"0-9{numbers.WRITTEN_DIGITS}"
_DIGITS = re.compile(rf"(?<![{_DIGIT}])[{_DIGIT}]+(?![{_DIGIT}])")
_SUM_BEFORE, _COUNTED = _FILE.compile("sum_before"), _FILE.compile("counted_behind")
_LETTERS = re.compile("[a-z]{2,}")
_GROUPS = rf"(?:[{_DIGIT}]++[^\n。{_DIGIT}年月日元点期周%]{{0,2}}+){{1,12}}"
_NUMBER_BEHIND = re.compile(rf"[^\n{_DIGIT}]{{0,6}}{_GROUPS}")
_NUMBER_BEFORE = re.compile(rf"(?<![{_DIGIT}]){_GROUPS}$")


class _Piece(NamedTuple):
    start: int
    end: int
    kind: str  # of the evidence
    word: str


def find_instructions(text: str, apps: list[AppName]) -> Iterator[ContactMention]:
    """Yield where somebody tells how to reach him; `apps` are all names in the text. Values are not put together."""
    done, best = 0, 0.0
    for name, points in _list_anchors(text, apps):
        if name.start < done and points <= best:
            continue
        done, best = name.start + _APART, points
        low, high = max(0, name.start - _NEAR), min(len(text), name.end + _NEAR)
        low = max(low, text.rfind("\n", low, name.start) + 1)
        line_end = text.find("\n", name.end, high)
        high = high if line_end < 0 else line_end
        pieces = _list_evidence(text, low, high)
        if points + _weigh_evidence(text, name, pieces) >= ENOUGH:
            start = min([name.start, *(piece.start for piece in pieces)])
            end = max([name.end, *(piece.end for piece in pieces)])
            yield ContactMention(name.name, start, end)
            done, best = end, ENOUGH


def _list_anchors(text: str, apps: list[AppName]) -> list[tuple[AppName, float]]:
    """Return names and descriptions of apps with their points, in reading order."""
    named = [app for app in apps if text[app.start : app.end] not in _OF_NO_CONTACT]
    anchors = [(app, _OF_NAME[app.weight]) for app in named]
    for scanner, points in (_DESCRIPTIONS, _DISGUISES):
        anchors += ((AppName(*m.span(), "app", "", 0), points) for m in scanner.finditer(text))
    return sorted(anchors, key=lambda anchor: anchor[0].start)


def _list_evidence(text: str, low: int, high: int) -> list[_Piece]:
    """Return all that may speak for an instruction there."""
    pieces = [
        _Piece(*match.span(), kind, match.group())
        for pattern, kind in _EVIDENCE
        for match in pattern.finditer(text, low, high)
    ]
    for match in _DIGITS.finditer(text, low, high):
        before = text[max(0, match.start() - 5) : match.start()]
        is_sum = _COUNTED.match(text, match.end()) or _SUM_BEFORE.search(before)
        pieces.append(_Piece(*match.span(), "sums" if is_sum else "digits", match.group()))
    pieces += (_Piece(*match.span(), "letters", "") for match in _LETTERS.finditer(text, low, high))
    return pieces


def _weigh_evidence(text: str, name: AppName, pieces: list[_Piece]) -> float:
    words: dict[str, set[str]] = {kind: set() for kind in _OF_EVIDENCE}
    counts = {"digits": 0, "sums": 0, "letters": 0}
    for piece in pieces:
        if piece.kind in words:
            words[piece.kind].add(piece.word)
        elif piece.start >= name.end or piece.end <= name.start:
            counts[piece.kind] += piece.end - piece.start
    if _QUOTED_BEHIND.match(text, name.end):
        words["quotes"].add("")
    points = sum(_OF_EVIDENCE[kind] * min(_MOST[kind], len(words[kind])) for kind in words)
    free, all_digits = counts["digits"], counts["digits"] + counts["sums"]
    points += _MANY_DIGITS if free >= 7 else _SOME_DIGITS if free >= 5 else 0
    points += _LATIN * (counts["letters"] >= 4)
    if words["steps"]:
        points += _PARTS_WITH_STEPS * (all_digits >= 4 or counts["letters"] >= 4)
        points += _NUMBER_WITH_STEPS * (all_digits >= 7)
    beside = (
        _NUMBER_BEHIND.match(text, name.end),
        _NUMBER_BEFORE.search(text[max(0, name.start - 30) : name.start]),
    )
    if any(number and len(numbers.read_digits(number.group())) >= 7 for number in beside):
        points += _NUMBER_BESIDE
    return points + _WORKED_ON * bool(_WORKED_ON_BEHIND.match(text, name.end))
