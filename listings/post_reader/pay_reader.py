"""What is paid and when. Where the sum stands is found here; `parse_pay` says what it means."""

import re
from decimal import Decimal
from typing import NamedTuple

from listings.choices import PayUnit
from listings.imports.cell_parsers import CellUnreadable, parse_pay
from listings.post_reader.post_text import (
    CHINESE_NUMBER,
    Clause,
    FieldReading,
    PostText,
    Span,
    parse_written_number,
)

# 3,500 is one number; 150,200 are two.
_NUMBER = rf"(?:(?:\d{{1,2}},\d{{3}}(?!\d)|\d{{1,6}})(?:\.\d{{1,2}})?\s?[千万kw]?|{CHINESE_NUMBER}{{2,6}})"
_YUAN = r"\s?(?:元|块钱?|rmb)?\s?"
_SUM = rf"(?P<low>{_NUMBER}){_YUAN}(?:[-–—~～至到]\s*(?P<high>{_NUMBER}){_YUAN})?(?:左右|以上|起)?"
_UNIT = "(?P<unit>小时|钟头|课时|h(?![a-z])|时|晚上|晚|天|日|周|星期|个?月|次|场|趟|单|件|个|条|篇|节|上午|下午|人)"
_FILLER = r"(?:工资|薪资|报酬|能拿|保底|底薪|约|给|就|开|付|有|:|\s){0,8}"
_NO_SUM_AFTER = r"(?!\s*(?:天|次|小时|个|节|篇|人|名|[点:.月日号%岁结斤]|楼|元?押))"
# In the order in which they are believed.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.月])(?<!\d:){_SUM}\s?(?:/|每|一|1)\s?个?{_UNIT}(?!结)",
        rf"(?:每|一|1|/)\s?个?{_UNIT}{_FILLER}(?<![\d.]){_SUM}{_NO_SUM_AFTER}",
        rf"(?P<unit>时薪|日薪|月薪|周薪){_FILLER}{_SUM}{_NO_SUM_AFTER}",
        rf"(?<![\d.月])(?<!\d:){_SUM}(?P<unit>半天)",
        rf"(?P<unit>)(?:工资|薪资|底薪|报酬|待遇|补贴){_FILLER}{_SUM}{_NO_SUM_AFTER}",
        rf"(?P<unit>)(?<![\d.月字])(?<!\d:)(?P<low>{_NUMBER})(?:\s?(?:元|块)?[-–—~至到](?P<high>{_NUMBER}))?\s?(?:元|块)",
    )
)
_UNIT_WORDS = {
    "时": "小时", "h": "小时", "钟头": "小时", "时薪": "小时", "日薪": "天", "日": "天", "月薪": "月", "周薪": "周",
    "星期": "周", "个月": "月", "晚": "次", "晚上": "次", "趟": "次", "上午": "次", "下午": "次", "半天": "次",
    "人": "次", "条": "件", "篇": "件", "节": "课时",
}  # fmt: skip
_NOT_WAGES = re.compile(
    r"押金?|服装费|培训费|报名费|会费|保证金|体检费|材料费|中介费|扣|罚|报销|退|门槛|办卡|预付"
)
_OPEN = re.compile(r"(?:薪资|工资|报酬|待遇|提成|价格|费用)?[:\s]{0,4}(?:面议|面谈|电议)")
# A bare number beside how it is settled: 日结150, 150-180日结. Less or more is a date or a number of something else.
_DAY_SUM_AFTER = re.compile(rf"{_FILLER}{_SUM}{_NO_SUM_AFTER}")
_DAY_SUM_BEFORE = re.compile(rf"(?<![\d.月字])(?<!\d:){_SUM}$")
_LONGEST_DAY_SUM = 16  # characters
_DAY_SUMS = range(50, 1001)  # yuan
# The first that fits; 次日结, 每月15日结 and 月底结 before 日结 and 月结.
_SETTLEMENTS = tuple(
    (code, re.compile(words))
    for code, words in (
        ("next_day", r"次日(?:结|发|给)|第二天(?:就)?(?:结|发|给)|隔天结"),
        ("semi_monthly", r"半个?月(?:一)?(?:结|发)(?:一次)?|每?月(?:结算?|发)?(?:两|二|2)次"),
        ("monthly", r"每月\s?\d+\s?[号日](?:发|结|前)"),
        (
            "daily",
            (
                r"(?:(?<!次)日|当[天日]|[现立]|当场|天天|做一|结束(?:当天|现)|干完就?|做完(?:就|当天|马上))结(?!束)"
                r"|当[天日]就?(?:用?(?:微信|支付宝|现金)就?)?"
                r"(?:转(?:账|给)|付清|发放?(?=工资|工钱|薪|钱|现|给[你您大]|[，。,;；!！\s)）]|$))"
                r"|[干做一]一?天[结发]一天|下班(?:就|当场|现)(?:结(?!束)|发工资|转)"
            ),
        ),
        ("on_completion", r"完工结|(?:活动|展会|项目)?结束(?:后|以后)?(?:一起|统一)?结|做完[^，。\n]{0,5}?结(?!束)"),
        ("weekly", r"周结|[一每]周(?:一)?(?:结|发)|次周.?.?发|(?:七|7)天(?:一)?结|每周结算"),
        (
            "monthly",
            r"月结|月底(?:结|发)|次月|每月发|上月工资|一月一(?:结|发)",
        ),
        ("per_project", r"按?项目结|整单结"),
        ("per_piece", r"计件结|按件结"),
    )
)  # fmt: skip


