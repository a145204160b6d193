"""Work slots: 7 weekdays × 4 parts of the day as bits of one number; 0 means any time.

Bit `weekday * 4 + part` with Monday 0 … Sunday 6 and morning 0 … night 3. In addresses a slot is
written as the weekday 1–7 and a letter: `6a` is Saturday afternoon.
"""

from collections.abc import Collection, Iterable
from typing import Any

DAY_NAMES = "一二三四五六日"
PARTS_OF_DAY = (("m", "上午"), ("a", "下午"), ("e", "晚上"), ("n", "夜间"))
PART_LETTERS = "".join(letter for letter, _ in PARTS_OF_DAY)
NIGHT = PART_LETTERS[3]
DAYTIME_LETTERS = PART_LETTERS[:3]
ALL_SLOTS = (1 << 28) - 1
ANY_TIME = 0
DAYTIME, ROUND_THE_CLOCK = 0b0111, 0b1111  # parts of one day: morning to evening; the night as well


_BITS = {
    f"{day + 1}{PART_LETTERS[part]}": 1 << (day * 4 + part) for day in range(7) for part in range(4)
}


def has_night(value: int) -> bool:
    """Whether any night is among the slots. Any time is no night: nobody must come then."""
    return any(code[1] == NIGHT for code in decode_slots(value))


def encode_slots(codes: Iterable[str]) -> int:
    """Return the number for codes like `6a`; unknown codes are left out."""
    return sum(_BITS.get(code, 0) for code in set(codes))


def encode_day(weekday: int) -> int:
    """Return the number for all parts of a weekday, Monday 0."""
    return ROUND_THE_CLOCK << weekday * 4


def decode_slots(value: int) -> list[str]:
    return [code for code, bit in _BITS.items() if value & bit]


def format_slot(code: str) -> str:
    return f"周{DAY_NAMES[int(code[0]) - 1]}{PARTS_OF_DAY[PART_LETTERS.index(code[1])][1]}"


SLOT_CHOICES = [(code, format_slot(code)) for code in decode_slots(ALL_SLOTS)]


def build_slot_grid(chosen: Collection[str]) -> dict[str, Any]:
    """Return the context of `listings/search/_slots.html`: a checkbox for each code."""
    rows = [
        (part, [(code, label, code in chosen) for code, label in SLOT_CHOICES if code[1] == letter])
        for letter, part in PARTS_OF_DAY
    ]
    return {"slot_rows": rows, "days": DAY_NAMES}


def describe_slots(value: int) -> str:
    """Return the slots in words, days with the same parts together: 周六、周日 下午."""
    if not value:
        return "时间不限"
    by_parts: dict[int, list[int]] = {}
    for day in range(7):
        parts = value >> (day * 4) & 15
        if parts:
            by_parts.setdefault(parts, []).append(day)
    groups = (f"{_format_days(days)} {_format_parts(parts)}" for parts, days in by_parts.items())
    return "；".join(groups)


def describe_parts(value: int, weekday: int) -> str:
    """Return the parts of one weekday, Monday 0, in words; "" if it has none."""
    parts = value >> (weekday * 4) & ROUND_THE_CLOCK
    return _format_parts(parts) if parts else ""


def _format_parts(parts: int) -> str:
    """Return the parts of one day in words; 全天 is not the night."""
    if parts in {DAYTIME, ROUND_THE_CLOCK}:
        return "全天" if parts == DAYTIME else "全天和夜间"
    return "、".join(name for i, (_, name) in enumerate(PARTS_OF_DAY) if parts >> i & 1)


def _format_days(days: list[int]) -> str:
    if len(days) == 7:
        return "每天"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{DAY_NAMES[days[0]]}至周{DAY_NAMES[days[-1]]}"
    return "、".join(f"周{DAY_NAMES[day]}" for day in days)


def build_slot_table(value: int) -> list[tuple[str, list[bool]]]:
    """Return rows of a table: the name of the part, and whether each weekday has it."""
    return [
        (name, [bool(value & _BITS[f"{day}{letter}"]) for day in range(1, 8)])
        for letter, name in PARTS_OF_DAY
    ]
