"""Querysets whose SQL is composed once for each process, not for each page.

For a query of several subqueries Django takes some milliseconds to compose it, ten times as long as the
database takes to answer.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from sitekit.databases.prepared_statements import prepare_statements
from sitekit.databases.replica_routing import open_read_cursor

# What stands in the SQL's parameters for the values to come: nothing else is likely to be equal.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 1_987_654_321 + number,
    str: "stand-in {}".format,
    datetime: lambda number: datetime(1901, 2, 3, tzinfo=UTC) + timedelta(number),
}


class ComposedQuery:
    """`build` returns a queryset of `values_list`; it is called once, with a stand-in for each value of `kinds`
    (int, str or datetime), and must hand on each of them as it is. Rows hold what the driver makes of each column."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._stand_ins = {
            name: _STAND_INS[kind](number) for number, (name, kind) in enumerate(kinds.items())
        }

    def fetch_rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """One query."""
        sql, parameters = self._composed
        filled = [
            _convert_like(parameter, values[name]) if name else parameter
            for name, parameter in parameters
        ]
        with prepare_statements(), open_read_cursor() as cursor:
            cursor.execute(sql, filled)
            return cursor.fetchall()

    @cached_property
    def _composed(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL, and of each parameter the name of the value that it stands for ("" for none)."""
        sql, parameters = self._build(**self._stand_ins).query.sql_with_params()
        kinds = tuple(_STAND_INS)
        names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        named = [
            (names.get(parameter, "") if isinstance(parameter, kinds) else "", parameter)
            for parameter in parameters
        ]
        if missing := self._stand_ins.keys() - {name for name, _parameter in named}:
            raise ValueError(f"The query has no parameter for {', '.join(sorted(missing))}.")
        return sql, named


def _convert_like(parameter: Any, value: Any) -> Any:
    """Return a number in the width of its column, as Django would pass it on."""
    return type(parameter)(value) if isinstance(parameter, int) else value
