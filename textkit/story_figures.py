"""The figures that tell one story from another: 1.7亿元, 2409家, 93.41万单.

Dates, clock times, ages, hotlines, round sums and small counts stand in every second story and are
left out. However it is written (1.7亿余元, 17000万元, 170,000,000元), a figure has one spelling.
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
    r"(?<![\d第])(?<!\d[.,:/\-])(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?"
    r"(?P<factor>万亿|[十百千]?[万亿]|[十百千])?\s*(?:余|多|来|几)?"
    rf"(?P<unit>(?:人民币|现金)?(?:{'|'.join(_UNITS)}))?(?!\d|[.:/\-]\d|%)"
)
# After these a number names a thing instead of counting it.
_NAMES = re.compile(r"(?:拨打|电话|热线|客服|账号|卡号|编号|尾号|微信|QQ|qq|号码)[^，。；]{0,6}$")
_LEAST = 100
LONGEST = 20


def extract_figures(text: str) -> list[str]:
    """In reading order, each once."""
    text = unicodedata.normalize("NFKC", text)
    found = (_figure(hit, text) for hit in _NUMBER.finditer(text))
    return list(dict.fromkeys(figure for figure in found if figure))


@lru_cache(maxsize=10_000)
def weigh_figure(figure: str) -> int:
    """How much it tells that two texts share it: 0 nothing, 3 that they tell one story."""
    hit = _NUMBER.fullmatch(figure)
    if hit is None:
        return 0
    value, unit = _value(hit), hit["unit"]
    digits = _significant(value)
    if unit == MONEY:
        if value < 10**4:  # what fees and prices are, in many stories
            return 1
        return min(3, digits - 1 + (value >= 10**7))
    return min(3, digits - 1)


def _figure(hit, text):
    value, unit = _value(hit), _unit(hit)
    if not unit or value < _LEAST or _significant(value) < 2:
        return None
    if _NAMES.search(text[max(0, hit.start() - 12) : hit.start()]):
        return None
    figure = f"{_short(value)}{unit}"
    return figure if len(figure) <= LONGEST else None


def _value(hit):
    number = Decimal(hit["digits"].replace(",", "") + (hit["rest"] or ""))
    return number * _FACTOR[hit["factor"] or ""]


def _unit(hit):
    unit = (hit["unit"] or "").removeprefix("人民币").removeprefix("现金")
    if unit:
        return MONEY if unit == "块" else unit
    # 涉案1.7亿 is money; a bare number, or 24万 of whatever, is not known to be.
    return MONEY if hit["factor"] and hit["factor"].endswith("亿") else ""


def _significant(value):
    return len(_plain(value).replace(".", "").strip("0"))


def _plain(value):
    return format(value.normalize(), "f")


def _short(value):
    for name, factor in (("亿", 10**8), ("万", 10**4)):
        if value >= factor:
            return _plain(value / factor) + name
    return _plain(value)
