"""What of long tables is tried at each change; all of it is tried by `make test-full`."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pytest


def mark_each(share: int, rows: Iterable[Any]) -> list[Any]:
    """Return the rows as parameters: each second one (third …) for daily use, the others marked `full`."""
    marked = []
    for number, row in enumerate(rows):
        plain = row if type(row) is tuple else (row,)
        values, marks, name = row if hasattr(row, "marks") else (plain, (), None)
        more = [pytest.mark.full] if number % share else []
        marked.append(pytest.param(*values, marks=[*marks, *more], id=name))
    return marked


def choose_one_of_each[Role](answers: Mapping[Role, Hashable], turn: int) -> dict[Role, Hashable]:
    """Return of the roles that are answered alike one, another at each turn."""
    alike: dict[Hashable, list[Role]] = {}
    for role, answer in answers.items():
        alike.setdefault(answer, []).append(role)
    return {roles[turn % len(roles)]: answer for answer, roles in alike.items()}
