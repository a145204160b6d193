"""Convert a line's cells to data of the posting form, which then validates them."""

import re

from cities.directory.form_fields import format_full_name, format_place_words
from cities.directory.gazetteer import list_places_meant
from cities.directory.regions import get_province
from cities.models import Region, RegionLevel
from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.employer_desk.posting_forms import FIXED, OPEN
from listings.imports.cell_parsers import (
    CellUnreadable,
    clean_line,
    parse_pay,
    shorten_cell,
)
from listings.imports.row_parser import READERS
from listings.imports.work_slot_parser import parse_slot_codes
from listings.models.listing_fields import FieldKind

# A limit or an estimate is no pay that the form could hold.
_INEXACT = re.compile(r"以[上下内]|[约起]|左右|上下|\+")


def build_form_data(cells: dict[str, str], home: Region) -> tuple[dict[str, list[str]], list[str]]:
    """Return {field: [values]}, and a sentence for each cell that fits no field.

    `home` is the employer's place: a district elsewhere must be named with its city.

    Unreadable values are kept as they are: the form reports them.
    """
    form_data: dict[str, list[str]] = {}
    problems: list[str] = []
    for name in SPREADSHEET_FIELDS:
        text = cells.get(name, "")
        if name == "pay":
            form_data |= _read_pay(text, cells.get("pay_unit", ""))
        elif name == "slots":
            try:
                form_data["slots"] = parse_slot_codes(text)
            except CellUnreadable:
                problems.append(f"时段：「{shorten_cell(clean_line(text), 24)}」认不出来")
        elif name == "place":
            form_data["place"] = [_read_place(clean_line(text))]
            problems += _list_place_doubts(clean_line(text), home)
        elif name != "pay_unit":
            form_data[name] = _read_cell(name, text)
    return form_data, problems


def _read_cell(name: str, text: str) -> list[str]:
    """Return the values of the form field: the text itself for kinds that the form parses.

    An empty cell has the default choice, if it may be empty.
    """
    listing_field, line = SPREADSHEET_FIELDS[name], clean_line(text)
    try:
        match listing_field.kind:
            case FieldKind.TEXT:
                return [text]
            case FieldKind.CHOICES:
                return READERS[name][0](line)
            case FieldKind.CHOICE if not line:
                return ["" if listing_field.required else str(listing_field.default)]
            case FieldKind.CHOICE | FieldKind.DATE | FieldKind.HEADCOUNT if line:
                return [str(READERS[name][0](line))]
    except CellUnreadable:
        pass
    return [line]


def _read_place(line: str) -> str:
    """Return words that mean only the place; text that may mean several, for the form to report."""
    places = list_places_meant(line)
    return format_place_words(places[0]) if len(places) == 1 else line


def _list_place_doubts(line: str, home: Region) -> list[str]:
    """Return a district elsewhere that is named without its city: another one may be meant."""
    places = list_places_meant(line)
    if len(places) != 1 or line not in (places[0].name, places[0].short_name):
        return []
    place, province = places[0], get_province(home)
    is_city = place.level != RegionLevel.DISTRICT or place.name.endswith("市")
    if is_city or get_province(place) == province:
        return []
    return [f"地区：「{line}」不在{province.name}；如果是{format_full_name(place)}，请这样写全"]


def _read_pay(text: str, unit: str) -> dict[str, list[str]]:
    """Return 「22-25 元/小时」 as four fields; `unit` is used if the text names none."""
    line = clean_line(text)
    if not line:
        return {"pay_kind": [FIXED], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    code = _read_cell("pay_unit", unit)[0]
    try:
        pay = parse_pay(line, code)
        is_exact = not _INEXACT.search(line)
    except CellUnreadable:
        is_exact = False
    if not is_exact:
        return {"pay_kind": [FIXED], "pay_min": [line], "pay_max": [""], "pay_unit": [code]}
    if pay is None:
        return {"pay_kind": [OPEN], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    low, high, unit = pay
    figures = [f"{amount.normalize():f}" for amount in (low, high)]
    return {"pay_kind": [FIXED], "pay_min": figures[:1], "pay_max": figures[1:], "pay_unit": [unit]}
