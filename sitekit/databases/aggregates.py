"""A median, which Django does not have, and aggregates as columns of another query."""

from typing import Any

from django.db.models import Aggregate, Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


class Median(Aggregate):
    """The median of numbers or durations; `output_field` says which."""

    function = "PERCENTILE_CONT"
    name = "median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def build_aggregate_column(rows: QuerySet[Any, Any], aggregate: Aggregate) -> Subquery:
    """Return the aggregate over the rows as a column of another query."""
    grouped = rows.order_by().annotate(constant=Value(1)).values("constant")
    return Subquery(grouped.annotate(aggregated=aggregate).values("aggregated"))


def count_rows(rows: QuerySet[Any, Any]) -> Coalesce:
    """Return the number of rows as a column of another query."""
    return Coalesce(build_aggregate_column(rows, Count("*")), 0, output_field=IntegerField())
