"""Cells of CSV files, which spreadsheets take for formulas if they begin like one."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_csv_cell(cell: object) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
