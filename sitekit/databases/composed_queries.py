"""Querysets whose SQL is composed once for each process, not for each page.

Django takes some milliseconds to compose a query with several subqueries, ten times as long as the database takes to
answer it.
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

# They stand in the parameters of the SQL in place of values; no other parameter is likely to equal one of them.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 1_987_654_321 + number,
    str: "stand-in {}".format,
    date: lambda number: date(1901, 2, 3) + timedelta(number),
    datetime: lambda number: datetime(1901, 2, 3, tzinfo=UTC) + timedelta(number),
}


# A moment so near the present was computed from it; fixed moments in queries lie further away.
_PRESENT_PERIOD = timedelta(days=400)


class _Composition(NamedTuple):
    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler  # knows how to convert each column of the SQL; it holds no connection
    sql: str
    parameters: list[tuple[str, Any]]  # each with the name of the value it stands for ("" for none)


class ComposedQuery:
    """A query from `build`, which is called once and returns a queryset.

    `build` gets a stand-in for each name of `kinds` (int, str, date or datetime) and must put it into the query
    unchanged. If it needs the present moment, that must be one of these values. PostgreSQL plans the statement once
    for each connection; the plan serves all values, also those written in `build`.
    """

    _is_prepared: ClassVar[bool] = True

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._stand_ins = {
            name: _STAND_INS[kind](number) for number, (name, kind) in enumerate(kinds.items())
        }

    def fetch_rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a `values_list` queryset as the driver gives them, without Django's conversions. One
        query."""
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
        """Return the rows of a `values` queryset as dicts, without Django's conversions. One query."""
        query = self._composition.queryset.query
        names = (*query.values_select, *query.annotation_select)
        return [dict(zip(names, row, strict=True)) for row in self.fetch_rows(**values)]

    def fetch_objects(self, **values: Any) -> list[Any]:
        """Return instances with their annotations and `select_related`. One query, and one for each prefetch."""
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
    """A composed query that is planned each time with its values, so that partial indexes can be used, for instance of
    one state."""

    _is_prepared = False


def _is_present(parameter: Any) -> bool:
    """Whether the parameter is a moment or day that was computed from the present when the query was composed."""
    if isinstance(parameter, datetime):
        return abs(parameter - timezone.now()) < _PRESENT_PERIOD
    return isinstance(parameter, date) and abs(parameter - timezone.localdate()) < _PRESENT_PERIOD


def _convert_like(parameter: Any, value: Any) -> Any:
    """Return a number in the integer type that Django chose for its column; any other value unchanged."""
    return type(parameter)(value) if isinstance(parameter, int) else value
