"""What of long tables is tried at each change; all of it is tried by `make test-full`."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import settings

EXAMPLES_AT_NIGHT = 100  # of a property that names no number of its own


def mark_each(share: int, rows: Iterable[Any]) -> list[Any]:
    """Return the rows as parameters: each second one (third …) for daily use, the others marked `full`."""
    marked = []
    for number, row in enumerate(rows):
        plain = row if type(row) is tuple else (row,)
        is_param = isinstance(row, tuple) and hasattr(row, "marks")  # what `pytest.param` returns
        values, marks, name = row if is_param else (plain, (), None)
        more = [pytest.mark.full] if number % share else []
        marked.append(pytest.param(*values, marks=[*marks, *more], id=name))
    return marked


def is_night() -> bool:
    """Whether all of it is tried in this run."""
    return settings().max_examples == EXAMPLES_AT_NIGHT


def count_examples(at_night: int) -> int:
    """Return how many examples of a property are tried now, of which each costs more than most."""
    return at_night if is_night() else max(6, at_night // 5)


def choose_one_of_each[Role](answers: Mapping[Role, Hashable], turn: int) -> dict[Role, Hashable]:
    """Return of the roles that are answered alike one, another at each turn."""
    alike: dict[Hashable, list[Role]] = {}
    for role, answer in answers.items():
        alike.setdefault(answer, []).append(role)
    return {roles[turn % len(roles)]: answer for answer, roles in alike.items()}
