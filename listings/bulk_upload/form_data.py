"""Convert a line's cells to data of the posting form, which then validates them."""

import hashlib
import json
import re
from typing import NamedTuple

from cities.directory.form_fields import format_full_name, format_place_words
from cities.directory.gazetteer import list_places_meant
from cities.directory.regions import get_province
from cities.models import Region, RegionLevel
from listings.bulk_upload.ambiguous_cells import require_clear_cell, require_clear_pay
from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.employer_desk.posting_forms import FIXED, OPEN, describe_other_places
from listings.imports.cell_parsers import (
    CellAmbiguous,
    CellUnreadable,
    clean_line,
    parse_pay,
    shorten_cell,
)
from listings.imports.row_parser import READERS
from listings.imports.work_slot_parser import parse_slot_codes
from listings.models.listing_fields import FieldKind
from listings.models.revision import TypedValues
from sitekit.forms.pasted_markup import strip_pasted_markup

# A limit, an estimate or a part of a fen is no pay that the form could hold.
_INEXACT = re.compile(r"以[上下内]|[约起]|左右|上下|\+|[.．]\d{3,}(?!\d|\s*[万千kKwW])")


class TypedLine(NamedTuple):
    """A line as it would be typed into the posting form: `typed` is {field: [values]}. `problems` has by heading a
    sentence for each cell that nobody can read for sure."""

    typed: TypedValues
    problems: dict[str, str]

    def compute_digest(self) -> str:
        serialised = json.dumps(self, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(serialised.encode()).hexdigest()


def build_form_data(cells: dict[str, str], home: Region) -> TypedLine:
    """`home` is the employer's place: a district elsewhere must be named with its city.

    What is unreadable or unclear is kept as it is, so that the author sees and corrects it.
    """
    form_data: TypedValues = {}
    problems: dict[str, str] = {}
    # Only the text that stays without markup is judged and quoted.
    cells = {name: _strip_cell(name, text) for name, text in cells.items()}
    for name, listing_field in SPREADSHEET_FIELDS.items():
        try:
            form_data |= _read_field(name, cells, home)
        except CellAmbiguous as doubt:
            line = clean_line(cells.get(name, ""))
            quoted = shorten_cell(line, 24)
            problems[listing_field.label] = f"{listing_field.label}：「{quoted}」{doubt}"
            form_data |= _keep_as_typed(name, line)
    return TypedLine(form_data, problems)


def _strip_cell(name: str, text: str) -> str:
    is_text = name in SPREADSHEET_FIELDS and SPREADSHEET_FIELDS[name].kind is FieldKind.TEXT
    return text if is_text else strip_pasted_markup(text)


def _read_field(name: str, cells: dict[str, str], home: Region) -> TypedValues:
    """Raise `CellAmbiguous` for a cell that may mean several things, or that no field could hold."""
    text = cells.get(name, "")
    match name:
        case "pay":
            unit = _read_pay_unit(cells.get("pay_unit", ""))
            require_clear_pay(text, unit)
            return _read_pay(text, unit)
        case "pay_unit":
            require_clear_cell(SPREADSHEET_FIELDS[name], text)
            return {}  # read with the pay
        case "slots":
            return {name: _read_slots(text)}
        case "place":
            _require_clear_place(clean_line(text), home)
            return {name: [_read_place(clean_line(text))]}
    require_clear_cell(SPREADSHEET_FIELDS[name], text)
    return {name: _read_cell(name, text)}


def _keep_as_typed(name: str, line: str) -> TypedValues:
    if name in ("slots", "pay_unit"):  # checkboxes, which hold no other words; read with the pay
        return {}
    if name == "pay":
        return _type_pay(line, "")
    return {name: [_read_place(line) if name == "place" else line]}


def _read_slots(text: str) -> list[str]:
    try:
        return parse_slot_codes(text)
    except CellAmbiguous:
        raise
    except CellUnreadable:
        raise CellAmbiguous("认不出来，请写成“周六、周日上午；周一至周五晚上”这样") from None


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
    """Return words that mean only the place; text that may mean or names several, for the form to report."""
    places = list_places_meant(line)
    is_one = len(places) == 1 and not describe_other_places(line)
    return format_place_words(places[0]) if is_one else line


def _require_clear_place(line: str, home: Region) -> None:
    """Refuse a district elsewhere that is named without its city, and several places: another one may be meant."""
    if words := describe_other_places(line):
        raise CellAmbiguous(words)
    places = list_places_meant(line)
    if len(places) != 1 or line not in (places[0].name, places[0].short_name):
        return
    place, province = places[0], get_province(home)
    is_city = place.level != RegionLevel.DISTRICT or place.name.endswith("市")
    if not is_city and get_province(place) != province:
        words = f"不在{province.name}；如果是{format_full_name(place)}，请这样写全"
        raise CellAmbiguous(words)


def _read_pay_unit(text: str) -> str:
    """Return its code, "" for words that name none or several: of these the cell itself is asked back."""
    try:
        require_clear_cell(SPREADSHEET_FIELDS["pay_unit"], text)
    except CellAmbiguous:
        return ""
    return _read_cell("pay_unit", text)[0]


def _read_pay(text: str, code: str) -> TypedValues:
    """Return 「22-25 元/小时」 as four fields; the unit `code` is used if the text names none."""
    line = clean_line(text)
    if not line:
        return _type_pay("", "")
    try:
        pay = parse_pay(line, code)
        is_exact = not _INEXACT.search(line)
    except CellUnreadable:
        is_exact = False
    if not is_exact:
        return _type_pay(line, code)
    if pay is None:
        return {"pay_kind": [OPEN], "pay_min": [""], "pay_max": [""], "pay_unit": [""]}
    low, high, unit = pay
    figures = [f"{amount.normalize():f}" for amount in (low, high)]
    return {"pay_kind": [FIXED], "pay_min": figures[:1], "pay_max": figures[1:], "pay_unit": [unit]}


def _type_pay(line: str, unit: str) -> TypedValues:
    return {"pay_kind": [FIXED], "pay_min": [line], "pay_max": [""], "pay_unit": [unit]}
