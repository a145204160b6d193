"""Conditions that are typed as words: 22元 is the filter of pay, 周末 that of free hours.

They become filters of the address, which the page shows and the reader can take away.
"""

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from django.http import QueryDict

from listings.choices import DAYS_PER_UNIT, HOURS_PER_DAY, PayUnit, SettlementCycle, WorkMode
from listings.vocabulary.work_slots import NIGHT, PART_LETTERS, describe_slots, encode_slots
from textkit.segmentation import is_word, segment_pieces, segment_words
from textkit.tsearch import SAID_OF_ALL, cut_query_words

_AMOUNT = r"(?P<amount>(?<![\d.])\d{1,5}(?:\.\d{1,2})?)"
_YUAN = r"(?:元|块钱|块|rmb|￥|¥)"
_PER = r"(?:/|每|一|1|按)?个?"
_FREE = r"(?:(?:能|可以?)(?:做|干|上班)的?|有空的?)?"
_FROM_THEN_ON = r"(?:以?后|之后|开始|起)?"
_HOUR = r"(?:[5-9]|1\d|2[0-3]|[五六七八九十])点(?:半|钟)?"
_MORE = r"(?:以上|起步|起|左右|上下)?"
_UNITS = {
    PayUnit.HOUR: ("时薪|每小时|一小时|1小时|小时工资", "小时|钟头"),
    PayUnit.DAY: ("日薪|每天|一天|1天|一日", "天|日"),
    PayUnit.WEEK: ("周薪|每周|一周|1周|每星期|一星期", "周(?![末一二三四五六日天])|星期|礼拜"),
    PayUnit.MONTH: ("月薪|每月|每个月|一个月|1个月", "月"),
}
# Units that cannot be converted into hours: 5元一件, 每单3元. A listing paid by them never passes the filter of pay.
_PIECES = "件|单|次|课时|节课|节|份|张|条|只|套|趟|场|页|斤|本|包|千字"
_NOT_A_PIECE_BEFORE = "".join(
    rf"(?<![每一1]{piece}{gap})" for piece in _PIECES.split("|") for gap in ("", r"[\s:]")
)
_NOT_A_PIECE_AFTER = rf"(?!钱?{_MORE}\s*[/每一1按]\s*(?:{_PIECES}))"
# 时薪30; 25元一小时 or 20/小时. 2小时 is no pay: the yuan or a sign of division must stand there.
_PAY_PATTERNS = [
    (unit, re.compile(pattern, re.IGNORECASE))
    for unit, (before, after) in _UNITS.items()
    for pattern in (
        rf"(?:{before})[:：]?{_AMOUNT}\s*{_YUAN}?{_MORE}",
        rf"{_AMOUNT}\s*(?:{_YUAN}\s*{_PER}|[/每一])个?(?:{after})(?!结){_MORE}",
    )
] + [
    (
        "",
        re.compile(
            rf"{_NOT_A_PIECE_BEFORE}(?:{_AMOUNT}\s*{_YUAN}(?:钱)?{_NOT_A_PIECE_AFTER}{_MORE}"
            rf"|[￥¥]\s*(?P<other>\d{{1,5}})(?!\d){_NOT_A_PIECE_AFTER}{_MORE})"
        ),
    )
]
# 200以上; and 日结200, where how it is paid says that the bare number is an amount, and no year.
_PAY_FROM = re.compile(
    rf"{_NOT_A_PIECE_BEFORE}(?<![\d.])(?P<amount>\d{{3,4}})(?:以上|起步|起){_NOT_A_PIECE_AFTER}"
)
_BARE_PAY = re.compile(r"(?<![\w.])(?!20\d\d)(?P<amount>\d{3,4})(?![\w.])")
# No listing may ask for these payments, so nothing is searched for words that exclude them.
_FORBIDDEN_ANYWAY = re.compile(
    r"(?:不要交?|不收|不交|不用交?|无需?|没有?|免)(?:押金|保证金|服装费|培训费|中介费|报名费)的?"
)
# An amount without a unit: an hour is paid two figures, a day three, a month four.
_LARGEST_FOR_HOUR, _LARGEST_FOR_DAY = 99, 999
_HOURLY_RANGE = Decimal(1), Decimal(1000)


def _list_slots(days: str, letters: str = PART_LETTERS) -> list[str]:
    return [f"{day}{letter}" for day in days for letter in letters]


