"""Pieces of a folded text that may be an id, however cut up: lin_0321, l i n 0 3 2 1, lin加321, lin三二一.

What reads like one is only found and put together here; `shapes` weighs whether it is one.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from screening.contacts import numbers
from screening.contacts.app_names import SURE, AppName
from screening.contacts.words import join_words

PHONE = "phone"
CUT, JOINED, MIXED, STUFFED, SPACED, PLAIN = "cut", "joined", "mixed", "stuffed", "spaced", "plain"
DIGITS, HIDDEN_DIGITS = "digits", "hidden digits"


class SpelledId(NamedTuple):
    start: int
    end: int
    value: str
    form: str  # one of those above


_HAN, _WRITTEN_DIGITS = r"\u3400-\u9fff", numbers.WRITTEN_DIGITS
# Pictures and ornaments, but no arrows and no signs of arithmetic or units.
_SIGN = r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff☆★♡♥❤※◆◇■□●○△▲▽▼♪丨|~•^]"
_DIGIT, _WRITTEN, _SOUND = (
    f"[0-9{_WRITTEN_DIGITS}]",
    f"[{_WRITTEN_DIGITS}]",
    f"[{numbers.SOUND_DIGITS}]",
)
_EITHER = f"[{_WRITTEN_DIGITS}{numbers.SOUND_DIGITS}]"
# What only sounds like a digit is one beside a digit, or three in a row.
_HAN_NUMBER = rf"(?:{_SOUND}{{0,2}}{_WRITTEN}{_EITHER}{{0,12}}|{_SOUND}{{3,12}})"
_REPEATED = rf"[两俩二三四五六七八]个{_DIGIT}(?!位|月|人)"
_MARKS = {
    "_": "(?:小写|英文)?(?:下划线|底线|底杠|下横线|下划|下杠)",
    "-": "(?:中划线|中横线|中杠|横杠|横线|短横|短杠|减号|连字符|杠杠?|减)",
    ".": "(?:英文)?(?:小数点|句点|点)",
    "@": "(?:圈a|艾特)",
    "#": "井号?",
}
_MARK = rf"(?:{'|'.join(_MARKS.values())})"
# What stands between two parts of an id; one of `_TIE` says that they belong together.
_TIE = rf"(?:{_SIGN}|{_MARK}|[(\[【]|{join_words('tie')})"
_JOIN = (
    rf"(?:{_SIGN}|{_MARK}|\([{_HAN}]{{1,10}}\)|[\[【][{_HAN}]{{1,10}}[\]】]|[\s,;:\"“”'「」【】\-—()\[\]]"
    rf"|{join_words('tie')}|{join_words('join')}){{1,5}}"
)
_NO_DIGIT = re.compile("(?<=空)一(?=格)|[三四五](?=位)")
_COUNTED = r"\s?[元块岁人天名万位]"
_PART = rf"(?:[a-z0-9_]{{1,24}}|{_REPEATED}|{_HAN_NUMBER})(?![a-z0-9]|{_COUNTED})"
_GLUE = (
    rf"(?: ?{_SIGN}{{1,3}} ?|(?=[^a-z0-9\n]{{0,10}}?{_TIE}){_JOIN}|[{_HAN}]{{1,3}}(?=[a-z0-9_])"
    rf"|(?={_WRITTEN}|{_SOUND}))"
)
_SPOKEN = {
    word: str(digit)
    for digit, words in enumerate(
        "ling dong zero,yao yi one,er liang two,san three,si four,wu five,liu six,qi guai seven,ba eight,jiu gou nine"
        .split(",")
    )
    for word in words.split()
}  # fmt: skip
_DIGIT_WORD = re.compile(rf"(?:{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})(?![a-z])")
_PIECE = rf"(?:\d{{1,8}}(?!\d)|{_HAN_NUMBER}(?!{_EITHER})|(?:{_DIGIT_WORD.pattern}[ \-]?){{2,11}})"
_PAUSE = rf"(?:[前中后]?[三四五]位|[^\d\n%元{_WRITTEN_DIGITS}]){{0,10}}?"

# A mobile number, with anything between its pieces.
_IN_PIECES = re.compile(
    r"(?<![a-z0-9.])(?=(?:[1一壹幺]|yao|yi|one)[ \-]?[3-9三四五六七八九叁肆伍陆柒捌玖sflqbjwte])"
    rf"{_PIECE}(?:{_PAUSE}{_PIECE}(?!{_COUNTED})){{0,6}}"
)
_FOREIGN = re.compile(rf"(?<![\w+])\+ ?{_DIGIT}{{1,4}}(?:[ \-]?{_DIGIT}{{1,6}}){{1,6}}(?!\d)")
# One by one, with the same sign between them.
_SINGLE = re.compile(
    rf"(?<![a-z0-9_])[a-z0-9](?P<sep> ?[^\w\s,、。;:!?()$￥%]{{1,2}} ?| {{1,2}}|_|丨|丶)(?:[a-z0-9_]|{_MARK})"
    rf"(?:(?:(?P=sep)|(?<=[线杠减划]))(?:[a-z0-9_]|{_MARK})){{1,24}}(?:(?P=sep)\d{{2,8}})?(?![a-z0-9])"
)
# In parts that signs, words or written digits hold together.
_IN_PARTS = re.compile(
    rf"(?<![a-z0-9_.\-])(?=\d{{0,6}}[a-z_])[a-z0-9_.]{{1,24}}(?:{_GLUE}{_PART}){{1,6}}[)\]】」]?(?![0-9.])"
)
_WITH_BLANKS = re.compile(
    r"(?<![a-z0-9_.\-])[a-z]{2,6}(?: [a-z]{1,6}){0,3}(?: \d{2,4}){1,3}(?![a-z0-9.\-]|:\d)"
)
_PLAIN = re.compile(
    r"(?<![a-z0-9_.\-&])(?!u?id\d)(?=[a-z0-9_.\-]{0,31}?[a-z])"
    r"[a-z0-9](?:[a-z0-9]|[_.\-]{1,2}(?=[a-z0-9_])){3,31}_?(?:#\d{2,4})?(?![a-z0-9_])"
)
_NUMBER = re.compile(
    rf"(?:(?<![a-z0-9_.\-/@{_WRITTEN_DIGITS}])|(?<=[^a-z]id)|(?<=uid)|(?<=q))"
    rf"(?:{_DIGIT}[0-9ol{_WRITTEN_DIGITS}]{{4,12}}"
    rf"|(?!(?:19|20)\d\d-){_DIGIT}{{1,5}}(?P<gap>[ \-,]|{_SIGN}){_DIGIT}{{1,5}}(?:(?P=gap){_DIGIT}{{1,5}}){{0,10}})"
    r"(?![a-z0-9_.\-/@]?[a-z0-9])"
)
_SOMEBODY_CALLED = re.compile(r"(?:电话|手机|号码|拨号?|打给?我?|联系|致电)[^\d\n]{0,10}$")
_ANY_PIECE, _ANY_TIE, _ANY_JOIN = re.compile(_PIECE), re.compile(_TIE), re.compile(_JOIN)
_ANY_HAN_NUMBER, _ANY_REPEATED = re.compile(_HAN_NUMBER), re.compile(_REPEATED)
_ANY_MARKS = [(re.compile(words), sign) for sign, words in _MARKS.items()]
_ONLY_SIGNS = re.compile(rf"(?:[a-z0-9_. ]|{_SIGN})*")
_ANY_HAN = re.compile(f"[{_HAN}]")
_SWITCHED = re.compile(rf"\d(?={_WRITTEN})|{_WRITTEN}(?=\d)")
_ID_CHARACTER = re.compile(f"[a-z0-9_{_WRITTEN_DIGITS}]")
_NO_ID = re.compile(r"[^a-z0-9_.\-#@]")
_RANGES = frozenset("-~")
_IN_ORDER = "0123456789" * 2


def find_spelled_ids(text: str, apps: list[AppName]) -> Iterator[SpelledId]:
    """Yield those that are cut up first: where two overlap, the earlier of them is meant."""
    for phone in numbers.find_phones(text):
        yield SpelledId(*phone, PHONE)
    rest = _leave_out_names(text, apps)
    for pattern, read in _READERS:
        for match in pattern.finditer(rest):
            if spelled := read(match):
                yield spelled


def _leave_out_names(text: str, apps: list[AppName]) -> str:
    """The name of an app is no id, and no part of one; a short name may begin one: mm88lulu."""
    parts, done = [], 0
    for start, end, _name, _prefix, weight in apps:
        is_short = end - start < 2 or _ID_CHARACTER.match(text, end)
        if weight == SURE or not is_short:
            parts += [text[done:start], "。" * (end - start)]
            done = end
    return "".join([*parts, text[done:]])


def _read_phone(match: re.Match[str]) -> SpelledId | None:
    """A mobile number of which something says that its pieces belong together."""
    written, digits, end = _NO_DIGIT.sub(" ", match.group()), "", 0
    for piece in _ANY_PIECE.finditer(written):
        spoken = _DIGIT_WORD.sub(lambda word: _SPOKEN[word.group()], piece.group())
        digits += numbers.read_digits(spoken)
        end = piece.end()
        if len(digits) > 10:
            break
    before = match.string[max(0, match.start() - 16) : match.start()]
    phone = numbers.format_phone(digits)
    pauses = "".join(_ANY_PIECE.split(written[:end]))
    is_tied = (
        _ANY_HAN_NUMBER.fullmatch(written[:end])
        or _DIGIT_WORD.search(written[:end])
        or _SOMEBODY_CALLED.search(before)
        or (_ANY_TIE.search(pauses) and not _ANY_JOIN.sub("", pauses))
    )
    if not is_tied or not phone.startswith("+861"):
        return None
    return SpelledId(match.start(), match.start() + end, phone, PHONE)


def _read_foreign_phone(match: re.Match[str]) -> SpelledId | None:
    digits = numbers.read_digits(match.group())
    return SpelledId(*match.span(), f"+{digits}", PHONE) if 10 <= len(digits) <= 13 else None


def _read_single(match: re.Match[str]) -> SpelledId:
    """The sign between the characters means nothing."""
    written = match.group().replace(match["sep"] if match["sep"].strip() else " ", "")
    return SpelledId(*match.span(), _NO_ID.sub("", _write_marks(written)), CUT)


def _read_parts(match: re.Match[str]) -> SpelledId:
    written = _NO_DIGIT.sub("", match.group())
    plain = _ANY_REPEATED.sub(_repeat_digit, written)
    plain = _ANY_HAN_NUMBER.sub(
        lambda number: numbers.read_digits(number.group()), _write_marks(plain)
    )
    form = STUFFED if _ANY_HAN.search(plain) else MIXED
    if _ANY_TIE.search(written) and not _ANY_HAN.search(_ANY_JOIN.sub("", plain)):
        form = CUT if _ONLY_SIGNS.fullmatch(written) else JOINED
    return SpelledId(*match.span(), _NO_ID.sub("", plain), form)


def _repeat_digit(match: re.Match[str]) -> str:
    return match.group()[-1] * int(numbers.read_digits(match.group()[0].replace("俩", "两")))


def _write_marks(written: str) -> str:
    for words, sign in _ANY_MARKS:
        written = words.sub(sign, written)
    return written


def _read_plain(match: re.Match[str]) -> SpelledId:
    value = match.group().replace(" ", "").rstrip("-.")
    return SpelledId(*match.span(), value, SPACED if match.re is _WITH_BLANKS else PLAIN)


def _read_number(match: re.Match[str]) -> SpelledId | None:
    written = match.group()
    digits, parts = numbers.read_digits(written), written.split(match["gap"] or " ")
    if not 5 <= len(digits) <= 13:
        return None
    if match["gap"] == "," and (written.isascii() or len(min(parts, key=len)) < 3):
        return None
    if match["gap"] in _RANGES and len(parts) == 2 and written.isascii():
        return None
    is_han = len(digits) >= 7 and not any(char.isascii() for char in "".join(parts))
    is_hidden = digits not in _IN_ORDER and (is_han or len(_SWITCHED.findall(written)) > 1)
    return SpelledId(*match.span(), digits, HIDDEN_DIGITS if is_hidden else DIGITS)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], SpelledId | None]], ...] = (
    (_IN_PIECES, _read_phone),
    (_FOREIGN, _read_foreign_phone),
    (_SINGLE, _read_single),
    (_IN_PARTS, _read_parts),
    (_WITH_BLANKS, _read_plain),
    (_PLAIN, _read_plain),
    (_NUMBER, _read_number),
)
