"""Telephone numbers, however their digits are written: 一三八, 1-3-8, 幺叁8, or backwards."""

import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

_STRONG = "零0〇0○0o0一1壹1弌1幺1二2贰2弍2两2三3叁3弎3参3四4肆4五5伍5六6陆6七7柒7八8捌8九9玖9"
_SOUNDS = "洞0玲0灵0令0腰1妖1夭1么1要1衣1i1l1|1伞3散3斯4思4武5舞5留6溜6流6拐7其7巴8爸8吧8酒9久9勾9"
_VALUES = {
    ord(char): digit
    for pairs in (_STRONG, _SOUNDS)
    for char, digit in zip(pairs[::2], pairs[1::2], strict=True)
}
WRITTEN_DIGITS = _STRONG[::2].replace("o", "")  # digits wherever they stand: 三, 叁, 幺
SOUND_DIGITS = "".join(char for char in _SOUNDS[::2] if not char.isascii())  # 巴, 溜: only sound so
_ANY = f"0-9o{WRITTEN_DIGITS}"
_SOUND = re.escape(_SOUNDS[::2])
# What only sounds like a digit is one between digits, or before them.
_GROUP = re.compile(rf"[{_SOUND}]?[{_ANY}]+(?:[{_SOUND}]{{1,2}}[{_ANY}]+)*")
_FARTHEST = 60  # no id goes on for longer
_GAP = 4  # marks between two groups of one number
_BREAKS = re.compile(r"[^\W_]|[<>%￥¥$]")

_MOBILE = re.compile(r"(?:00|\+)?(?:86)?(1[3-9]\d{9})|0(1[3-9]\d{9})")
_AREA = r"0(?:10|2[0-57-9]|[3-9]\d\d)"
_LANDLINE = re.compile(rf"(?:(?:00)?86)?({_AREA}[2-9]\d{{6,7}})")
_SERVICE = re.compile(r"[48]00[1-9]\d{6}")
# How people break a number up. Sums and times come in other pieces, or with other marks.
_SHAPES = {
    (3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5), (3, 5, 3), (2, 11), (2, 3, 4, 4), (2, 3, 8),
    (4, 11), (3, 11),
}  # fmt: skip
_EVEN = {
    (4, 4, 3),
    (5, 6),
    (6, 5),
    (2, 2, 2, 2, 2, 1),
    (3, 2, 2, 2, 2),
    (1, 2, 2, 2, 2, 2),
    (3, 3, 3, 2),
}
_RANGES = frozenset("-~–—至到")
_COUNTED = re.compile(
    r"\s?(?:元|块|万|千|百|k|w|/|%|天|月|号(?!码)|日|名|人|斤|公斤|岁|点|分|年|米|平|件|单|家|次|届)"
)
_NO_PHONE = re.compile(
    r"(?:单号|编号|工号|证号|许可证|证书|身份证|卡号|代码|流水号?|条码|批号|第|no\.?|isbn|型号|尾号|股票)"
    r"[^,，。\d\n]{0,5}$"
)
_CALLED = re.compile(
    r"(?:电话|座机|固话|手机号?|热线|致电|拨打|来电|拨|打|tel|call|联系方式|联系|咨询|号码|微信|同号|v|☏)[^\d,，。\n]{0,6}$"
)
_LOCAL = re.compile(r"(?:电话|座机|固话|热线|致电|拨打|tel)(?:号码?|[:\s是为(])*$")
_CODE = re.compile(r"[a-z0-9]{1,20}$")
_BACKWARDS = re.compile(
    r"倒着|倒过来|倒序|倒写|倒读|倒看|反着|反过来|反序|反写|反读|从后往前|从后面?往前|从右(?:往|到|向)左|逆序|逆着"
)


class Number(NamedTuple):
    start: int
    end: int
    value: str  # E.164; empty for a local number, which alone belongs to nobody


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def find_phones(text: str) -> Iterator[Number]:
    backwards = bool(_BACKWARDS.search(text))
    for chain in _list_chains(text):
        number = 0
        while number < len(chain):
            phone, taken = _find_phone(text, chain, number, backwards)
            if phone:
                yield phone
            number += taken


def read_number_at(text: str, place: int) -> tuple[int, str]:
    """(end, digits) of a number of 5 to 12 digits that starts here, or (place, "")."""
    if not _GROUP.match(text, place):
        return place, ""
    chain = next(_list_chains(text, place, place + _FARTHEST), ())
    if not chain or chain[0].start != place:
        return place, ""
    for count in range(len(chain), 0, -1):
        groups = chain[:count]
        digits = "".join(group.digits for group in groups)
        if 5 <= len(digits) <= 13 and _may_be_id(text, groups, digits):
            return groups[-1].end, digits
    return place, ""


def format_phone(digits: str) -> str:
    """E.164, or empty where the digits are no telephone number."""
    if match := _MOBILE.fullmatch(digits):
        return f"+86{match[1] or match[2]}"
    if match := _LANDLINE.fullmatch(digits):
        return f"+86{match[1][1:]}"
    return f"+86{digits}" if _SERVICE.fullmatch(digits) else ""


def read_digits(written: str) -> str:
    """Only its digits, as 0-9."""
    return "".join(c for c in written.translate(_VALUES) if c.isascii() and c.isdigit())


