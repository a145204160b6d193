"""Addresses whose dot or @ is another sign or a word: example丶com, hr_li 艾特 163 邮箱, t点me/li.

They would be none without a well-known ending or a well-known house of mail.
"""

import re
from collections.abc import Iterator

from screening.contacts.addresses import NO_HOST, Address

_ENDINGS = "(?:com|cn|net|org|top|cc|vip|xyz|icu|shop)"
_DOT = r" ?(?:[丶`·•・⚫●◆⬤]|-点-|\{点\}|\[dot\]|点儿|小数点|\. ?点| \.| dot |,?后缀(?:是|为)?) ?"
_NOTHING_BEFORE, _NOTHING_BEHIND = r"(?<![a-z0-9@.\-])", "(?![a-z0-9])"
_LINK = re.compile(
    rf"{_NOTHING_BEFORE}(?:www(?:{_DOT}|点))?(?P<host>[a-z0-9][a-z0-9\-]{{2,40}}){_DOT}"
    rf"(?P<ending>{_ENDINGS}){_NOTHING_BEHIND}"
)
_SHORT = re.compile(
    rf"{_NOTHING_BEFORE}(?P<host>t|wa)(?:点|{_DOT})me ?/ ?(?P<path>[a-z0-9_+]{{3,32}})"
)
_BY_LETTER = re.compile(
    r"(?<![a-z0-9])[a-z0-9](?: [a-z0-9\-]){2,30} ?\. ?(?:c ?o ?m|c ?n|n ?e ?t|t ?o ?p)(?![a-z0-9])"
)
_WITHOUT_DOTS = re.compile(
    rf"{_NOTHING_BEFORE}www(?P<host>[a-z0-9\-]{{3,40}}?)(?P<ending>com|cn)(?![a-z0-9.])"
)
_HOUSES = {
    "163": "163", "126": "126", "139": "139", "qq": "qq", "foxmail": "foxmail", "gmail": "gmail",
    "outlook": "outlook", "hotmail": "hotmail", "sina": "sina", "sohu": "sohu", "yeah": "yeah",
    "网易": "163", "腾讯": "qq", "谷歌": "gmail", "新浪": "sina", "搜狐": "sohu",
}  # fmt: skip
_HOUSE = rf"(?P<house>{'|'.join(_HOUSES)})"
_AT = r" ?(?:@+|#|\*|&|\(a\)|[\[({【]?(?:@|at|艾特)[\])}】]?|(?:小写|老)?[圈艾爱]特?a?|在|的|点) ?"
_MAIL = re.compile(
    rf"(?<![a-z0-9_.\-])(?P<local>[a-z0-9][a-z0-9_.\-]{{2,30}}){_AT}{_HOUSE}"
    rf" ?(?:的?邮箱|(?:{_DOT}|[.点 ]|\[\.\]|\(\.\)|\(点\))?com){_NOTHING_BEHIND}"
)
# QQ 邮箱 607182930
_BOX = re.compile(
    rf"(?<![a-z0-9]){_HOUSE} ?(?:电子)?(?:邮箱|信箱|mail)(?:号|地址|[账帐]号|是|为|发|[\s:]){{0,6}}"
    r"(?P<local>[a-z][a-z0-9_.\-]{0,30}?\d[a-z0-9_.\-]{0,30}|\d{5,11}|[a-z]{2,20}_[a-z0-9_]{1,20})"
    r"(?![a-z0-9@])"
)


def find_disguised_addresses(text: str) -> Iterator[Address]:
    for match in (*_MAIL.finditer(text), *_BOX.finditer(text)):
        value = f"{match['local']}@{_HOUSES[match['house']]}.com"
        yield Address("mail", *match.span(), value)
    for match in (*_LINK.finditer(text), *_WITHOUT_DOTS.finditer(text)):
        if match["host"] not in NO_HOST:
            yield Address("link", *match.span(), f"{match['host']}.{match['ending']}")
    for match in _SHORT.finditer(text):
        yield Address("link", *match.span(), f"{match['host']}.me/{match['path']}")
    for match in _BY_LETTER.finditer(text):
        yield Address("link", *match.span(), match.group().replace(" ", ""))