WEEKEND = _list_slots("67")
EVENINGS = _list_slots("1234567", "e")
# 今天 by itself asks for the same; 今天刚发的 asks for something else.
_CAN_BEGIN = r"(?:就?(?:能|可以?)(?:做|干|上班|上岗)|上班|上岗)的?"
# The filter, its values and what is typed for it; the longer of two that begin alike comes first.
type WordRow = tuple[str, list[str], re.Pattern[str]]
_WORDS: list[WordRow] = [
    (name, values, re.compile(pattern))
    for name, values, pattern in (
        (
            "slots",
            WEEKEND,
            rf"(?:周末|双休日|(?:周|星期|礼拜)六[、和,，]?(?:周|星期|礼拜)?[日天]){_FREE}",
        ),
        ("slots", _list_slots("6"), r"(?:周|星期|礼拜)六"),
        ("slots", _list_slots("7"), r"(?:周|星期|礼拜)[日天]"),
        ("slots", EVENINGS, rf"(?:晚上(?:{_HOUR}{_FROM_THEN_ON})?|下班以?后|下了班){_FREE}"),
        ("settlement", [SettlementCycle.NEXT_DAY.value], r"次日结|隔天结"),
        ("settlement", [SettlementCycle.DAILY.value], r"日结|当天结算?|当日结算?|天结|现结"),
        ("settlement", [SettlementCycle.WEEKLY.value], r"周结|一周一结"),
        ("settlement", [SettlementCycle.SEMI_MONTHLY.value], r"半月结"),
        ("settlement", [SettlementCycle.MONTHLY.value], r"月结|一月一结"),
        ("when", ["today"], rf"今[天日](?:{_CAN_BEGIN}|(?![刚新发更]))"),
        ("fit", ["student"], r"学生(?:也|都)?(?:可|能|可以)做的?|适合学生的?"),
        ("fit", ["no_experience"], r"(?:不限|不要求?|无需|不需要?|没有?|无)\s?(?:工作)?经验的?"),
        (
            "fit",
            ["no_degree"],
            r"(?:不限|不看|不要求?|无需|无|没有?)\s?学历(?:要求|限制)?的?|学历不限",
        ),
        (
            "fit",
            ["no_health_certificate"],
            r"(?:不用|不要求?|不需要?|无需|免|没有?|无)\s?(?:办|有)?健康证的?",
        ),
        ("mode", [WorkMode.ONLINE.value], r"线上(?!老师|教|客服)|在家(?:里|做)?|居家|网上|远程"),
    )
]

# Filters of which a listing must have all values: 不限学历 不用健康证 asks for both.
_COMBINED_FILTERS = {"fit"}

# Words after one of these markers are left out of the list: 不要夜班, 除了家教, 非夜班, 家教 -英语.
LEFT_OUT = "without"  # name of the filter
MAX_LEFT_OUT = 5
_LEAVES_OUT = re.compile(
    r"(?<!要(?=不要))(?<!做(?=不做))(?<!干(?=不干))(?<!(?<![早晚])上(?=不上))(?<!想(?=不想))"
    r"(?:不想?(?P<verb>[要做干上])(?![求紧])|不想|不考虑|不含|别要|除了)\s*"
    r"|(?:(?<=\s)|^)(?:(?P<non>非)(?!遗|物质|常|洲|凡|要|得|全|师范|诚|工作|上班)|[-−](?=[^\W\d_]))"
)
_RUN = re.compile(r"[^\s,，。;；!！?？+]+")
_BETWEEN = re.compile(r"[、/]|和|与|或者?|跟|及|以及")  # what is left out and more of it
_ENDS = frozenset(
    "的 了 吧 以外 之外 外 其他 其它 别的 另外 还有 都 也 都行 都可以 行 可以 就行 就 要 只要 想 但 但是 而 全部 "
    "不 不要 不做 不上 不想 不干 除了".split()
)
_AND_THE_REST = re.compile(
    r"(?:以外|之外|外)?的?(?:了|吧)?(?:还有(?:什么|哪些|啥)?)?(?:(?:其他|其它|别的|另外的?)(?:的|活|工作|兼职)*)?(?:全部|都|也)?"
    r"(?:就?行|可以|接受|要|能做)?"
)
# Things that listings demand. 不要经验 asks for work that does not demand it, so no word is left out.
_DEMANDED = frozenset(
    "经验 学历 文凭 健康证 证 证件 证书 身份证 简历 面试 基础 技术 技能 门槛 要求 年龄 押金 保证金 服装费 "
    "培训费 中介费 报名费 费用 费 钱 本钱 垫资 垫付 交钱 交 上班 上学".split()
)
_NIGHTS = re.compile(r"(?:上|值)?(?:大?夜班|夜间|夜里|半夜|深夜|通宵|熬夜)(?:班)?")
_LATE = re.compile(r"(?:上)?晚(?:上|间)?(?:上班|班)?")