def _list_chains(text: str, place: int = 0, stop: int = sys.maxsize) -> Iterator[list[_Group]]:
    """Groups of digits with nothing but a few marks between them."""
    chain: list[_Group] = []
    for match in _GROUP.finditer(text, place, stop):
        start, end = match.span()
        if chain and (start - chain[-1].end > _GAP or _BREAKS.search(text, chain[-1].end, start)):
            if sum(len(group.digits) for group in chain) >= 5:
                yield chain
            chain = []
        chain.append(_Group(start, end, match.group().translate(_VALUES)))
    if chain and sum(len(group.digits) for group in chain) >= 5:
        yield chain


def _find_phone(
    text: str, chain: list[_Group], first: int, backwards: bool
) -> tuple[Number | None, int]:
    """(the number that starts with this group or None, how many groups to go on by)."""
    digits = ""
    for last in range(first, len(chain)):
        digits += chain[last].digits
        if len(digits) > 15:
            break
        if len(digits) < 7:
            continue
        groups = chain[first : last + 1]
        value = _read_value(text, groups, digits, backwards)
        if value is not None and _stands_alone(text, chain, first, last):
            return Number(groups[0].start, groups[-1].end, value), last + 1 - first
    head = chain[first]
    value = format_phone(head.digits[1:]) if text[head.start] in _SOUNDS[::2] else ""
    return (Number(head.start + 1, head.end, value) if value else None), 1  # 要13800138000


def _read_value(text: str, groups: list[_Group], digits: str, backwards: bool) -> str | None:
    if len(digits) in {7, 8}:
        local = (
            len(groups) <= 2
            and digits[0] in "23456789"
            and _LOCAL.search(_get_before(text, groups))
        )
        return "" if local and not _COUNTED.match(text, groups[-1].end) else None
    value = format_phone(digits)
    if not value and backwards:
        value = format_phone(digits[::-1])
    if not value or _NO_PHONE.search(_get_before(text, groups)):
        return None
    if digits.startswith(("0", "4", "8")) and not value.startswith("+861"):
        return value if _is_like_landline(text, groups) else None
    return value if _is_like_mobile(text, groups) else None


def _get_before(text: str, groups: list[_Group]) -> str:
    return text[max(0, groups[0].start - 12) : groups[0].start]


def _list_gaps(text: str, groups: list[_Group]) -> list[str]:
    return [text[group.end : later.start].strip() for group, later in pairwise(groups)]


def _is_like_mobile(text: str, groups: list[_Group]) -> bool:
    shape = tuple(len(group.digits) for group in groups)
    if len(groups) == 1:
        return not _is_inside_code(text, groups[0])
    if max(shape) == 1:
        return True
    stretch = text[groups[0].start : groups[-1].end]
    if ":" in stretch or "\n" in stretch or _COUNTED.match(text, groups[-1].end):
        return False
    return _has_phone_shape(shape, _list_gaps(text, groups), lambda: _is_called(text, groups))


def _has_phone_shape(shape: tuple[int, ...], gaps: list[str], called: Callable[[], bool]) -> bool:
    even = len(set(gaps)) == 1
    if shape in _SHAPES:
        return even or not any(gap in {",", "。", "、"} for gap in gaps)
    if even and shape in _EVEN:
        return (gaps[0] and not (gaps[0] in _RANGES and len(shape) == 2)) or called()
    return even and len(shape) > 2 and called()


def _is_called(text: str, groups: list[_Group]) -> bool:
    return bool(_CALLED.search(_get_before(text, groups)))


def _is_like_landline(text: str, groups: list[_Group]) -> bool:
    if _COUNTED.match(text, groups[-1].end):
        return False
    if max(len(group.digits) for group in groups) == 1:
        return True
    called = _is_called(text, groups)
    if len(groups) == 1:
        spelled = not text[groups[0].start : groups[0].end].isascii()
        return (called or spelled) and not _is_inside_code(text, groups[0])
    shape = tuple(len(group.digits) for group in groups)
    gaps = _list_gaps(text, groups)
    if any(":" in gap for gap in gaps):
        return called
    return called or (len(groups) <= 3 and shape[0] in {3, 4} and min(shape) >= 3)


def _is_inside_code(text: str, group: _Group) -> bool:
    """Letters and digits before it: a licence code, the number of an order."""
    before = _CODE.search(text, max(0, group.start - 20), group.start)
    return bool(before and any(char.isdigit() for char in before.group()))


def _stands_alone(text: str, chain: list[_Group], first: int, last: int) -> bool:
    """A row of single digits must not go on to either side."""
    if last == first or max(len(group.digits) for group in chain[first : last + 1]) > 1:
        return True
    sides = (chain[first - 1 : first] if first else []) + chain[last + 1 : last + 2]
    return not any(len(group.digits) == 1 for group in sides)


def _may_be_id(text: str, groups: list[_Group], digits: str) -> bool:
    if _COUNTED.match(text, groups[-1].end):
        return False
    if len(groups) == 1 or max(len(group.digits) for group in groups) == 1:
        return True
    gaps = _list_gaps(text, groups)
    if len(set(gaps)) != 1 or any(":" in gap or "," in gap or "、" in gap for gap in gaps):
        return False
    if format_phone(digits):
        return True
    return len(groups) > 2 or (gaps[0] not in _RANGES and min(len(g.digits) for g in groups) > 2)
