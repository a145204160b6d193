"""Numbers of rows as they come in: from a form, an address, a list of ticks."""

import re

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def parse_row_id(text: str) -> int | None:
    """What fits into a row's number; None of anything else, however long it is."""
    return int(text) if _NUMBER.fullmatch(text) else None
