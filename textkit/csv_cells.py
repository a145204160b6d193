"""Cells of CSV files, which spreadsheets take for formulas if they begin like one."""

import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_csv_cell(cell: object) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula.

    A full-width sign begins one too. A telephone number with its country code stays as it is.
    """
    text = str(cell)
    is_formula = unicodedata.normalize("NFKC", text[:1]).startswith(FORMULA)
    is_phone = text[:1] == "+" and text[1:].isdecimal()
    return f"'{text}" if is_formula and not is_phone else text
