"""The figures that distinguish one news story from another: 1.7亿元, 2409家, 93.41万单.

Dates, clock times, ages, hotlines, round sums and small counts occur in many stories and are left
out. A figure has one spelling, however it was written (1.7亿余元, 17000万元, 170,000,000元).
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

MONEY = "元"
_TIMES = {"": 1, "十": 10, "百": 100, "千": 1000}
_FACTOR = _TIMES | {
    f"{times}{name}": _TIMES[times] * factor
    for name, factor in (("万", 10**4), ("亿", 10**8))
    for times in _TIMES
}
_FACTOR["万亿"] = 10**12
_UNITS = (
    "美元 港元 欧元 元 块 家 单 名 人 起 张 部 台 条 个 件 次 户 笔 套 枚 辆 箱 吨 公斤 千克 克 亩 篇 只"
).split()
_NUMBER = re.compile(
    r"(?<![\d第])(?<!\d[.,:/\-])(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    r"(?P<factor>万亿|[十百千]?[万亿]|[十百千])?\s*(?:余|多|来|几)?"
    rf"(?P<unit>(?:人民币|现金)?(?:{'|'.join(_UNITS)}))?(?!\d|[.:/\-]\d|%)"
)
# After these words a number is a name and not a count.
_NAMES = re.compile(r"(?:拨打|电话|热线|客服|账号|卡号|编号|尾号|微信|QQ|qq|号码)[^,;，。；]{0,6}$")
_LEAST = 100
LONGEST = 20


def extract_figures(text: str) -> list[str]:
    """Return the figures in reading order, each once."""
    text = unicodedata.normalize("NFKC", text)
    figures = (_format_figure(match, text) for match in _NUMBER.finditer(text))
    return list(dict.fromkeys(figure for figure in figures if figure))


def extract_round_sums(text: str) -> list[str]:
    """Return the sums of money that are too round to be a figure (300元, 5万元), each once."""
    text = unicodedata.normalize("NFKC", text)
    sums = []
    for match in _NUMBER.finditer(text):
        value = _get_value(match)
        is_sum = _get_unit(match) == MONEY and value >= _LEAST
        if is_sum and _count_significant_digits(value) < 2:
            sums.append(f"{_format_short(value)}{MONEY}")
    return list(dict.fromkeys(sums))


@lru_cache(maxsize=10_000)
def weigh_figure(figure: str) -> int:
    """Return 0 to 3: how likely two texts with this figure tell the same story."""
    match = _NUMBER.fullmatch(figure)
    if match is None:
        return 0
    value, unit = _get_value(match), match["unit"]
    digits = _count_significant_digits(value)
    if unit == MONEY:
        if value < 10**4:  # the size of fees and prices, in many stories
            return 1
        return min(3, digits - 1 + (value >= 10**7))
    return min(3, digits - 1)


def _format_figure(match: re.Match[str], text: str) -> str | None:
    """The figure in its one spelling; None if it distinguishes no story."""
    value, unit = _get_value(match), _get_unit(match)
    if not unit or value < _LEAST or _count_significant_digits(value) < 2:
        return None
    if _NAMES.search(text[max(0, match.start() - 12) : match.start()]):
        return None
    figure = f"{_format_short(value)}{unit}"
    return figure if len(figure) <= LONGEST else None


def _get_value(match: re.Match[str]) -> Decimal:
    number = Decimal(match["digits"].replace(",", "") + (match["fraction"] or ""))
    return number * _FACTOR[match["factor"] or ""]


def _get_unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").removeprefix("人民币").removeprefix("现金")
    if unit:
        return MONEY if unit == "块" else unit
    # 涉案1.7亿 is money; a number without 亿 and without a unit may be anything.
    return MONEY if match["factor"] and match["factor"].endswith("亿") else ""


def _count_significant_digits(value: Decimal) -> int:
    return len(_format_plain(value).replace(".", "").strip("0"))


def _format_plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _format_short(value: Decimal) -> str:
    for name, factor in (("亿", 10**8), ("万", 10**4)):
        if value >= factor:
            return _format_plain(value / factor) + name
    return _format_plain(value)
