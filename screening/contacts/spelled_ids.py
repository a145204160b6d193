"""Pieces of a folded text that may be an id, however cut up: lin_0321, l i n 0 3 2 1, lin加321, lin三二一.

This module only finds and joins such pieces; `messenger_ids` weighs whether they are an id.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from screening.contacts import numbers
from screening.contacts.app_names import SURE, AppName
from screening.reading.word_file import Scanner, WordFile, join_patterns

PHONE = "phone"
CUT, JOINED, MIXED, STUFFED, SPACED, PLAIN = "cut", "joined", "mixed", "stuffed", "spaced", "plain"
DIGITS, HIDDEN_DIGITS = "digits", "hidden digits"


class SpelledId(NamedTuple):
    start: int
    end: int
    value: str
    form: str  # one of those above


_FILE = WordFile(__file__, written=numbers.WRITTEN_DIGITS, sounding=numbers.SOUND_DIGITS)
_ANY_PIECE, _ANY_TIE, _ANY_JOIN = map(_FILE.compile, ("piece", "ties", "joins"))
_ANY_HAN_NUMBER, _ANY_REPEATED = _FILE.compile("han_number"), _FILE.compile("repeated")
_DIGIT_WORD, _SOMEBODY_CALLED = _FILE.compile("digit_word"), _FILE.compile("somebody_called")
_ONLY_SIGNS = re.compile(rf"(?:[a-z0-9_. ]|{_FILE.join('sign')})*")
_SPOKEN = _FILE.index_words("spoken_digits")
_ANY_MARKS = [
    (re.compile(join_patterns(words.split())), sign) for sign, words in _FILE["marks"].items()
]
_NO_DIGIT = re.compile("(?<=空)一(?=格)|[三四五](?=位)")
_ANY_HAN = re.compile(r"[\u3400-\u9fff]")
_SWITCHED = re.compile(rf"\d(?=[{numbers.WRITTEN_DIGITS}])|[{numbers.WRITTEN_DIGITS}](?=\d)")
_ID_CHARACTER = re.compile(f"[a-z0-9_{numbers.WRITTEN_DIGITS}]")
_NO_ID = re.compile(r"[^a-z0-9_.\-#@]")
_RANGES = frozenset("-~")
_IN_ORDER = "0123456789" * 2


def find_spelled_ids(text: str, apps: list[AppName]) -> Iterator[SpelledId]:
    """Yield the ids, cut-up ones first. Where two overlap, the one that is yielded first counts."""
    for phone in numbers.find_phones(text):
        yield SpelledId(*phone, PHONE)
    nameless = _leave_out_names(text, apps)
    for scanner, read in _READERS:
        for match in scanner.finditer(nameless):
            if spelled := read(match):
                yield spelled


def _leave_out_names(text: str, apps: list[AppName]) -> str:
    """Blank the names of apps, which are no part of an id; but a short name may begin an id: mm88lulu."""
    parts, done = [], 0
    for start, end, _name, _prefix, weight in apps:
        is_short = end - start < 2 or _ID_CHARACTER.match(text, end)
        if weight == SURE or not is_short:
            parts += [text[done:start], "。" * (end - start)]
            done = end
    return "".join([*parts, text[done:]])


def _read_phone(match: re.Match[str]) -> SpelledId | None:
    """Read a mobile number in pieces, if something shows that they belong together."""
    written, digits, end = _NO_DIGIT.sub(" ", match.group()), "", 0
    for piece in _ANY_PIECE.finditer(written):
        spoken = _DIGIT_WORD.sub(lambda word: _SPOKEN[word.group()], piece.group())
        digits += numbers.read_digits(spoken)
        end = piece.end()
        if len(digits) > 10:
            break
    phone = numbers.parse_phone_digits(digits)
    if not phone.startswith("+861"):
        return None
    before = match.string[max(0, match.start() - 16) : match.start()]
    pauses = "".join(_ANY_PIECE.split(written[:end]))
    is_tied = (
        _ANY_HAN_NUMBER.fullmatch(written[:end])
        or _DIGIT_WORD.search(written[:end])
        or _SOMEBODY_CALLED.search(before)
        or (_ANY_TIE.search(pauses) and not _ANY_JOIN.sub("", pauses))
    )
    return SpelledId(match.start(), match.start() + end, phone, PHONE) if is_tied else None


def _read_parted_phone(match: re.Match[str]) -> SpelledId | None:
    """Read a mobile number in three pieces with the same sign between them; not prices, which are round."""
    phone = numbers.parse_phone_digits(numbers.read_digits(match.group()))
    return SpelledId(*match.span(), phone, PHONE) if phone else None


def _read_foreign_phone(match: re.Match[str]) -> SpelledId | None:
    digits = numbers.read_digits(match.group())
    return SpelledId(*match.span(), f"+{digits}", PHONE) if 10 <= len(digits) <= 13 else None


def _read_single(match: re.Match[str]) -> SpelledId:
    """Read an id without the meaningless sign between its characters."""
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


def _read_with_blanks(match: re.Match[str]) -> SpelledId:
    return _read_plain(match)._replace(form=SPACED)


def _read_plain(match: re.Match[str]) -> SpelledId:
    return SpelledId(*match.span(), match.group().replace(" ", "").rstrip("-."), PLAIN)


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


# Five digits or more, or with what may part them behind them: no "500元".
_ANY_DIGIT = f"[0-9{numbers.WRITTEN_DIGITS}]"
_PARTED = rf"(?:[ol \-,]|{_FILE.join('sign')})"
_NUMBER_HEADS = rf"{_ANY_DIGIT}(?<!{_ANY_DIGIT}.)(?={_ANY_DIGIT}{{4}}|{_ANY_DIGIT}{{0,4}}{_PARTED})"
_READERS: tuple[tuple[Scanner, Callable[[re.Match[str]], SpelledId | None]], ...] = (
    (_FILE.compile_scanner("in_pieces", "[1一壹幺yo]"), _read_phone),
    (_FILE.compile_scanner("parted", r"1(?<!\d.)(?=[3-9]\d\D)"), _read_parted_phone),
    (_FILE.compile_scanner("foreign", r"\+"), _read_foreign_phone),
    (_FILE.compile_scanner("single", "[a-z0-9](?<![a-z0-9_].)(?![a-z0-9])"), _read_single),
    (_FILE.compile_scanner("in_parts", "[a-z0-9_.]"), _read_parts),
    (_FILE.compile_scanner("with_blanks", "[a-z]"), _read_with_blanks),
    (_FILE.compile_scanner("plain", "[a-z0-9]"), _read_plain),
    (_FILE.compile_scanner("number", _NUMBER_HEADS), _read_number),
)
