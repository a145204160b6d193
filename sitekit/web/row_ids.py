"""Ids of rows in forms, addresses and check boxes."""

import re

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def parse_row_id(text: str) -> int | None:
    """Return the id if the text is 1 to 18 ASCII digits, else None."""
    return int(text) if _NUMBER.fullmatch(text) else None
