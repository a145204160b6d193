"""Telephone numbers that are divided over several places of what one author has public: 1380743 in the title of a
listing, 1234 in its hours, in another listing or in the introduction of the employer; and whole ones that are called
something else."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, permutations, product
from typing import NamedTuple

from screening.contacts.extraction import find_contacts
from screening.contacts.numbers import (
    SOUND_DIGITS,
    WRITTEN_DIGITS,
    parse_phone_digits,
    read_digits,
)
from screening.reading.folded_text import FoldedText

_DIGIT, _SOUND = f"[0-9{WRITTEN_DIGITS}]", f"[{SOUND_DIGITS}]"
_GAP = r"(?:[^\S\n]|[.·_-]){0,2}"
# A number before one of these is an ordinary number of an offer: 1500元, 8:00, 1208号, 18-25岁.
_COUNTED = (
    r"\s?[元块万千百kw/%天月号日名人斤岁点分年米平件单家次届楼层室栋幢弄座路街位桌时小秒周期:~至到]"
)
# Two to ten digits with at most two marks between them, and no unit after them. A character that only sounds like a
# digit (巴, 溜) counts as one before a digit or between two digits.
_PIECE = re.compile(
    rf"(?<![:.$￥¥])(?<!{_DIGIT})(?:{_SOUND}(?={_DIGIT}))?{_DIGIT}"
    rf"(?:{_GAP}(?:{_DIGIT}|(?<={_DIGIT}){_SOUND}(?={_DIGIT}))){{1,9}}(?!{_DIGIT}|{_COUNTED})"
)
_PAY_RANGE = re.compile(r"\d+00-\d+00")  # 3500-5000
_SUM = re.compile(r".*0|\d{1,3}[-.]\d{1,3}")  # 180, 160-175, 4.8
_GAPS = re.compile(rf"(?<={_DIGIT}){_GAP}(?={_DIGIT})")
_LONG_RUN = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{9,}}")

# Digits of each of two pieces. In a row of more pieces they may be shorter, because the pieces follow each other.
_MIN_DIGITS_OF_TWO = 3
_LENGTHS = (10, 11, 12)  # of a number
_SAME_TAILS = 2  # kept pieces with the same first digits, each in another line
_BEGINNING = re.compile(r"0|1[3-9]|86|[48]00")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_DIGITS, _MAX_PIECES = 11, 5  # two digits at least in each


class PhonePiece(NamedTuple):
    start: int  # in the text as written
    end: int
    line: int
    digits: str
    words: str  # as written
    is_sum: bool  # looks like a sum of money or a size


def find_divided_phone(folded: FoldedText) -> tuple[PhonePiece, ...]:
    """Return the pieces of digits that only together are a telephone number, or ().

    The pieces stand in two or three lines, in any order, or three to five of them follow each other. Of 31,534
    honest texts in the corpus the first rule makes 27 wait, the second rule 9.
    """
    pieces = list(_list_pieces(folded))
    return _find_two_pieces(pieces) or _find_row_of_pieces(pieces)


def find_phone_of_two_pieces(folded: FoldedText) -> tuple[PhonePiece, ...]:
    """Return two pieces of different lines that are one number: all that is asked of photos, where prices that
    follow each other are as long as a number soon."""
    return _find_two_pieces(list(_list_pieces(folded)))


def find_unread_phone(folded: FoldedText) -> PhonePiece | None:
    """Return a mobile number that screening takes for something else, as 工号 or because of its groups: readers take it
    for a telephone number all the same."""
    known_spans = [(contact.start, contact.end) for contact in find_contacts(folded)]
    for run in _LONG_RUN.finditer(folded.text):
        start, end = folded.span(*run.span())
        is_known = any(
            start < known_end and known_start < end for known_start, known_end in known_spans
        )
        if not is_known and _is_mobile_run(run[0]):
            line = folded.text.count("\n", 0, run.start())
            return PhonePiece(
                start, end, line, read_digits(run[0]), folded.written[start:end], False
            )
    return None


def _is_mobile_run(run: str) -> bool:
    """13.30-17.30 120 has the digits of one, but is none: its marks differ."""
    marks = {gap.strip() or " " for gap in _GAPS.findall(run) if gap}
    return len(marks) <= 1 and _MOBILE.fullmatch(read_digits(run)) is not None


def find_phone_beside(
    folded: FoldedText, list_others: Callable[[], Iterable[str]]
) -> tuple[PhonePiece, ...]:
    """Return a piece of the text and a piece of one of the other texts that are one number, or ().

    The other texts are asked for only if the text has a piece.
    """
    own_pieces = _list_longer(_list_pieces(folded))
    if not own_pieces:
        return ()
    others = list(chain.from_iterable(map(_read_longer_pieces, list_others())))
    if pieces := _join_pieces(own_pieces, others):
        return pieces
    return _join_pieces(others, own_pieces)[::-1]


# An upload compares each of its rows with the same public texts.
@lru_cache(maxsize=500)
def _read_longer_pieces(words: str) -> tuple[PhonePiece, ...]:
    return tuple(_list_longer(_list_pieces(FoldedText(words))))


def _find_two_pieces(pieces: Sequence[PhonePiece]) -> tuple[PhonePiece, ...]:
    longer = _list_longer(pieces)
    return _join_pieces(longer, longer, is_one_text=True)


def _list_longer(pieces: Iterable[PhonePiece]) -> list[PhonePiece]:
    return [piece for piece in pieces if len(piece.digits) >= _MIN_DIGITS_OF_TWO]


def _join_pieces(
    beginnings: Sequence[PhonePiece], ends: Sequence[PhonePiece], *, is_one_text: bool = False
) -> tuple[PhonePiece, ...]:
    """Return one of the beginnings and one of the ends that are one number; of one text, in different lines."""
    heads = [piece for piece in beginnings if _BEGINNING.match(piece.digits)]
    tails = _sort_tails(ends)
    for head, length in product(heads, _LENGTHS):
        for tail in tails.get(length - len(head.digits), ()):
            are_apart = not is_one_text or head.line != tail.line
            if are_apart and parse_phone_digits(head.digits + tail.digits):
                return head, tail
    return ()


def _sort_tails(pieces: Sequence[PhonePiece]) -> Mapping[int, Sequence[PhonePiece]]:
    """Return the pieces that can end a number, by their length.

    Of pieces with the same first two digits only a few from different lines are kept, so that the work grows only
    linearly with the text.
    """
    tails: dict[int, list[PhonePiece]] = defaultdict(list)
    lines: dict[tuple[int, str], set[int]] = defaultdict(set)
    for piece in pieces:
        known_lines = lines[len(piece.digits), piece.digits[:2]]
        if piece.line not in known_lines and len(known_lines) < _SAME_TAILS:
            known_lines.add(piece.line)
            tails[len(piece.digits)].append(piece)
    return tails


def _find_row_of_pieces(pieces: Sequence[PhonePiece]) -> tuple[PhonePiece, ...]:
    """Return neighbouring pieces that are a mobile number; at most one of them may be a sum or a size. Offers name
    sums and sizes one after the other."""
    for row in _list_rows(pieces):
        if sum(piece.is_sum for piece in row) > 1:
            continue
        for ordered in _list_orders(row):
            if _MOBILE.fullmatch("".join(piece.digits for piece in ordered)):
                return ordered
    return ()


def _list_rows(pieces: Sequence[PhonePiece]) -> Iterator[tuple[PhonePiece, ...]]:
    """Yield three to five neighbouring pieces that together have the digits of a mobile number."""
    for first in range(len(pieces)):
        count, last = 0, first
        while count < _MOBILE_DIGITS and last < min(first + _MAX_PIECES, len(pieces)):
            count += len(pieces[last].digits)
            last += 1
        if count == _MOBILE_DIGITS and last - first > 2:
            yield tuple(pieces[first:last])


def _list_orders(row: tuple[PhonePiece, ...]) -> Iterable[tuple[PhonePiece, ...]]:
    """Return the orders in which the pieces can be read.

    A page shows the fields in another order than this module reads them, so pieces of three lines may be read in
    any order.
    """
    are_apart = len(row) == 3 and len({piece.line for piece in row}) == 3
    return permutations(row) if are_apart else [row]


def _list_pieces(folded: FoldedText) -> Iterator[PhonePiece]:
    # A whole number is no piece, and found as any contact in a text.
    text = _LONG_RUN.sub(_hide_phone, folded.text)
    line, counted = 0, 0
    for match in _PIECE.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if not _PAY_RANGE.fullmatch(match[0]):
            is_sum = bool(_SUM.fullmatch(match[0]))
            start, end = folded.span(*match.span())
            words = folded.written[start:end]
            yield PhonePiece(start, end, line, read_digits(match[0]), words, is_sum)


def _hide_phone(run: re.Match[str]) -> str:
    return "※" * len(run[0]) if parse_phone_digits(read_digits(run[0])) else run[0]