class _Sum(NamedTuple):
    low: str
    high: str
    unit: str
    span: Span


def read_pay(post: PostText) -> dict[str, FieldReading]:
    """Return kind, sums and unit of the pay, and how it is settled."""
    readings = _read_settlement(post)
    pay = _find_sum(post)
    day_sum = None
    if "settlement" in readings and not (pay and pay.unit):
        day_sum = _find_day_sum(post, readings["settlement"])
    pay = day_sum or pay
    if pay is None:
        if match := _OPEN.search(post.free):
            post.take(match.span())
            readings["pay_kind"] = FieldReading(["open"], [match.span()])
        return readings
    unit = _UNIT_WORDS.get(pay.unit, pay.unit)
    words = f"{pay.low}-{pay.high}元/{unit or '天'}"
    try:
        parsed = parse_pay(words)
    except CellUnreadable:
        return readings
    if parsed is None:
        return readings
    low, high, code = parsed
    post.take(pay.span)
    spans = [pay.span]
    readings |= {
        "pay_kind": FieldReading(["fixed"], spans),
        "pay_min": FieldReading([f"{low.normalize():f}"], spans),
    }
    if high != low:
        readings["pay_max"] = FieldReading([f"{high.normalize():f}"], spans)
    if day_sum:
        note = "原文只写了“日结”和数，按一天的填了。"
        readings["pay_unit"] = FieldReading([code], spans, note)
    elif unit:
        is_known = unit == pay.unit or unit in ("小时", "天", "周", "月", "课时")
        note = "" if is_known else f"原文按“{pay.unit}”算，单位填成了“{PayUnit(code).label}”。"
        readings["pay_unit"] = FieldReading([code], spans, note)
    return readings


def _read_settlement(post: PostText) -> dict[str, FieldReading]:
    for code, pattern in _SETTLEMENTS:
        if match := pattern.search(post.free):
            post.take(match.span())
            return {"settlement": FieldReading([code], [match.span()])}
    return {}


def _find_sum(post: PostText) -> _Sum | None:
    free = post.free
    is_of_wages: dict[Clause, bool] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(free):
            clause = post.find_clause(match.start())
            if clause not in is_of_wages:
                is_of_wages[clause] = not _NOT_WAGES.search(free, clause.start, clause.end)
            if not is_of_wages[clause]:
                continue
            if figures := _read_figures(match):
                low, high = figures
                return _Sum(f"{low:f}", f"{high:f}", match["unit"], match.span())
    return None


def _find_day_sum(post: PostText, settlement: FieldReading) -> _Sum | None:
    """Return the bare number before or behind 日结 as the pay of a day."""
    start, end = settlement.spans[0]
    clause = post.find_clause(start)
    if settlement.values != ["daily"] or _NOT_WAGES.search(post.free, clause.start, clause.end):
        return None
    for match in (
        _DAY_SUM_AFTER.match(post.free, end),
        _DAY_SUM_BEFORE.search(post.free, max(0, start - _LONGEST_DAY_SUM), start),
    ):
        figures = _read_figures(match) if match else None
        if match and figures and all(figure in _DAY_SUMS for figure in figures):
            low, high = figures
            return _Sum(f"{low:f}", f"{high:f}", "日", match.span())
    return None


def _read_figures(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Return the lowest and the highest sum; None if the numbers are none of money."""
    low, high = match["low"], match["high"] or match["low"]
    if not (_is_sum(low) and _is_sum(high)):
        return None
    lowest, highest = parse_written_number(low), parse_written_number(high)
    return None if lowest is None or highest is None else (lowest, highest)


def _is_sum(written: str) -> bool:
    """Whether a number is one of money: 一一 and 三 are none."""
    return written[0].isdigit() or any(char in "十百千万" for char in written)
