"""Parse cells: clean text, pay, headcounts, dates. All raise `CellUnreadable`."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from listings.choices import PayUnit
from listings.models.listing_fields import Choices, FieldKind, ListingField
from sitekit.forms.pasted_markup import strip_pasted_markup
from textkit.invisible_characters import (
    FORMAT_OPERATORS,
    INVISIBLE_CHARACTERS,
    JOINER,
    NON_JOINER,
    SOFT_HYPHEN,
    build_removal_table,
)

HIGHEST_PAY = Decimal("9999999.99")
MAX_PEOPLE = 100_000
# Dates outside these years are errors of the source, such as 1970 for an empty date.
FIRST_YEAR, LAST_YEAR = 2000, 2100

_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Zero-width marks, bidi overrides and soft hyphens hide or reorder text.
_INVISIBLE = build_removal_table(
    INVISIBLE_CHARACTERS | SOFT_HYPHEN | NON_JOINER | JOINER | FORMAT_OPERATORS
)
_UNWANTED = ("Cc", "Cs", "Cn", "Co")


class CellUnreadable(ValueError):
    """The cell has a value that cannot be parsed."""


class CellAmbiguous(CellUnreadable):
    """The value may mean several things; the text says in Chinese what is wrong with it."""


def clean_text(text: str) -> str:
    """Remove control characters, surrogates and invisible marks; line breaks become \\n."""
    text = _LINE_BREAK.sub("\n", text).translate(_INVISIBLE)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNWANTED)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def clean_line(text: str) -> str:
    """Return one line of plain text: HTML that was pasted into the cell goes, its words stay."""
    return " ".join(strip_pasted_markup(clean_text(text)).split())


def shorten_cell(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def convert_to_halfwidth(text: str) -> str:
    """Convert full-width characters to ordinary ones, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().lower()


_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(万|千|k|w)?"
_RANGE = re.compile(rf"{_NUMBER}\s*元?\s*(?:[-–—~至到]+\s*{_NUMBER})?")
_NEGATIVE = re.compile(r"^\W*[-−]\s*\d|负\s*\d")
_TIMES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000}
_UNIT_WORDS = (
    (PayUnit.HOUR, "小时|时薪|钟头|/时|/h"),
    (PayUnit.SESSION, "课时|/节|每节"),
    (PayUnit.DAY, "天|日"),
    (PayUnit.WEEK, "周|星期"),
    (PayUnit.MONTH, "月"),
    (PayUnit.TIME, "次|场"),
    (PayUnit.ORDER, "单"),
    (PayUnit.PIECE, "件|个"),
)
_NEGOTIABLE = re.compile(r"面议|面谈|协商|不限|电议|negotiable")


def parse_pay(text: str, unit: str = "") -> tuple[Decimal, Decimal, str] | None:
    """Return lowest, highest and unit, or None for 面议; `unit` is used if the text names none.

    「8000以上」is read as 8000, 「2000以下」as 面议, because it promises nothing.
    """
    words = convert_to_halfwidth(text)
    if _NEGATIVE.search(words):
        raise CellAmbiguous("是负数")
    match = _RANGE.search(words)
    if not match:
        if not words or _NEGOTIABLE.search(words):
            return None
        raise CellUnreadable
    low, low_times, high, high_times = match.groups()
    least = _parse_amount(low, low_times or (high_times if high else None))
    most = _parse_amount(high, high_times) if high else least
    if most == 0 or (not high and re.match(r"\s*元?\s*(以下|以内)", words[match.end() :])):
        return None
    unit = _find_unit(words[match.end() :]) or _find_unit(words[: match.start()]) or unit
    if not unit or not 0 < least <= most <= HIGHEST_PAY:
        raise CellUnreadable
    return least, most, unit


def _parse_amount(number: str, times: str | None) -> Decimal:
    return _round_down(Decimal(number.replace(",", "")[:20]) * _TIMES.get(times or "", 1), "0.01")


def _round_down(value: Decimal, step: str) -> Decimal:
    """Round as the table does: else a row would seem changed when it is imported again."""
    return value.quantize(Decimal(step), ROUND_DOWN)


def _find_unit(words: str) -> str:
    return next((unit for unit, pattern in _UNIT_WORDS if re.search(pattern, words)), "")


