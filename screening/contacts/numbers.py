"""Telephone numbers, however their digits are written: 一三八, 1-3-8, 幺叁8, or backwards."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from screening.reading.word_file import WordFile

_FILE = WordFile(__file__)
WRITTEN_DIGITS, _SOUNDS = ("".join(_FILE[name].values()) for name in ("written", "sounding"))
SOUND_DIGITS = "".join(char for char in _SOUNDS if not char.isascii())  # 巴, 溜: only sound so
_VALUES = {
    ord(char): digit
    for name in ("written", "sounding")
    for digit, characters in _FILE[name].items()
    for char in characters
} | {ord("o"): "0"}
_NO_DIGITS = re.compile("[^0-9]+")
_ANY, _SOUND = f"0-9o{WRITTEN_DIGITS}", re.escape(_SOUNDS)
# A character that only sounds like a digit is one between or before digits. Begins with a set, which is found quickly.
_GROUP = re.compile(
    rf"[{_SOUND}{_ANY}](?:(?<=[{_ANY}])|(?!\d{{11}})[{_ANY}])[{_ANY}]*(?:[{_SOUND}]{{1,2}}[{_ANY}]+)*"
)
_GAP = 4  # marks between two groups of one number
_LEAST = 7  # digits of a number
_BREAKS = re.compile(r"[^\W_]|[<>%￥¥$]")

_MOBILE = re.compile(r"(?:00|\+)?(?:86)?(1[3-9]\d{9})|0(1[3-9]\d{9})")
_AREA = r"0(?:10|2[0-57-9]|[3-9]\d\d)"
_LANDLINE = re.compile(rf"(?:(?:00)?86)?({_AREA}[2-9]\d{{6,7}})")
_SERVICE = re.compile(r"[48]00[1-9]\d{6}")
# How people break a number up. Sums and times come in other pieces, or with other marks.
_SHAPES = {
    (3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5), (3, 5, 3), (2, 11), (2, 3, 4, 4), (2, 3, 8),
    (4, 11), (3, 11),
}  # fmt: skip
_RANGES = frozenset("-~–—至到")
_PAUSES = frozenset(",。、")
_COUNTED, _NO_PHONE = _FILE.compile("counted_behind"), _FILE.compile("no_phone_before")
_CALLED, _CALLED_LOCALLY = _FILE.compile("called_before"), _FILE.compile("called_locally_before")
_BACKWARDS = _FILE.compile("backwards")
# a3b15274301234 is a code; 200v15274301234 is a sum and an account.
_CODE = re.compile(r"[a-z0-9]{0,19}\d(?!(?:v|vx|wx|weixin|tel|call)$)[a-z]{0,19}$")


class Number(NamedTuple):
    start: int
    end: int
    digits: str  # of a phone in E.164; empty for a local number, which alone belongs to nobody


class _Candidate:
    """Groups of digits in a text that may be one number."""

    def __init__(self, text: str, groups: list[Number]) -> None:
        self.text = text
        self.start, self.end = groups[0].start, groups[-1].end
        self.digits = "".join(group.digits for group in groups)
        self.shape = tuple(len(group.digits) for group in groups)
        self.gaps = [text[group.end : later.start].strip() for group, later in pairwise(groups)]
        self.before = text[max(0, self.start - 20) : self.start]
        self.is_counted = bool(_COUNTED.match(text, self.end))

    def read_value(self, backwards: bool) -> str | None:
        """Return the number in E.164, "" for a local one, None where it is none."""
        if len(self.digits) in {7, 8}:
            is_local = len(self.shape) <= 2 and self.digits[0] in "23456789" and not self.is_counted
            return "" if is_local and _CALLED_LOCALLY.search(self.before) else None
        value = parse_phone_digits(self.digits) or (
            backwards and parse_phone_digits(self.digits[::-1])
        )
        if not value or _NO_PHONE.search(self.before[-12:]):
            return None
        is_mobile = not self.digits.startswith(("0", "4", "8")) or value.startswith("+861")
        return (
            value if (self._is_like_mobile() if is_mobile else self._is_like_landline()) else None
        )

    @property
    def _is_called(self) -> bool:
        return bool(_CALLED.search(self.before[-12:]))

    def _is_like_mobile(self) -> bool:
        if max(self.shape) == 1:
            return True
        if len(self.shape) == 1:
            return not _CODE.search(self.before)
        stretch = self.text[self.start : self.end]
        if ":" in stretch or "\n" in stretch or self.is_counted:
            return False
        is_even = len(set(self.gaps)) == 1
        if self.shape in _SHAPES:
            return is_even or _PAUSES.isdisjoint(self.gaps)
        is_range = not self.gaps[0] or (self.gaps[0] in _RANGES and len(self.shape) == 2)
        return is_even and (self._is_called or not is_range)

    def _is_like_landline(self) -> bool:
        if self.is_counted:
            return False
        if len(self.shape) == 1:
            is_spelled = not self.text[self.start : self.end].isascii()
            return (self._is_called or is_spelled) and not _CODE.search(self.before)
        is_timed = any(":" in gap for gap in self.gaps)
        is_usual = len(self.shape) <= 3 and self.shape[0] in {3, 4} and min(self.shape) >= 3
        return max(self.shape) == 1 or self._is_called or (is_usual and not is_timed)


def find_phones(text: str) -> Iterator[Number]:
    chains = list(_list_chains(text))
    backwards = bool(chains and _BACKWARDS.search(text))
    for chain in chains:
        done = 0
        for first in range(len(chain)):
            if chain[first].start >= done and (phone := _find_phone(text, chain, first, backwards)):
                yield phone
                done = phone.end


def parse_phone_digits(digits: str) -> str:
    """Return E.164, or "" where the digits are no telephone number."""
    if match := _MOBILE.fullmatch(digits):
        return f"+86{match[1] or match[2]}"
    if match := _LANDLINE.fullmatch(digits):
        return f"+86{match[1][1:]}"
    return f"+86{digits}" if _SERVICE.fullmatch(digits) else ""


def read_digits(written: str) -> str:
    """Return only the digits, as 0-9."""
    return _NO_DIGITS.sub("", written.translate(_VALUES))


def _list_chains(text: str) -> Iterator[list[Number]]:
    """Yield groups of digits with nothing but a few marks between them, if they are digits enough."""
    groups = [match.span() for match in _GROUP.finditer(text)]
    first, digits = 0, 0
    for behind, (start, end) in enumerate(groups, 1):
        digits += end - start
        if behind < len(groups):
            following = groups[behind][0]
            if following - end <= _GAP and not _BREAKS.search(text, end, following):
                continue
        if digits >= _LEAST:
            yield [
                Number(start, end, text[start:end].translate(_VALUES))
                for start, end in groups[first:behind]
            ]
        first, digits = behind, 0


def _find_phone(text: str, chain: list[Number], first: int, backwards: bool) -> Number | None:
    """Return the number that starts with this group, if any."""
    length = 0
    for last in range(first, len(chain)):
        length += len(chain[last].digits)
        if length > 15:
            break
        if length >= _LEAST:
            candidate = _Candidate(text, chain[first : last + 1])
            value = candidate.read_value(backwards)
            if value is not None and _stands_alone(chain, first, last):
                return Number(candidate.start, candidate.end, value)
    return None


def _stands_alone(chain: list[Number], first: int, last: int) -> bool:
    """Whether a row of single digits ends on both sides."""
    if last == first or max(len(group.digits) for group in chain[first : last + 1]) > 1:
        return True
    sides = (chain[first - 1 : first] if first else []) + chain[last + 1 : last + 2]
    return not any(len(group.digits) == 1 for group in sides)
