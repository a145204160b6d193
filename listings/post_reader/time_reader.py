"""When the work is: clock times, weekdays and parts of the day, dates, and for how long."""

import datetime
import re
from itertools import islice

from listings.imports.cell_parsers import CellUnreadable
from listings.imports.work_slot_parser import parse_slot_codes
from listings.pay_law.clock_times import ClockRange, find_clock_ranges
from listings.post_reader.post_text import FieldReading, PostText
from listings.vocabulary.work_slots import PART_LETTERS, PARTS_OF_DAY

MAX_RANGES = 3
_BOUNDS = ((6, 12), (12, 18), (18, 22), (22, 30), (30, 36))  # m, a, e, n, the next morning
_WEEKLY_COUNT = re.compile(r"每周[^，。\n]{0,3}?[一二两三四五六七\d](?:-\d)?[天次篇节]")
_DAY = "[一二三四五六日天]"
_WEEK = "(?:周|星期|礼拜)"
_DAYS = re.compile(
    rf"周末|双休日?|工作日|平日|每天(?!\s?(?:\d+|[两三四五六七八九十])个?小时)|(?:天天|每日)(?!结)|每晚"
    rf"|{_WEEK}{_DAY}\s*[-–—~至到]\s*{_WEEK}?{_DAY}"
    rf"|{_WEEK}{_DAY}(?:[、和]?{_WEEK}?{_DAY})*(?![发结])"
)
_PART_WORDS = re.compile(r"全天|整天|白天|(?<!一)上午|早上|中午|下午|傍晚|晚上|每晚|夜里|夜班|通宵")
_PART_LETTERS = {
    "白天": "ma", "上午": "m", "早上": "m", "中午": "a", "下午": "a", "傍晚": "e", "晚上": "e",
    "每晚": "e", "夜里": "n", "夜班": "n", "通宵": "n", "全天": "mae", "整天": "mae",
}  # fmt: skip
_PART_NAMES = dict(PARTS_OF_DAY)
_DATE = re.compile(
    r"(?<![\d.\-])(?P<month>1[0-2]|0?[1-9])(?:月|\.)(?P<day>3[01]|[12]\d|0?[1-9])(?P<mark>[日号])?"
    r"(?:\s*[-–—~至到]\s*(?:(?P<month2>1[0-2]|0?[1-9])(?:月|\.))?(?P<day2>3[01]|[12]\d|0?[1-9])(?P<mark2>[日号])?)?(?![\d.])"
    r"(?!\s?(?:元|块|/|[万千kw米斤%]|公里|小时|钟头|个|天(?!天)))"  # 1.5-2.5元 are no days
)
# 12.10-12.15 are days, 8.30-12.30 are hours, or nobody knows.
_LONGEST_WITH_POINTS = datetime.timedelta(days=31)
_PAY_BEFORE = re.compile(r"薪|工资|报酬|单价|每件|[元块]")
_NEAR_DAYS = (("后天", 2), ("明天|明早|明晚", 1), ("今天(?!就|起|开始)|今晚", 0))
_AFTER = r"节?(?:以后|之后|过后|后|过完|一过)"  # 国庆后长期 is no work of the holiday
_TERMS = (
    ("summer", "暑假|暑期"), ("winter", "寒假"), ("night_shift", "夜班"),
    ("holiday", f"节假日|(?:国庆|元旦|五一(?!广场|路)|春节|情人节|中秋|端午)(?!{_AFTER})"),
    ("weekend", "周末"), ("long_term", "长期|长白班|每月休|月休"),
    ("short_term", "短期|临时|明天|今天|后天|今晚|明早|一天活|两天"),
)  # fmt: skip
_SINGLE_DAY = re.compile(
    r"今天(?!就|起|开始)|今晚|明天|明早|明晚|后天|元旦|国庆|情人节|节假日|[一两三四\d]个晚上|两班倒|轮班|点开始"
)


def read_times(post: PostText, today: datetime.date) -> dict[str, FieldReading]:
    readings: dict[str, FieldReading] = {}
    dates = _read_dates(post, today)
    ranges = list(islice(find_clock_ranges(post.free), MAX_RANGES))
    if ranges:
        words = "、".join(
            f"{_format_clock_time(r.start)}–{_format_clock_time(r.end)}" for r in ranges
        )
        readings["work_hours"] = FieldReading([words], [r.span for r in ranges])
    if slots := _read_slots(post, ranges, is_dated=bool(dates)):
        readings["slots"] = slots
    post.take(*(r.span for r in ranges))
    if term := _read_term(post, readings.get("slots")):
        readings["term"] = term
    return readings | dates


