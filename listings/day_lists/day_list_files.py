"""The list of a day as a file for a spreadsheet."""

import csv
import datetime
import io
from collections.abc import Sequence

from listings.day_lists.day_list import DayRow
from textkit.csv_cells import escape_csv_cell

HEADINGS = ("几点", "称呼", "电话", "兼职", "到哪里", "找谁")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (16, 12, 18, 30, 30, 12)


def _list_cells(row: DayRow) -> list[str]:
    return [row.time, row.name, row.shown_phone, row.title, row.place, row.ask_for]


def build_day_list_csv(rows: Sequence[DayRow]) -> bytes:
    """Begins with a mark by which Excel recognises UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(map(escape_csv_cell, _list_cells(row)))
    return out.getvalue().encode("utf-8-sig")


def build_day_list_xlsx(rows: Sequence[DayRow], day: datetime.date) -> bytes:
    """Every cell is a text, so that words which begin with = are no formula."""
    # Only when a file is asked for: web workers do without.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.active
    sheet.title = day.isoformat()
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in _list_cells(row)])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
