"""The spreadsheet that employers fill in: headings, an example, and a sheet of instructions."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from listings.bulk_upload.columns import SPREADSHEET_COLUMNS, SpreadsheetColumn, build_example_row
from listings.bulk_upload.spreadsheet_reader import MOST_LINES

TITLE, HELP = "兼职", "填写说明"
_WIDE = {"title": 30, "duties": 44, "requirements": 30, "address": 24, "work_hours": 24, "pay": 18}
_NEEDED = PatternFill("solid", fgColor="DDEBE4")
_BOLD = Font(bold=True)
_TOP = Alignment(wrap_text=True, vertical="top")


def build_spreadsheet_template() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = TITLE
    sheet.append([column.heading for column in SPREADSHEET_COLUMNS])
    sheet.append(build_example_row())
    sheet.freeze_panes = "B2"
    notes = book.create_sheet(HELP)
    _write_instructions(notes)
    first = len(_HELP_HEADINGS) + 2
    for number, column in enumerate(SPREADSHEET_COLUMNS, 1):
        letter = get_column_letter(number)
        _format_column(sheet, letter, column)
        if column.choices:
            _write_choices(notes, first, column)
            _add_choice_list(sheet, letter, get_column_letter(first), column)
            first += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_HELP_HEADINGS = ("列", "要不要填", "怎么填")


def _write_instructions(notes: Worksheet) -> None:
    notes.append(_HELP_HEADINGS)
    for column in SPREADSHEET_COLUMNS:
        notes.append((column.heading, "要填" if column.needed else "可不填", column.words))
    notes.append(())
    notes.append(("说明", "", f"一行一条，最多 {MOST_LINES} 行。标题以“示例：”开头的行不会收。"))
    notes.append(("", "", "不要写公式。右边各列是可以填的词，“条件”“福利”可以写几个，用顿号隔开。"))
    for letter, width in zip("ABC", (16, 10, 60), strict=True):
        notes.column_dimensions[letter].width = width
    for cell in notes[1]:
        cell.font = _BOLD
    for row in notes.iter_rows(min_row=2):
        row[2].alignment = _TOP


def _format_column(sheet: Worksheet, letter: str, column: SpreadsheetColumn) -> None:
    sheet.column_dimensions[letter].width = _WIDE.get(column.name, 13)
    cell = sheet[f"{letter}1"]
    cell.font = _BOLD
    if column.needed:
        cell.fill = _NEEDED
    sheet[f"{letter}2"].alignment = _TOP
    for line in range(2, MOST_LINES + 2):
        sheet[f"{letter}{line}"].number_format = "@"  # text: dates and phones stay as typed


def _write_choices(notes: Worksheet, number: int, column: SpreadsheetColumn) -> None:
    notes.cell(1, number, column.heading).font = _BOLD
    for line, word in enumerate(column.choices, 2):
        notes.cell(line, number, word)
    notes.column_dimensions[get_column_letter(number)].width = 14


def _add_choice_list(
    sheet: Worksheet, letter: str, choices_letter: str, column: SpreadsheetColumn
) -> None:
    """Add a drop-down list; other text may be typed, for fields of several words."""
    words = f"'{HELP}'!${choices_letter}$2:${choices_letter}${len(column.choices) + 1}"
    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=False)
    rule.add(f"{letter}2:{letter}{MOST_LINES + 1}")
    sheet.add_data_validation(rule)
