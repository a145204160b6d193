"""Cells that could be read in more than one way. The employer is asked; nothing is chosen silently.

The parsers of `listings.imports` choose the likeliest reading, because nobody can be asked about their files.
"""

import re

from listings.choices import PayUnit
from listings.imports.cell_parsers import (
    CellAmbiguous,
    CellUnreadable,
    convert_to_halfwidth,
    parse_pay,
)
from listings.models.listing_fields import FieldKind, ListingField

MAX_NAMED = 12  # choices in a message
_BETWEEN = re.compile(r"[或和与及、,/;+]|以下|以内|除|不|非")
_AND_MORE = re.compile(r"(?:[及或]?以上|起)$")
_SEPARATORS = re.compile("[,，;、]")
_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s+0?0:00(?::00)?)?|\d{8}"
)
_PAY_NUMBERS = r"\d[\d,]*(?:\.\d+)?\s*[万千kw]?"
# What may stand around the figures of a pay without changing them.
_PAY = re.compile(
    r"(?P<before>[^\d]*)"
    rf"{_PAY_NUMBERS}\s*元?\s*(?:[-–—~至到]+\s*{_PAY_NUMBERS})?"
    r"(?P<after>[^\d]*)"
)
_PAY_WORDS = re.compile(
    r"(?:人民币|rmb|[¥元块/每一个人名:,()（）\s]|块钱|报酬|工资|薪资|时薪|日薪|周薪|月薪|底薪|税前|税后"
    r"|小时|钟头|课时|星期|[时日天周月节场次单件h])*"
)


def require_clear_cell(listing_field: ListingField, text: str) -> None:
    """Raise `CellAmbiguous` with what is wrong and what may be written; other cells pass, right or wrong."""
    words = convert_to_halfwidth(text)
    if not words:
        return
    match listing_field.kind:
        case FieldKind.CHOICE:
            _require_one_choice(listing_field, words)
        case FieldKind.CHOICES:
            for word in filter(None, map(str.strip, _SEPARATORS.split(words))):
                _require_one_choice(listing_field, word)
        case FieldKind.DATE if not _DATE.fullmatch(words):
            raise CellAmbiguous("不是一个明确的日期，请写成 2026-03-01 这样")
        case FieldKind.HEADCOUNT if not re.fullmatch(r"\d+\s*(?:个|个?人|名|位)?", words):
            raise CellAmbiguous("不是一个明确的数，请只写一个整数")


def _require_one_choice(listing_field: ListingField, word: str) -> None:
    """Accept the words of the choices, and longer words that begin with one of them and name no other; else raise
    `CellAmbiguous`."""
    codes = {convert_to_halfwidth(label): code for code, label in listing_field.choices}
    codes |= {code: code for code, _label in listing_field.choices}
    codes |= {convert_to_halfwidth(w): code for w, code in listing_field.choice_synonyms.items()}
    if word in codes:
        return
    named = {code for label, code in codes.items() if label and label in word}
    beginning = max(
        (label for label in codes if label and word.startswith(label)), key=len, default=""
    )
    remainder = _AND_MORE.sub("", word.removeprefix(beginning))
    if beginning and not _BETWEEN.search(remainder) and not any(w in remainder for w in codes if w):
        return
    raise CellAmbiguous(f"不知道是哪一项，{_name_choices(listing_field, named)}")


def _name_choices(listing_field: ListingField, named: set[str]) -> str:
    labels = [label for code, label in listing_field.choices if code in named]
    if len(labels) > 1:
        return f"请写其中一个：{'、'.join(labels[:MAX_NAMED])}"
    labels = [label for _code, label in listing_field.choices]
    if len(labels) <= MAX_NAMED:
        return f"可以写：{'、'.join(labels)}"
    return "请从模板的下拉里选一个"


def require_clear_pay(text: str, unit: str) -> None:
    """Raise `CellAmbiguous` for a pay that contains other numbers or letters, or two units."""
    words = convert_to_halfwidth(text)
    if not re.search(r"\d", words):
        return
    own_unit = ""
    try:
        if (pay := parse_pay(words)) is not None:
            own_unit = pay[2]
        is_open = pay is None
    except CellAmbiguous:
        raise
    except CellUnreadable:
        is_open = False  # it names no unit, or the form says what is wrong
    match = _PAY.fullmatch(words)
    around = (match["before"], match["after"]) if match else ()
    if not around or not all(map(_PAY_WORDS.fullmatch, around)):
        raise CellAmbiguous("不是一个明确的报酬，请写成“150 元/天”或“22–25 元/小时”这样")
    if is_open:
        raise CellAmbiguous("看不出是多少；没定的写“面议”")
    if unit and own_unit not in ("", unit):
        labels = (PayUnit(code).label for code in (own_unit, unit))
        raise CellAmbiguous("和“计酬单位”不一样：一个是{}，一个是{}".format(*labels))
