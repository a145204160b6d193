"""Clock times in a text, 9点到18点 or 22:00–次日6:00, and whether they are work at night."""

import re
from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

from textkit.widths import fold_widths

NIGHT_BOUNDS = ((0, 6), (22, 30))  # hours of a day and of the next one
MIN_NIGHT_HOURS = 1
_DIGITS = "零一二三四五六七八九十"
_WRITTEN_HOURS = {word: hour for hour, word in enumerate(_DIGITS)} | {"两": 2, "二十": 20}
_WRITTEN_HOURS |= {f"十{_DIGITS[figure]}": 10 + figure for figure in range(1, 10)}
_WRITTEN_HOURS |= {f"二十{_DIGITS[figure]}": 20 + figure for figure in range(1, 5)}
_NEXT_DAY = "次日|第二天"
_PART_BEFORE = rf"(?:{_NEXT_DAY})?(?:凌晨|清早|早上?|上午|中午|下午|傍晚|晚上?|夜里|明早|明晚|今晚)|{_NEXT_DAY}"
_HOUR = "(?:\\d{1,2}|[零一二两三四五六七八九十]{1,3})"


def _build_clock_pattern(n: int) -> str:
    return (
        rf"(?P<part{n}>{_PART_BEFORE})?\s{{0,3}}(?P<hour{n}>{_HOUR})"
        rf"(?::(?P<minute{n}>[0-5]\d)|(?P<oclock{n}>[点时])(?:(?P<half{n}>半)|(?P<past{n}>[0-5]?\d)分?)?)?"
    )


_RANGE = re.compile(
    rf"(?<![\d.\-]){_build_clock_pattern(1)}\s{{0,3}}(?:[-–—~～至到]\s{{0,3}}){{1,4}}{_build_clock_pattern(2)}(?![\d.%元块/岁])"
)
_CLOCK = re.compile(rf"(?<![\d.\-]){_build_clock_pattern(1)}(?![\d.%元块/岁])")
_CLAUSE = "[^，。；！？,;!?\\n]"
_NIGHT_SHIFT = re.compile("夜班|通宵|三班倒")
_NIGHT_WORDS = re.compile("夜班|通宵|三班倒|后半夜|半夜|深夜|凌晨|夜间|熬夜")
# 不用上夜班, 无夜班; and the hours of the shop, which are no one's work.
_NO_NIGHT = re.compile(f"(?:[不没无非免]|拒绝|零){_CLAUSE}{{0,4}}$")
_OPENING_HOURS = re.compile(f"(?:营业|开门|开放){_CLAUSE}{{0,4}}$")
_LOOKED_BACK = 6
_NARROW_MARKS = str.maketrans("：－", ":-")


class ClockRange(NamedTuple):
    start: float  # hours
    end: float  # up to 48: the next day
    span: tuple[int, int]
    is_certain: bool  # 3点到8点 without a part of the day may be the afternoon

    @property
    def night_hours(self) -> float:
        shares = (min(last, self.end) - max(first, self.start) for first, last in NIGHT_BOUNDS)
        return sum(share for share in shares if share > 0)


def is_at_night(begins: time, ends: time) -> bool:
    """Whether an hour or more lies between 22 and 6 o'clock. An end before the start is on the next day."""
    start, end = (moment.hour + moment.minute / 60 for moment in (begins, ends))
    clock = ClockRange(start, end if end > start else end + 24, (0, 0), is_certain=True)
    return clock.night_hours >= MIN_NIGHT_HOURS


def find_clock_ranges(text: str, *, are_plain_hours: bool = False) -> Iterator[ClockRange]:
    """`are_plain_hours`: 22-6 is one too, as in a field that holds nothing but hours. Needs plain widths."""
    former_end = 0.0
    for match in _RANGE.finditer(text):
        is_clock = are_plain_hours or any(
            match[name] for name in ("minute1", "minute2", "oclock1", "oclock2")
        )
        start, end = _read_hour(match, 1), _read_hour(match, 2)
        if not is_clock or start is None or end is None:
            continue
        if end <= start:  # 下午2点到6点, 11点到1点; else it goes over midnight
            end += 12 if start < end + 12 <= 24 and not match["part2"] else 24
        if 1 <= start < end <= 11 and start + 12 >= former_end >= 11 and not match["part1"]:
            start, end = start + 12, end + 12  # 9:00-12:00, 1:30-6:30
        if 0 <= start < 24 and 0 < end - start <= 24:
            former_end = end
            is_certain = start >= 6 or bool(match["part1"] or match["minute1"])
            yield ClockRange(start, end, match.span(), is_certain)


def find_night_range(text: str, *, are_plain_hours: bool = False) -> str:
    """Return the words for work of an hour or more between 22 and 6 o'clock, "" if there are none."""
    folded = fold_widths(text).translate(_NARROW_MARKS)
    for clock in find_clock_ranges(folded, are_plain_hours=are_plain_hours):
        is_night = clock.is_certain and clock.night_hours >= MIN_NIGHT_HOURS
        if is_night and not _OPENING_HOURS.search(_look_back(folded, clock.span[0])):
            return text[slice(*clock.span)]
    return ""


def find_night_start(text: str) -> str:
    """Return the first clock time if it lies between 22 and 5 o'clock, else "": in words on when somebody comes."""
    for match in _CLOCK.finditer(fold_widths(text).translate(_NARROW_MARKS)):
        hour = _read_hour(match, 1) if match["minute1"] or match["oclock1"] else None
        if hour is not None:
            is_certain = hour >= 6 or match["part1"] or match["minute1"]
            is_night = is_certain and not 6 - MIN_NIGHT_HOURS < hour < 22
            return text[slice(*match.span())] if is_night else ""
    return ""


def find_night_words(text: str, *, is_about_hours: bool) -> str:
    """Return a word for work at night, "" if there is none. In a longer text 半夜 may be said of anything."""
    folded = fold_widths(text)
    for match in (_NIGHT_WORDS if is_about_hours else _NIGHT_SHIFT).finditer(folded):
        if not _NO_NIGHT.search(_look_back(folded, match.start())):
            return text[slice(*match.span())]
    return ""


def _look_back(text: str, at: int) -> str:
    return text[max(0, at - _LOOKED_BACK) : at]


def _read_hour(match: re.Match[str], n: int) -> float | None:
    words = match[f"hour{n}"]
    hour = int(words) if words.isdigit() else _WRITTEN_HOURS.get(words)
    if hour is None or hour > 24:
        return None
    minutes = 30 if match[f"half{n}"] else int(match[f"minute{n}"] or match[f"past{n}"] or 0)
    part = re.sub(_NEXT_DAY, "", match[f"part{n}"] or "")
    is_late = part[:1] in ("下", "傍", "晚") or part in ("今晚", "明晚", "夜里")
    is_night = part[:1] == "晚" or part in ("今晚", "明晚", "夜里", "凌晨")
    if is_night and hour == 12:  # as the end of one day, or the start of the next
        hour = 0 if n == 1 or part == "凌晨" else 24
    elif (is_late and hour < 12) or (part == "中午" and hour < 5):
        hour += 12
    return hour + minutes / 60
