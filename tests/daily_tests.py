"""What of long tables is tried at each change; all of it is tried by `make test-full`."""

from collections.abc import Iterable
from typing import Any

import pytest


def mark_every_other(rows: Iterable[Any]) -> list[Any]:
    """Return the rows as parameters, each second one marked `full`."""
    marked = []
    for number, row in enumerate(rows):
        values, marks, name = row if hasattr(row, "marks") else ((row,), (), None)
        more = [pytest.mark.full] if number % 2 else []
        marked.append(pytest.param(*values, marks=[*marks, *more], id=name))
    return marked
