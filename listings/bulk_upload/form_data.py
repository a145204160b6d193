"""A line's cells as the posting form would have them typed, so that the form itself judges them."""

from cities.directory.form_fields import format_place_words
from cities.directory.gazetteer import resolve_place
from listings.bulk_upload.columns import BY_NAME, SPREADSHEET_COLUMNS
from listings.bulk_upload.work_slot_parser import parse_slot_codes
from listings.employer_desk.posting_forms import FIXED, OPEN
from listings.imports.cell_parsers import (
    CellUnreadable,
    clean_line,
    parse_cell_date,
    parse_headcount,
    parse_pay,
    shorten_cell,
)
from listings.imports.row_parser import READERS
from listings.vocabulary.listing_fields import LISTING_FIELDS, FieldKind, ListingField

_FIELDS = {
    listing_field.form_name or name: listing_field for name, listing_field in LISTING_FIELDS.items()
}


def _place(line):
    place = resolve_place(line)
    return [format_place_words(place) if place else line]


def _day(line):
    return [parse_cell_date(line).isoformat()]


def _read_words(listing_field: ListingField, line: str) -> list[str]:
    """What a form's field gets for words of a cell; where the form reads them itself, the words."""
    match listing_field.kind:
        case FieldKind.CHOICE:
            return [READERS[listing_field.name][0](line)]
        case FieldKind.CHOICES:
            return READERS[listing_field.name][0](line)
        case FieldKind.DATE:
            return _day(line)
        case FieldKind.REGION:
            return _place(line)
        case FieldKind.HEADCOUNT:
            return [str(parse_headcount(line))]
    return [line]


def build_form_data(cells: dict[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    """({field: [values]}, what could not be put into any field, a sentence each).

    What is not understood is left as it is: the form says what is wrong with it.
    """
    found: dict[str, list[str]] = {}
    problems = []
    for column in SPREADSHEET_COLUMNS:
        text = cells.get(column.name, "")
        if column.name == "pay":
            found |= _pay(text, cells.get("pay_unit", ""))
        elif column.name == "slots":
            try:
                found["slots"] = parse_slot_codes(text)
            except CellUnreadable:
                problems.append(f"时段：「{shorten_cell(clean_line(text), 24)}」认不出来")
        elif column.name != "pay_unit":
            found[column.name] = _values(column.name, text)
    return found, problems


def _values(name, text):
    listing_field = _FIELDS[name]
    if listing_field.kind is FieldKind.TEXT:
        return [text]
    line = clean_line(text)
    if not line:
        return _read_empty_cell(listing_field)
    try:
        return _read_words(listing_field, line)
    except CellUnreadable:
        return [line]


def _read_empty_cell(listing_field: ListingField) -> list[str]:
    """The usual choice where the spreadsheet lets the cell be empty."""
    if listing_field.kind is FieldKind.CHOICES:
        return []
    is_usual = listing_field.kind is FieldKind.CHOICE and not listing_field.required
    return [str(listing_field.default) if is_usual else ""]


def _pay(text, unit):
    """「22-25 元/小时」 as four fields; a unit of its own stands in where the text names none."""
    line = clean_line(text)
    if not line:
        return {"pay_kind": [FIXED], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    code = _values("pay_unit", unit)[0]
    try:
        said = parse_pay(line, code)
    except CellUnreadable:
        return {"pay_kind": [FIXED], "pay_min": [line], "pay_max": [""], "pay_unit": [code]}
    if said is None:
        return {"pay_kind": [OPEN], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    low, high, unit = said
    figures = [f"{amount.normalize():f}" for amount in (low, high)]
    return {"pay_kind": [FIXED], "pay_min": figures[:1], "pay_max": figures[1:], "pay_unit": [unit]}


def heading_of(field: str, label: str) -> str:
    """How the column of a form's field is called in the spreadsheet."""
    if field.startswith("pay"):
        return BY_NAME["pay"].heading
    return BY_NAME[field].heading if field in BY_NAME else label
