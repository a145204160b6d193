"""Sums of money as people write them: 500, 5,000, 五百, 三四百, 1.2万, 8k, 上千, 过万."""

import re
from decimal import Decimal

NUMBER = (
    r"(?:(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,8})(?:\.\d{1,2})?\s?[百千万kw]?"
    r"|[上过破数几好]?[一二两三四五六七八九十]{0,3}[百千万w]{1,2}(?:[一二两三四五六七八九]{1,2}[百千]?){0,2}|[二三四五六七八九]十)"
)
_FIGURE = re.compile(NUMBER)
_ARABIC = re.compile(r"(\d[\d,]{0,15}(?:\.\d{1,4})?)\s?([百千万kw]?)")
_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2}
_TIMES = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10000, "w": 10000, "": 1}


def parse_amount(text: str) -> Decimal | None:
    """Return the middle of a range, None where no figure is written."""
    parts = [part for match in _FIGURE.finditer(text) if (part := _parse_figure(match.group()))]
    return sum(parts, Decimal(0)) / len(parts) if parts else None


def _parse_figure(text: str) -> Decimal:
    """Return the amount, also of 五百 500, 三四百 350, 一千五 1500, 上千 1000, 几百 300."""
    if match := _ARABIC.fullmatch(text.strip()):
        return Decimal(match[1].replace(",", "")) * _TIMES[match[2]]
    total, digits, last = Decimal(0), [], 1
    for char in text:
        if char in _DIGITS:
            digits.append(_DIGITS[char])
        elif char in _TIMES:
            last = _TIMES[char]
            vague = 3 if char != "万" and text[0] in "数几好" and not total else 1
            number = Decimal(sum(digits)) / len(digits) if digits else Decimal(vague)
            total = (total + number) * last if last == 10000 and total else total + number * last
            digits = []
    if digits:
        total += Decimal(sum(digits)) / len(digits) * last / 10  # 一千五
    return total
