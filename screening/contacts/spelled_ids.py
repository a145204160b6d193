"""Pieces of a folded text that may be an id, however cut up: lin_0321, l i n 0 3 2 1, lin加321, lin三二一.

What reads like one is only found and put together here; `shapes` weighs whether it is one.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from screening.contacts import numbers

JOINED, CUT, MIXED, SPACED, PLAIN = "joined", "cut", "mixed", "spaced", "plain"
DIGITS, PHONE = "digits", "phone"


class SpelledId(NamedTuple):
    start: int
    end: int
    value: str
    form: str  # one of those above


_HAN = r"\u3400-\u9fff"
# Pictures and ornaments, but no arrows and no signs of arithmetic or units.
_SIGN = r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff☆★♡♥❤※◆◇■□●○△▲▽▼♪]"
_DIGIT = f"[{numbers.WRITTEN_DIGITS}]"
_SOUND = f"[{numbers.SOUND_DIGITS}]"
_EITHER = f"[{numbers.WRITTEN_DIGITS}{numbers.SOUND_DIGITS}]"
# What only sounds like a digit is one beside a digit, or three in a row.
_HAN_NUMBER = (
    rf"(?:{_DIGIT}{_EITHER}{{0,12}}|{_SOUND}{{3,12}}|{_SOUND}{{1,2}}{_DIGIT}{_EITHER}{{0,12}})"
)
_UNDERLINE = r"(?:小写|英文)?(?:下划线|底线|底杠|下横线|下划|下杠)"
_DASH = r"(?:中划线|中横线|中杠|横杠|横线|短横|短杠|减号|杠|减)"
_MARK = rf"(?:{_UNDERLINE}|{_DASH})"
# What stands between two halves of an id; `_TIE` is in it wherever they belong together.
_JOIN = (
    rf"(?:{_SIGN}|\([{_HAN}]{{1,10}}\)|[\[【][{_HAN}]{{1,10}}[\]】]|[\s,:\"“”'「」【】\-—()\[\]|]"
    rf"|x{{1,4}}(?=\d)|{_MARK}|英文|字母|数字|阿拉伯|后面|中间|前面|最后|然后|再|接着?|跟着?|加上?|\+|输入?"
    r"|打上?|写上?|空格|空一格|上|是|为|和|连着?|无空格|直接|生日|年份|手机|末尾|结尾|尾号|尾数|[前中后]?[三四五]位"
    r"|的|个|点){1,5}"
)
_TIE = re.compile(
    rf"{_SIGN}|[加\+接跟]|后面|数字|再|然后|空格|后[三四五]位|{_MARK}|[(\[【|]|x|最后|末尾|尾|直接|连着"
)
_NO_TIE = re.compile("空一格|[三四五]位")
_NO_ID_BEFORE = r"(?<![a-z0-9_.\-])"
_LATIN = r"[a-z](?:[a-z0-9]|[_.\-](?=[a-z0-9_])){1,23}"
_ATOM = rf"(?:[a-z0-9_]|{_MARK})"

_PLAIN = re.compile(
    r"(?<![a-z0-9_.\-&])(?!u?id\d)(?=[a-z0-9_.\-]{0,31}?[a-z])"
    r"[a-z0-9](?:[a-z0-9]|[_.\-]{1,2}(?=[a-z0-9_])){3,31}_?(?:#\d{2,4})?(?![a-z0-9_])"
)
_NUMBER = re.compile(
    rf"(?:(?<![a-z0-9_.\-/@])|(?<=[^a-z]id)|(?<=uid))(?:\d{{5,13}}|(?<!{_DIGIT}){_DIGIT}{{6,13}}"
    r"|\+?(?!(?:19|20)\d\d)\d{2,4}(?P<gap>[ \-])\d{3,4}(?:(?P=gap)\d{3,4}){1,2})"
    r"(?![a-z0-9_.\-/@]?[a-z0-9])"
)
# One by one, with the same sign between them.
_SINGLE = re.compile(
    rf"(?<![a-z0-9_])[a-z0-9](?P<sep> ?[^\w\s,、。;:!?()$￥%]{{1,2}} ?| {{1,2}}|_|丨|丶){_ATOM}"
    rf"(?:(?:(?P=sep)|(?<=[线杠减划])){_ATOM}){{1,24}}(?:(?P=sep)\d{{2,8}})?(?![a-z0-9])"
)
_BROKEN = re.compile(
    rf"(?<![a-z0-9_])[a-z0-9_]{{1,16}}(?: ?{_SIGN}{{1,3}} ?[a-z0-9_]{{1,12}}){{1,10}}"
)
_HALVES = re.compile(
    rf"{_NO_ID_BEFORE}(?P<left>{_LATIN}) ?(?P<tie>{_JOIN})(?P<right>\d{{2,8}}|{_HAN_NUMBER})"
    r"[)\]】」]?(?![0-9.])"
)
_DASHED = re.compile(
    rf"{_NO_ID_BEFORE}(?P<left>{_LATIN}) ?(?P<tie>{_MARK}) ?(?P<right>[a-z0-9]{{2,16}})(?![a-z0-9])"
)
_WITH_HAN_DIGITS = re.compile(
    rf"{_NO_ID_BEFORE}[a-z0-9_]{{1,16}}(?:{_HAN_NUMBER}| {_DIGIT}{{3,8}})[a-z0-9_]{{0,12}}"
    rf"(?:{_HAN_NUMBER}[a-z0-9_]{{0,8}})?"
)
_WITH_BLANKS = re.compile(
    rf"{_NO_ID_BEFORE}[a-z]{{2,6}}(?: [a-z]{{1,6}}){{0,3}}(?: \d{{2,4}}){{1,3}}(?![a-z0-9.\-]|:\d)"
)
# an汉jie字0321, 去掉汉字
_STUFFED = re.compile(rf"(?<![a-z0-9_])[a-z0-9_]{{1,8}}(?:[{_HAN}]{{1,2}}[a-z0-9_]{{1,8}}){{1,8}}")
_UNSTUFF = re.compile(
    r"[^。\n]{0,12}(?:去掉|去除|删掉|删除|拿掉|不要|忽略|无视|除去|去)(?:中间|里面?)?的?"
    r"(?:汉字|中文|表情|图标|符号|括号)"
)
_SPOKEN = {
    "ling": "0", "dong": "0", "zero": "0", "yao": "1", "yi": "1", "one": "1", "er": "2", "liang": "2",
    "two": "2", "san": "3", "three": "3", "si": "4", "four": "4", "wu": "5", "five": "5", "liu": "6",
    "six": "6", "qi": "7", "guai": "7", "seven": "7", "ba": "8", "eight": "8", "jiu": "9", "gou": "9",
    "nine": "9",
}  # fmt: skip
_DIGIT_WORD = re.compile(rf"(?:{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})(?![a-z])")
_PIECE = rf"(?:\d{{2,8}}|{_HAN_NUMBER}|(?:{_DIGIT_WORD.pattern}[ \-]?){{2,11}})"
_IN_PIECES = re.compile(rf"(?<![a-z0-9.]){_PIECE}(?:{_JOIN}{_PIECE}){{0,5}}(?![0-9a-z])")
_FOREIGN = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ \-]?\d{1,5}){2,6}(?!\d)")
_ONE_NUMBER = re.compile(_HAN_NUMBER)
_ANY_NUMBER = re.compile(rf"\d+|{_HAN_NUMBER}")
_NO_DIGIT = re.compile(r"\D")
_NO_ID = re.compile(r"[^a-z0-9_.\-]")
_UNDERLINES, _DASHES = re.compile(_UNDERLINE), re.compile(_DASH)


def find_spelled_ids(text: str) -> Iterator[SpelledId]:
    """Those that are cut up first: where two overlap, the earlier of them stands."""
    for pattern, form, read_value in _FORMS:
        for match in pattern.finditer(text):
            value = read_value(match)
            if value:
                yield SpelledId(*match.span(), value, form)


def _read_phone(match: re.Match[str]) -> str:
    """A mobile number of which something says that its pieces belong together."""
    written = match.group()
    whole = _ONE_NUMBER.fullmatch(written)
    if not (whole or _TIE.search(written) or _DIGIT_WORD.search(written)):
        return ""
    plain = _DIGIT_WORD.sub(lambda word: _SPOKEN[word.group()], _NO_TIE.sub("", written))
    digits = [numbers.read_digits(number) for number in _ANY_NUMBER.findall(plain)]
    phone = numbers.format_phone("".join(digits))
    return phone if phone.startswith("+861") else ""


def _read_foreign(match: re.Match[str]) -> str:
    digits = _NO_DIGIT.sub("", match.group())
    return f"+{digits}" if 10 <= len(digits) <= 13 else ""


def _read_single(match: re.Match[str]) -> str:
    """The sign between the characters means nothing."""
    return _keep_id(match.group().replace(match["sep"] if match["sep"].strip() else " ", ""))


def _read_halves(match: re.Match[str]) -> str:
    if not _TIE.search(match["tie"]):
        return ""
    right = match["right"]
    mark = _keep_id(match["tie"]).strip(".x")
    return f"{match['left']}{mark}{right if right.isascii() else numbers.read_digits(right)}"


def _read_han_digits(match: re.Match[str]) -> str:
    plain = match.group().replace(" ", "")
    return _ONE_NUMBER.sub(lambda number: numbers.read_digits(number.group()), plain)


def _read_stuffed(match: re.Match[str]) -> str:
    return _keep_id(match.group()) if _UNSTUFF.match(match.string, match.end()) else ""


def _read_number(match: re.Match[str]) -> str:
    return numbers.read_digits(match.group())


def _read_plain(match: re.Match[str]) -> str:
    return match.group().replace(" ", "").rstrip("-.")


def _read_broken(match: re.Match[str]) -> str:
    return _keep_id(match.group())


def _keep_id(written: str) -> str:
    """With _ and - where the text names them."""
    return _NO_ID.sub("", _DASHES.sub("-", _UNDERLINES.sub("_", written)))


_FORMS: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str]], ...] = (
    (_IN_PIECES, PHONE, _read_phone),
    (_FOREIGN, PHONE, _read_foreign),
    (_SINGLE, CUT, _read_single),
    (_BROKEN, CUT, _read_broken),
    (_STUFFED, CUT, _read_stuffed),
    (_HALVES, JOINED, _read_halves),
    (_DASHED, JOINED, _read_halves),
    (_WITH_HAN_DIGITS, MIXED, _read_han_digits),
    (_WITH_BLANKS, SPACED, _read_plain),
    (_PLAIN, PLAIN, _read_plain),
    (_NUMBER, DIGITS, _read_number),
)
