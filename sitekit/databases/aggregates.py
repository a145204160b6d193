"""Aggregates of PostgreSQL that Django does not have."""

from django.db.models import Aggregate


class Median(Aggregate):
    """Of numbers or durations; `output_field` says of which."""

    function = "PERCENTILE_CONT"
    name = "median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
