"""A contact that stands in the text: a phone, WeChat, QQ, mail or web address, however disguised.

Whoever writes to it has left the site, where nobody can warn them.
"""

import re
from collections.abc import Iterator

from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

WEIGHT = 10  # honest employers do it too; with the wording of a scheme it adds to it
_GAP = r"[\s\-–—_.,，。·•*~/|:：()（）]{0,3}"
_DIGIT = "[0-9零〇○o一幺壹二贰两三叁四肆五伍六陆七柒八捌九玖]"
_VALUES = str.maketrans(
    "零〇○o一幺壹二贰两三叁四肆五伍六陆七柒八捌九玖", "00001112223344556677889" + "9"
)
_RUN = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{6,}}")
_NOT_DIGIT = re.compile(r"\D")
_MOBILE = re.compile(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}\s?[-\s]\s?\d{7,8}|400[-\s]?\d{3,4}[-\s]?\d{3,4})(?!\d)")
_ID = r"[a-z0-9][a-z0-9_\-]{4,19}"
_WECHAT = r"(?:微信|薇信|威信|维信|徽信|v信|vx|wx|wechat|weixin|卫星号|绿泡泡?|薇|威)"
_PATTERNS = (
    (
        "wechat",
        "正文里写了微信号，或者叫人加微信。",
        re.compile(
            rf"(?:加|➕|\+|添加|找|扫)\s?(?:我|一下|店长|老板|客服|下方|下面)?\s?的?(?:{_WECHAT}|(?<![a-z])[vw](?![a-z]))"
            rf"|{_WECHAT}\s?(?:号|同号|联系|咨询|私聊|详聊|报名)?[\s:：是为]{{0,3}}{_ID}"
            rf"|{_WECHAT}(?:同号|联系我|私聊|详聊)"
        ),
    ),
    (
        "qq",
        "正文里写了 QQ 号或群号，或者叫人加群。",
        re.compile(
            r"(?:(?<![a-z])qq|扣扣|抠抠|企鹅)\s?(?:群|号|联系)?[\s:：是为]{0,3}\d{5,12}"
            r"|(?:加|进|➕|\+)\s?(?:q|扣扣?|qq|企鹅)?(?:裙|群)\s?(?:号)?[\s:：是为]{0,3}\d{5,12}"
            r"|(?:加|➕|\+)\s?(?:我)?\s?(?:扣扣|抠抠|企鹅|(?<![a-z])qq)"
        ),
    ),
    (
        "link",
        "正文里写了网址或邮箱。",
        re.compile(
            r"https?://\S+|(?<![a-z0-9])www\.[a-z0-9\-]+|(?<![a-z0-9])t\.me/\w+"
            r"|[a-z0-9._\-]+@[a-z0-9\-]+\.[a-z]{2,}"
            r"|(?<![a-z0-9.])[a-z0-9\-]{2,30}\.(?:com|cn|net|cc|top|xyz|vip|icu|club|link)(?![a-z])"
        ),
    ),
)
_PHONE_REASON = "正文里写了电话号码。"


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    yield from _phones(reading)
    for name, reason, pattern in _PATTERNS:
        for match in pattern.finditer(reading.text):
            yield _signal(reading, name, reason, match.start(), match.end())


def _phones(reading):
    for run in _RUN.finditer(reading.text):
        digits = _NOT_DIGIT.sub("", run.group().translate(_VALUES))
        if _MOBILE.search(digits):
            yield _signal(reading, "phone", _PHONE_REASON, *run.span())
    for match in _LANDLINE.finditer(reading.text):
        yield _signal(reading, "phone", _PHONE_REASON, *match.span())


def _signal(reading, name, reason, first, last):
    start, end = reading.span(first, last)
    return Signal(f"contact_evasion.{name}", WEIGHT, start, end, reason)