def parse_headcount(text: str) -> int:
    """Return the number of people; 若干, 数名, 不限 are no number, and 「3-4名」 is ambiguous."""
    return int(parse_decimal(text, "1", str(MAX_PEOPLE), "1"))


_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)|^(\d{4})(\d\d)(\d\d)$"
)


def parse_cell_date(text: str) -> datetime.date:
    match = _DATE.search(convert_to_halfwidth(text))
    if not match:
        raise CellUnreadable
    year, month, day = (int(part) for part in match.groups() if part is not None)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellUnreadable
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise CellUnreadable from None


_PLAIN_NUMBER = re.compile(
    r"(?:招聘?|需要?|每[天日]|¥)?\s*(\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?)"
    r"\s*(?:个?人+|名|位|个?小时|个?钟头?|h|天|日|元|块钱?)?(?:\s*/\s*[a-z\u4e00-\u9fff]{1,3})?"
)


def parse_decimal(text: str, lowest: str, highest: str, step: str) -> Decimal:
    """Raise `CellAmbiguous` for numbers that would have to be guessed or changed: -2, 3-4, 2.5 people."""
    words = convert_to_halfwidth(text)
    if not re.search(r"\d", words):
        raise CellUnreadable
    match = _PLAIN_NUMBER.fullmatch(words)
    if not match:
        raise CellAmbiguous("不是一个明确的数，请只写一个数")
    number = Decimal(match[1].replace(",", ""))
    value = _round_down(number, step)
    if value != number or not Decimal(lowest) <= value <= Decimal(highest):
        raise CellAmbiguous(f"应在 {lowest} 到 {highest} 之间，最小差 {step}")
    return value


def build_cell_parser(listing_field: ListingField) -> Callable[[str], Any]:
    """Return the function that parses the text of a cell of the field."""
    match listing_field.kind:
        case FieldKind.LINE:
            return lambda text: shorten_cell(clean_line(text), listing_field.longest)
        case FieldKind.KEY:
            return lambda text: _parse_key(text, listing_field.longest)
        case FieldKind.URL:
            return lambda text: _parse_url(text, listing_field.longest)
        case FieldKind.CHOICE:
            return _build_choice_parser(listing_field.choices, listing_field.choice_synonyms)
        case FieldKind.CHOICES:
            parse_choice = _build_choice_parser(listing_field.choices, {})
            return lambda text: sorted(
                {parse_choice(word) for word in re.split("[,，;、]", text) if word.strip()}
            )
    return _PARSERS[listing_field.kind]


_PARSERS: dict[FieldKind, Callable[[str], Any]] = {
    FieldKind.TEXT: clean_text,
    FieldKind.DATE: parse_cell_date,
    FieldKind.HEADCOUNT: parse_headcount,
    FieldKind.HOURS: lambda text: parse_decimal(text, "0.5", "24", "0.1"),
    FieldKind.DAYS: lambda text: int(parse_decimal(text, "1", "3650", "1")),
    FieldKind.AMOUNT: lambda text: parse_decimal(text, "0.01", str(HIGHEST_PAY), "0.01"),
}
_CHECK_URL = URLValidator(schemes=["http", "https"])


def _parse_key(text: str, longest: int) -> str:
    line = clean_line(text)
    if len(line) > longest:
        raise CellUnreadable
    return line


def _parse_url(text: str, longest: int) -> str:
    try:
        _CHECK_URL(text.strip())
    except ValidationError:
        raise CellUnreadable from None
    return _parse_key(text, longest)


def _build_choice_parser(choices: Choices, synonyms: Mapping[str, str]) -> Callable[[str], str]:
    codes = {convert_to_halfwidth(word): code for code, label in choices for word in (code, label)}
    codes |= {convert_to_halfwidth(word): code for word, code in synonyms.items()}
    # 「本科及以上」 is matched by its beginning; longer words are tried first.
    beginnings = sorted(filter(None, codes), key=len, reverse=True)

    def parse_choice(text: str) -> str:
        word = convert_to_halfwidth(text)
        if word in codes:
            return codes[word]
        for beginning in beginnings:
            if word.startswith(beginning):
                return codes[beginning]
        raise CellUnreadable

    return parse_choice
