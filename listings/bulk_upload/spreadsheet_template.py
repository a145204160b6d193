"""The spreadsheet that employers fill in: headings, an example, and a sheet of instructions."""

import datetime
import io

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from listings.bulk_upload.columns import EXAMPLE_PREFIX, SPREADSHEET_FIELDS
from listings.bulk_upload.spreadsheet_reader import MAX_LINES
from listings.models.listing_fields import ListingField

TITLE, HELP = "兼职", "填写说明"
_WIDE = {"title": 30, "duties": 44, "requirements": 30, "address": 24, "work_hours": 24, "pay": 18}
_NEEDED = PatternFill("solid", fgColor="DDEBE4")
_BOLD = Font(bold=True)
_TOP = Alignment(wrap_text=True, vertical="top")


def build_spreadsheet_template() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = TITLE
    sheet.append([listing_field.label for listing_field in SPREADSHEET_FIELDS.values()])
    sheet.append(_build_example_row())
    sheet.freeze_panes = "B2"
    notes = book.create_sheet(HELP)
    _write_instructions(notes)
    choices_number = len(_HELP_HEADINGS) + 2
    for number, (name, listing_field) in enumerate(SPREADSHEET_FIELDS.items(), 1):
        letter = get_column_letter(number)
        _format_column(sheet, letter, name, listing_field)
        if listing_field.choices:
            _add_choices(sheet, letter, notes, choices_number, listing_field)
            choices_number += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _build_example_row() -> list[str]:
    """Return the cells of the example, with a last day in 30 days."""
    until = timezone.localdate() + datetime.timedelta(days=30)
    cells = {name: listing_field.example for name, listing_field in SPREADSHEET_FIELDS.items()}
    cells |= {"title": EXAMPLE_PREFIX + cells["title"], "valid_through": until.isoformat()}
    return list(cells.values())


_HELP_HEADINGS = ("列", "要不要填", "怎么填")


def _write_instructions(notes: Worksheet) -> None:
    notes.append(_HELP_HEADINGS)
    for listing_field in SPREADSHEET_FIELDS.values():
        needed = "要填" if listing_field.required else "可不填"
        notes.append((listing_field.label, needed, listing_field.help))
    notes.append(())
    notes.append(("说明", "", f"一行一条，最多 {MAX_LINES} 行。标题以“示例：”开头的行不会收。"))
    notes.append(("", "", "不要写公式。右边各列是可以填的词，“条件”“福利”可以写几个，用顿号隔开。"))
    for letter, width in zip("ABC", (16, 10, 60), strict=True):
        notes.column_dimensions[letter].width = width
    for cell in notes[1]:
        cell.font = _BOLD
    for row in notes.iter_rows(min_row=2):
        row[2].alignment = _TOP


def _format_column(sheet: Worksheet, letter: str, name: str, listing_field: ListingField) -> None:
    sheet.column_dimensions[letter].width = _WIDE.get(name, 13)
    cell = sheet[f"{letter}1"]
    cell.font = _BOLD
    if listing_field.required:
        cell.fill = _NEEDED
    sheet[f"{letter}2"].alignment = _TOP
    for line in range(2, MAX_LINES + 2):
        sheet[f"{letter}{line}"].number_format = "@"  # text: dates and phones stay as typed


def _add_choices(
    sheet: Worksheet, letter: str, notes: Worksheet, number: int, listing_field: ListingField
) -> None:
    """Write the choices beside the instructions, and offer them in a drop-down list.

    Other text may be typed, for fields of several words.
    """
    notes.cell(1, number, listing_field.label).font = _BOLD
    for line, (_code, word) in enumerate(listing_field.choices, 2):
        notes.cell(line, number, word)
    choices_letter = get_column_letter(number)
    notes.column_dimensions[choices_letter].width = 14
    words = f"'{HELP}'!${choices_letter}$2:${choices_letter}${len(listing_field.choices) + 1}"
    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=False)
    rule.add(f"{letter}2:{letter}{MAX_LINES + 1}")
    sheet.add_data_validation(rule)
