"""Querysets whose SQL is composed once for each process, not for each page.

For a query of several subqueries Django takes some milliseconds to compose it, ten times as long as the
database takes to answer.
"""

from collections.abc import Callable
from contextlib import nullcontext
from copy import copy
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from sitekit.databases.prepared_statements import prepare_statements
from sitekit.databases.replica_routing import open_read_cursor

# What stands in the SQL's parameters for the values to come: nothing else is likely to be equal.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 1_987_654_321 + number,
    str: "stand-in {}".format,
    date: lambda number: date(1901, 2, 3) + timedelta(number),
    datetime: lambda number: datetime(1901, 2, 3, tzinfo=UTC) + timedelta(number),
}


# A moment so near the present is counted from it; what is fixed in a query lies further away.
_PRESENT_PERIOD = timedelta(days=400)


class _Composition(NamedTuple):
    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler  # which knows what each column of the SQL is; it holds no connection
    sql: str
    parameters: list[tuple[str, Any]]  # each with the name of the value it stands for ("" for none)


class ComposedQuery:
    """`build` returns a queryset; it is called once, with a stand-in for each value of `kinds` (int, str,
    date or datetime), and must hand on each of them as it is. The present moment is to be one of them.

    Its plan is made once for each connection and serves all values, those written in `build` included."""

    _is_prepared: ClassVar[bool] = True

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._stand_ins = {
            name: _STAND_INS[kind](number) for number, (name, kind) in enumerate(kinds.items())
        }

    def fetch_rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return what the driver makes of each column, of a queryset of `values_list`. One query."""
        composition = self._composition
        filled = [
            _convert_like(parameter, values[name]) if name else parameter
            for name, parameter in composition.parameters
        ]
        prepare = prepare_statements if self._is_prepared else nullcontext
        with prepare(), open_read_cursor() as cursor:
            cursor.execute(composition.sql, filled)
            return cursor.fetchall()

    def fetch_dicts(self, **values: Any) -> list[dict[str, Any]]:
        """Return the same with names, of a queryset of `values`. One query."""
        query = self._composition.queryset.query
        names = (*query.values_select, *query.annotation_select)
        return [dict(zip(names, row, strict=True)) for row in self.fetch_rows(**values)]

    def fetch_objects(self, **values: Any) -> list[Any]:
        """Return instances, with what is annotated and selected along. One query, and what is prefetched."""
        rows = self.fetch_rows(**values)
        compiler = copy(self._composition.compiler)
        queryset = self._composition.queryset.all()
        compiler.connection = connections[queryset.db]
        compiler.execute_sql = lambda *_args, **_options: [rows]  # type: ignore[method-assign,assignment]
        queryset.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        return list(queryset)

    @cached_property
    def _composition(self) -> _Composition:
        queryset = self._build(**self._stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        compiler.connection = None
        kinds = tuple(_STAND_INS)
        names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        named = [
            (names.get(parameter, "") if isinstance(parameter, kinds) else "", parameter)
            for parameter in parameters
        ]
        if missing := self._stand_ins.keys() - {name for name, _parameter in named}:
            raise ValueError(f"The query has no parameter for {', '.join(sorted(missing))}.")
        if present := [parameter for parameter in parameters if _is_present(parameter)]:
            raise ValueError(f"The query would hold {present[0]} for ever: it is to be a value.")
        return _Composition(queryset, compiler, sql, named)


class ReplannedQuery(ComposedQuery):
    """One that is planned each time, with all its values: so indexes are used that hold only rows of one state."""

    _is_prepared = False


def _is_present(parameter: Any) -> bool:
    """Whether it is a moment or a day counted from when the query was composed."""
    if isinstance(parameter, datetime):
        return abs(parameter - timezone.now()) < _PRESENT_PERIOD
    return isinstance(parameter, date) and abs(parameter - timezone.localdate()) < _PRESENT_PERIOD


def _convert_like(parameter: Any, value: Any) -> Any:
    """Return a number in the width of its column, as Django would pass it on."""
    return type(parameter)(value) if isinstance(parameter, int) else value
