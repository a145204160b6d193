"""What distinguishes one news story from another: figures such as 1.7亿元, 2409家, 93.41万单; and family names,
villages and round sums, each of which stands in many stories, while together they tell one case.

Dates, clock times, ages, hotlines, round sums and small counts are no figures. A figure has one spelling, however
it was written (1.7亿余元, 17000万元, 170,000,000元). Names are stored beside the figures and weigh nothing alone.
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
_MIN_FIGURE = 100
MAX_NAME_LENGTH = 20
PERSON, ROUND_SUM = "某", "约"  # the last, and the first character of a stored name
PLACE_ENDS = ("村", "社区", "小区", "镇", "乡")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤冉舒欧柴滕麻农凌屈"
)
_PERSON_NAME = re.compile(
    rf"([{_SURNAMES}])(?:某|女士|先生|小姐|大爷|大妈|大娘|阿姨|婆婆|奶奶|爷爷|师傅|同学|老师)"
)
# The last two characters of a name are enough, because the beginning of a longer name cannot be found.
_VILLAGE_NAME = re.compile(
    rf"([一-鿿]{{2}}({'|'.join(PLACE_ENDS)}))(?!委|民|干部|级|口|头|里人|亲|下|医|集体)"
)
_NO_VILLAGE = re.compile(
    r"[的在个们这那各本全每到进驻农该同邻某我你他家住是为与和及从往去由、来自离回向多几两位名处里外一二三四五六七八九十]|"
    r"[老返入故家下城异坐年出]$|行政|自然|城中|美丽|示范|文明|智慧|所在|附近|对口|贫困|新型|乡村|老旧|住宅|商住|封闭|安置|城关|街道|乡镇"
)
MAX_NAMES = 20


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
        is_sum = _get_unit(match) == MONEY and value >= _MIN_FIGURE
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
    """Return the figure in its one spelling; None if it does not distinguish stories."""
    value, unit = _get_value(match), _get_unit(match)
    if not unit or value < _MIN_FIGURE or _count_significant_digits(value) < 2:
        return None
    if _NAMES.search(text[max(0, match.start() - 12) : match.start()]):
        return None
    figure = f"{_format_short(value)}{unit}"
    return figure if len(figure) <= MAX_NAME_LENGTH else None


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


def extract_story_names(text: str) -> list[str]:
    """Return 王某, 塘坪村, 约5万元 in reading order of each kind, each once.

    People are known by family name alone: one report writes 王某 and another 王女士.
    """
    people = (f"{match[1]}{PERSON}" for match in _PERSON_NAME.finditer(text))
    places = (
        match[1] for match in _VILLAGE_NAME.finditer(text) if not _NO_VILLAGE.search(match[1][:2])
    )
    sums = (f"{ROUND_SUM}{amount}" for amount in extract_round_sums(text))
    return list(dict.fromkeys([*people, *places, *sums]))[:MAX_NAMES]


def is_person_name(name: str) -> bool:
    return name.endswith(PERSON)


def is_village(name: str) -> bool:
    return name.endswith(PLACE_ENDS)