class TypedPay(NamedTuple):
    """The lowest pay that somebody typed, and the yuan an hour that the filter makes of it."""

    amount: Decimal  # yuan a unit
    unit: PayUnit
    hourly: Decimal
    words: str

    def __str__(self) -> str:
        """一天 200 元; for an hour 一小时 25 元."""
        return f"{_UNIT_WORDS[self.unit]} {self.amount.normalize():f} 元"

    def describe_conversion(self) -> str:
        """Return how the filter counts it: 按 8 小时算; "" for an hour."""
        return _CONVERSIONS.get(self.unit, "")


_UNIT_WORDS = {
    PayUnit.HOUR: "一小时",
    PayUnit.DAY: "一天",
    PayUnit.WEEK: "一周",
    PayUnit.MONTH: "一个月",
}
_CONVERSIONS = {
    PayUnit.DAY: f"按 {HOURS_PER_DAY} 小时算",
    PayUnit.WEEK: f"按 {DAYS_PER_UNIT[PayUnit.WEEK]} 天、每天 {HOURS_PER_DAY} 小时算",
    PayUnit.MONTH: f"按 {DAYS_PER_UNIT[PayUnit.MONTH]} 天、每天 {HOURS_PER_DAY} 小时算",
}


class TypedConditions(NamedTuple):
    text: str  # what remains
    filters: dict[str, list[str]]
    pay: TypedPay | None = None  # set even if the filter `pay_min` was already taken
    forbidden: str = ""  # such as 不要押金: no listing may ask for a deposit


def read_conditions(text: str, taken: Collection[str] = ()) -> TypedConditions:
    """Return the filters that the text names, and the text without their words.

    A filter in `taken` is already set and is not set again; its words stay in the text. Only the words of a pay are
    removed in any case, because no listing is found by an amount.
    """
    text = unicodedata.normalize("NFKC", text)
    filters: dict[str, list[str]] = {}
    demands = [row for row in _WORDS if row[0] in _COMBINED_FILTERS]
    text = _read_words(text, demands, filters, taken)  # 不要经验 leaves nothing out
    forbidden = _FORBIDDEN_ANYWAY.search(text)
    text, left_out = _read_left_out(_FORBIDDEN_ANYWAY.sub(" ", text))
    if left_out:
        filters[LEFT_OUT] = left_out
    text = _read_words(text, [row for row in _WORDS if row not in demands], filters, taken)
    text, pay = _read_pay(text, is_paid="settlement" in filters)
    if pay and "pay_min" not in taken:
        filters["pay_min"] = [f"{pay.hourly.normalize():f}"]
    words = cut_query_words(text) if filters or pay or forbidden else []
    if words and SAID_OF_ALL.issuperset(words):
        text = ""  # 日结工资 is 日结
    return TypedConditions(" ".join(text.split()), filters, pay, forbidden[0] if forbidden else "")


def _read_words(
    text: str, rows: list[WordRow], filters: dict[str, list[str]], taken: Collection[str]
) -> str:
    """Add to `filters` those that words of the text name, and return the text without these words."""
    for name, values, pattern in rows:
        if name not in taken and (name not in filters or name in _COMBINED_FILTERS):
            text, count = pattern.subn(" ", text, count=1)
            if count:
                filters[name] = [*filters.get(name, []), *values]
    return text


def _read_left_out(text: str) -> tuple[str, list[str]]:
    """Return the text without the words to leave out, and these words: 家教 不要英语和数学 gives 家教 and 英语,
    数学.

    A marker such as 不要 stays in the text if no word follows it that can be left out.
    """
    left_out: list[str] = []
    at = 0
    while match := _LEAVES_OUT.search(text, at):
        run = _RUN.match(text, match.end())
        items, length = _cut_left_out(run[0]) if run else ([], 0)
        if match["non"] and items and not _is_meant_by_non(text[match.end() :], items[0]):
            items = []
        if run and not items and match["verb"] not in (None, "要"):
            phrase = f"{match['verb']}{run[0][0]}"  # 不上门, 不做饭
            if is_word(phrase) and _can_be_left_out(phrase):
                items, length = [phrase], 1
        if not items:
            at = match.end()
            continue
        end = match.end() + length
        trailing_match = _AND_THE_REST.match(text, end)
        text = f"{text[: match.start()]} {text[trailing_match.end() if trailing_match else end :]}"
        left_out += items
        at = match.start()
    return text, list(dict.fromkeys(left_out))[:MAX_LEFT_OUT]