def _format_clock_time(hours: float) -> str:
    minutes = round(hours * 60) % (24 * 60)
    return f"{minutes // 60}:{minutes % 60:02d}" if hours != 24 else "24:00"


def _list_letters(clock: ClockRange) -> str:
    """Return the parts of the day that hold an hour and a half of it, or most of a short one."""
    length = clock.end - clock.start
    shares = [max(0, min(end, clock.end) - max(start, clock.start)) for start, end in _BOUNDS]
    shares[0] += shares.pop()
    if clock.start < 6:  # from 5:30 on
        shares[3] += min(6, clock.end) - clock.start
    return "".join(
        letter
        for letter, share in zip(PART_LETTERS, shares, strict=True)
        if share >= 1.5 or share >= length * 0.4
    )


def _read_slots(post: PostText, ranges: list[ClockRange], *, is_dated: bool) -> FieldReading | None:
    free = _WEEKLY_COUNT.sub(lambda match: "\0" * len(match[0]), post.free)
    days = list(_DAYS.finditer(free))
    parts = list(_PART_WORDS.finditer(free))
    letters = "".join(map(_list_letters, ranges))
    if not letters:
        letters = "".join(_PART_LETTERS[match[0]] for match in parts)
    if not days and (not letters or is_dated or _SINGLE_DAY.search(post.text)):
        return None
    words = "、".join(_spell_days(match[0]) for match in days)
    words += "、".join(_PART_NAMES[letter] for letter in dict.fromkeys(letters))
    try:
        codes = parse_slot_codes(words)
    except CellUnreadable:
        return None
    spans = [match.span() for match in days] or [match.span() for match in parts]
    spans = spans or [clock.span for clock in ranges]
    post.take(*(match.span() for match in (*days, *parts)), is_nameable=True)
    note = "" if days else "没写哪几天，先按每天。"
    return FieldReading(codes, spans, note) if codes else None


def _spell_days(words: str) -> str:
    """Return the weekdays as `parse_slot_codes` knows them: 每晚 is 每天."""
    words = re.sub("星期|礼拜", "周", words.replace("每晚", "每天"))
    return (
        re.sub(rf"(?<={_DAY})(?=周)", "、", words) if not re.search("[-–—~至到]", words) else words
    )


def _read_dates(post: PostText, today: datetime.date) -> dict[str, FieldReading]:
    for match in _DATE.finditer(post.free):
        is_range = match["day2"] is not None
        if "月" not in match[0] and not (is_range and match["month2"]):
            continue
        start = _find_next_date(today, int(match["month"]), int(match["day"]))
        month2 = int(match["month2"] or match["month"])
        end = _find_next_date(today, month2, int(match["day2"])) if is_range else start
        if start is None or end is None or end < start:
            continue
        is_marked = any(char in match[0] for char in "月日号")
        if not is_marked and (end - start > _LONGEST_WITH_POINTS or _is_pay(post, match.start())):
            continue
        post.take(match.span())
        return {
            "start_date": FieldReading([start.isoformat()], [match.span()]),
            "end_date": FieldReading([end.isoformat()], [match.span()]),
        }
    for words, days in _NEAR_DAYS:
        if day_match := re.search(words, post.text):
            day = (today + datetime.timedelta(days)).isoformat()
            note = f"“{day_match[0]}”按今天算是 {day}。"
            return {
                "start_date": FieldReading([day], [day_match.span()], note),
                "end_date": FieldReading([day], [day_match.span()]),
            }
    return {}


def _is_pay(post: PostText, start: int) -> bool:
    """Whether the words before, in the same clause, lead to a sum."""
    clause = post.find_clause(start)
    return clause.label == "pay" or bool(_PAY_BEFORE.search(post.text, clause.start, start))


def _find_next_date(today: datetime.date, month: int, day: int) -> datetime.date | None:
    """Return the next such day."""
    for year in (today.year, today.year + 1):
        try:
            date = datetime.date(year, month, day)
        except ValueError:
            return None
        if date >= today:
            return date
    return None


def _read_term(post: PostText, slots: FieldReading | None) -> FieldReading | None:
    for code, words in _TERMS:
        if match := re.search(words, post.text):
            return FieldReading([code], [match.span()])
    if slots and {value[0] for value in slots.values} <= {"6", "7"}:
        return FieldReading(["weekend"], list(slots.spans))
    return None
