"""The contacts that a listing names, in its texts and in its contact fields."""

import re
from collections.abc import Iterator
from itertools import islice, permutations
from typing import NamedTuple

from listings.models import ListingContent
from screening.contacts.extraction import Contact, find_contacts, parse_contact_field
from screening.contacts.numbers import WRITTEN_DIGITS, parse_phone_digits, read_digits
from screening.reading.folded_text import FoldedText

TEXT_FIELDS = (
    "title",
    "duties",
    "requirements",
    "address",
    "further_places",
    "work_hours",
    "contact_name",
)
CONTACT_FIELD_KINDS = {"contact_phone": "phone", "contact_wechat": "wechat"}

MAX_PIECES = 60  # of a listing
_DIGIT, _GAP = f"[0-9{WRITTEN_DIGITS}]", r"(?:[^\S\n]|[.·_-]){0,2}"
# Behind it stands what a number of an offer counts or names: 1500元, 8:00, 1208号, 18-25岁.
_COUNTED = (
    r"\s?[元块万千百kw/%天月号日名人斤岁点分年米平件单家次届楼层室栋幢弄座路街位桌时小秒周期:~至到]"
)
# Three to ten digits with at most two marks between them, of which nothing says what they count.
_PIECE = re.compile(
    rf"(?<![:.$￥¥])(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{2,9}}(?!{_DIGIT}|{_COUNTED})"
)
_PAY_RANGE = re.compile(r"\d+00-\d+00")  # 3500-5000
_LONG_RUN = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{9,}}")


class PhonePiece(NamedTuple):
    start: int  # in the text as written
    end: int
    line: int
    digits: str


def find_divided_phone(folded: FoldedText) -> tuple[PhonePiece, PhonePiece] | None:
    """Return two pieces of digits in two lines, or fields, that are a telephone number only when read together."""
    pieces = list(islice(_list_pieces(folded), MAX_PIECES))
    for first, second in permutations(pieces, 2):
        is_long_enough = len(first.digits) + len(second.digits) in (10, 11, 12)
        if (
            first.line != second.line
            and is_long_enough
            and parse_phone_digits(first.digits + second.digits)
        ):
            return first, second
    return None


def _list_pieces(folded: FoldedText) -> Iterator[PhonePiece]:
    # A whole number is no piece, and found as any contact in a text.
    text = _LONG_RUN.sub(_hide_phone, folded.text)
    line, counted = 0, 0
    for match in _PIECE.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if not _PAY_RANGE.fullmatch(match[0]):
            yield PhonePiece(*folded.span(*match.span()), line, read_digits(match[0]))


def _hide_phone(run: re.Match[str]) -> str:
    return "※" * len(run[0]) if parse_phone_digits(read_digits(run[0])) else run[0]


def find_named_contacts(content: ListingContent) -> list[Contact]:
    """Return each contact once."""
    texts = filter(None, map(content.read_text, TEXT_FIELDS))
    named = [contact for text in texts for contact in find_contacts(text)]
    for name, kind in CONTACT_FIELD_KINDS.items():
        words = content.read_text(name)
        if words and (contact := parse_contact_field(kind, words)):
            named.append(contact)
    return list({(contact.kind, contact.value): contact for contact in named}.values())