def _cut_left_out(run: str) -> tuple[list[str], int]:
    """Return the words to leave out at the beginning of `run`, and the number of characters that they take.

    The list of words ends where a condition begins: of 夜班日结 only 夜班 is left out, 日结 is asked for.
    """
    candidates = [""]
    length = end = 0
    for piece in segment_pieces(run):
        if _BETWEEN.fullmatch(piece):
            candidates.append("")
        elif piece in _ENDS or (candidates[-1] and _is_condition(piece)):
            break
        else:
            candidates[-1] += piece
            end = length + len(piece)
        length += len(piece)
    candidates = [candidate for candidate in candidates if candidate]
    return [candidate for candidate in candidates if _can_be_left_out(candidate)], end


def _is_meant_by_non(text: str, left_out_word: str) -> bool:
    """Whether `text`, which follows 非, begins with a whole word, as in 非夜班. False for half a word and for
    非本科也可."""
    first = segment_pieces(text)[0]
    return (
        len(first) > 1
        and is_word(first)
        and not re.search(r"[可也能]", text[: len(left_out_word) + 1])
    )


def _is_condition(word: str) -> bool:
    return any(pattern.fullmatch(word) for _, _, pattern in _WORDS)


def _can_be_left_out(phrase: str) -> bool:
    words = segment_words(phrase)
    is_demand = bool(words) and (words[-1] in _DEMANDED or words[0] in _DEMANDED)
    return len(phrase) > 1 and not is_demand and bool(cut_query_words(phrase))


def read_left_out_slots(word: str) -> list[str]:
    """Return the work slots that a left-out word excludes: 夜班 is every night; [] if the word names no time."""
    if _NIGHTS.fullmatch(word):
        return _list_slots("1234567", NIGHT)
    if _LATE.fullmatch(word):
        return EVENINGS
    unread, filters, *_ = read_conditions(word)
    return [] if unread else filters.get("slots", [])


def _read_pay(text: str, *, is_paid: bool) -> tuple[str, TypedPay | None]:
    patterns = [*_PAY_PATTERNS, ("", _PAY_FROM), *([("", _BARE_PAY)] if is_paid else [])]
    for unit, pattern in patterns:
        match = pattern.search(text)
        if match is None:
            continue
        amount = Decimal(match.groupdict().get("amount") or match["other"])
        pay_unit = PayUnit(unit) if unit else _guess_unit(amount)
        pay = TypedPay(amount, pay_unit, _compute_hourly(amount, pay_unit), match[0].strip())
        if _HOURLY_RANGE[0] <= pay.hourly <= _HOURLY_RANGE[1]:
            return f"{text[: match.start()]} {text[match.end() :]}", pay
    return text, None


def _guess_unit(amount: Decimal) -> PayUnit:
    if amount <= _LARGEST_FOR_HOUR:
        return PayUnit.HOUR
    return PayUnit.DAY if amount <= _LARGEST_FOR_DAY else PayUnit.MONTH


def _compute_hourly(amount: Decimal, unit: str) -> Decimal:
    if unit == PayUnit.HOUR:
        return amount
    return (amount / DAYS_PER_UNIT[unit] / HOURS_PER_DAY).quantize(Decimal("0.01"))


def move_conditions_to_filters(query: QueryDict) -> tuple[QueryDict, TypedConditions]:
    """Return the query string with the conditions moved from its keywords to filters, and what was read from the
    keywords."""
    text = query.get("q", "")
    typed = read_conditions(text, [name for name in query if query.get(name)])
    if not (typed.filters or typed.pay or typed.forbidden):
        return query, typed
    moved = query.copy()
    moved["q"] = typed.text
    for name, values in typed.filters.items():
        before = query.getlist(name) if name == LEFT_OUT else []
        moved.setlist(name, list(dict.fromkeys([*before, *values])))
    return moved, typed


def describe_free_hours(slots: Collection[str]) -> str:
    """Return how a filter of slots reads: 周末, 周六上午."""
    named = {frozenset(WEEKEND): "周末", frozenset(EVENINGS): "晚上"}
    return named.get(frozenset(slots)) or describe_slots(encode_slots(slots)).replace(" ", "")
