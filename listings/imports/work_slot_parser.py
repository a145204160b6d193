"""Parse 周六上午、周末全天；周一至周五晚上 into codes of work slots, or raise `CellUnreadable`."""

import re

from listings.imports.cell_parsers import CellAmbiguous, CellUnreadable, convert_to_halfwidth
from listings.vocabulary.work_slots import (
    DAY_NAMES,
    DAYTIME_LETTERS,
    NIGHT,
    decode_slots,
    encode_slots,
)

_ANY = re.compile(r"(?:时间|时段)?(?:不限|任意|都可以?|灵活)|随时")
_WORDS = (  # with the days and the parts of the day that they mean
    ("全天|整天|全日", "", DAYTIME_LETTERS),
    ("上午|早上|早晨", "", "m"),
    ("下午|午后", "", "a"),
    ("晚上|晚间|傍晚", "", "e"),
    ("夜间|夜里|通宵|凌晨|夜班", "", NIGHT),
    ("每天|天天|每日", "1234567", ""),
    ("周末|双休日?", "67", ""),
    ("工作日|平日", "12345", ""),
)
_NUMBER = {day: number for number, day in enumerate(DAY_NAMES, 1)} | {"天": 7}
_DAY = "[一二三四五六日天]"
_RANGE = re.compile(rf"周({_DAY})\s*[至到\-–—~]\s*周?({_DAY})")
_SINGLE = re.compile(rf"周({_DAY}(?:[、,和]?{_DAY})*)")
_DAY_PATTERN = re.compile(
    "|".join(["周[一二三四五六日天]", *(words for words, days, _ in _WORDS if days)])
)
_TIME_PATTERN = re.compile("|".join(words for words, days, _ in _WORDS if not days))
_BETWEEN = re.compile(r"[\s、,和及的:/+&]*")


def parse_slot_codes(text: str) -> list[str]:
    """Return codes as in addresses (`6a`); [] for any time."""
    words = re.sub("星期|礼拜", "周", convert_to_halfwidth(text))
    if not words or _ANY.fullmatch(words):
        return []
    codes: set[str] = set()
    for group in re.split(r"[;\n。]+", words):
        if group.strip():
            codes |= _parse_group(group)
    return decode_slots(encode_slots(codes))


def _require_one_plan(words: str) -> None:
    """Refuse 「周六上午、周日下午」: every day would have every time."""
    days = [match.start() for match in _DAY_PATTERN.finditer(words)]
    times = [match.start() for match in _TIME_PATTERN.finditer(words)]
    if days and times and not (max(days) < min(times) or max(times) < min(days)):
        raise CellAmbiguous("里有几组时间，请用分号隔开，像“周六、周日上午；周一至周五晚上”")


def _parse_group(words: str) -> set[str]:
    _require_one_plan(words)
    letters: set[str] = set()
    days: set[str] = set()
    for pattern, days_meant, letters_meant in _WORDS:
        words, count = re.subn(pattern, "", words)
        if count:
            days.update(days_meant)
            letters.update(letters_meant)
    for first, last in _RANGE.findall(words):
        length = (_NUMBER[last] - _NUMBER[first]) % 7  # 周五至周一 goes over the end of the week
        days |= {str((_NUMBER[first] - 1 + step) % 7 + 1) for step in range(length + 1)}
    words = _RANGE.sub("", words)
    for day_names in _SINGLE.findall(words):
        days |= {str(_NUMBER[day]) for day in re.findall(_DAY, day_names)}
    words = _SINGLE.sub("", words)
    if not _BETWEEN.fullmatch(words) or not (days or letters):
        raise CellUnreadable
    return {day + letter for day in days or "1234567" for letter in letters or DAYTIME_LETTERS}
