"""Convert a line's cells to data of the posting form, which then validates them."""

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


def _read_place(line: str) -> list[str]:
    place = resolve_place(line)
    return [format_place_words(place) if place else line]


def _read_day(line: str) -> list[str]:
    return [parse_cell_date(line).isoformat()]


def _read_words(listing_field: ListingField, line: str) -> list[str]:
    """Return the values of the form field; the text itself for kinds that the form parses."""
    match listing_field.kind:
        case FieldKind.CHOICE:
            return [READERS[listing_field.name][0](line)]
        case FieldKind.CHOICES:
            return READERS[listing_field.name][0](line)
        case FieldKind.DATE:
            return _read_day(line)
        case FieldKind.REGION:
            return _read_place(line)
        case FieldKind.HEADCOUNT:
            return [str(parse_headcount(line))]
    return [line]


def build_form_data(cells: dict[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return {field: [values]}, and a sentence for each cell that fits no field.

    Unreadable values are kept as they are: the form reports them.
    """
    form_data: dict[str, list[str]] = {}
    problems: list[str] = []
    for column in SPREADSHEET_COLUMNS:
        text = cells.get(column.name, "")
        if column.name == "pay":
            form_data |= _read_pay(text, cells.get("pay_unit", ""))
        elif column.name == "slots":
            try:
                form_data["slots"] = parse_slot_codes(text)
            except CellUnreadable:
                problems.append(f"时段：「{shorten_cell(clean_line(text), 24)}」认不出来")
        elif column.name != "pay_unit":
            form_data[column.name] = _read_cell(column.name, text)
    return form_data, problems


def _read_cell(name: str, text: str) -> list[str]:
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
    """Return the default choice if the cell may be empty."""
    if listing_field.kind is FieldKind.CHOICES:
        return []
    is_usual = listing_field.kind is FieldKind.CHOICE and not listing_field.required
    return [str(listing_field.default) if is_usual else ""]


def _read_pay(text: str, unit: str) -> dict[str, list[str]]:
    """Return 「22-25 元/小时」 as four fields; `unit` is used if the text names none."""
    line = clean_line(text)
    if not line:
        return {"pay_kind": [FIXED], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    code = _read_cell("pay_unit", unit)[0]
    try:
        pay = parse_pay(line, code)
    except CellUnreadable:
        return {"pay_kind": [FIXED], "pay_min": [line], "pay_max": [""], "pay_unit": [code]}
    if pay is None:
        return {"pay_kind": [OPEN], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    low, high, unit = pay
    figures = [f"{amount.normalize():f}" for amount in (low, high)]
    return {"pay_kind": [FIXED], "pay_min": figures[:1], "pay_max": figures[1:], "pay_unit": [unit]}


def heading_of(field: str, label: str) -> str:
    """Return the heading of the column for a field of the form."""
    if field.startswith("pay"):
        return BY_NAME["pay"].heading
    return BY_NAME[field].heading if field in BY_NAME else label
