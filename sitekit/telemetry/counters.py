"""What each process counts of its own work, for /metrics; docs/decisions/0033-what-is-measured.md.

Labels are names that the code gives: of routes, kinds, outcomes; never an address or what somebody typed.
"""

import logging
from collections.abc import Callable
from functools import cache

from prometheus_client import Counter, Histogram

logger = logging.getLogger(__name__)

REQUEST_SECONDS = Histogram(
    "jobsite_request_seconds",
    "Seconds that requests took, by name of the route and status.",
    ["route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Counter("jobsite_queries", "Database queries of requests, by route.", ["route"])
QUERY_SECONDS = Counter(
    "jobsite_query_seconds", "Seconds that requests waited for the database, by route.", ["route"]
)
KEPT_PAGES = Counter(
    "jobsite_kept_pages",
    "Pages that can be kept: sent as kept (hit), drawn from the primary or the replica, sent outdated (stale).",
    ["result"],
)
SCREENING_SECONDS = Histogram(
    "jobsite_screening_seconds",
    "Seconds that texts took to be judged, by outcome: a level of risk, or stopped.",
    ["outcome"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
)
LIMITS_HIT = Counter("jobsite_limits_hit", "Attempts over a limit, by what was counted.", ["kind"])

ALL = (REQUEST_SECONDS, QUERIES, QUERY_SECONDS, KEPT_PAGES, SCREENING_SECONDS, LIMITS_HIT)


def add_count(counter: Counter, *labels: object, amount: float = 1) -> None:
    _update_metric(lambda: counter.labels(*labels), lambda value: value.inc(amount))


def add_seconds(histogram: Histogram, *labels: object, seconds: float) -> None:
    _update_metric(lambda: histogram.labels(*labels), lambda value: value.observe(seconds))


def _update_metric[Value](find: Callable[[], Value], add: Callable[[Value], None]) -> None:
    """Add to a metric. If the file that the processes share cannot be written, log it once and count nothing, so that
    no request fails."""
    try:
        value = find()
    except OSError as error:
        _log_once(str(error))
        return
    try:
        add(value)
    except (OSError, ValueError, TypeError) as error:
        # The last two: the file was closed, and could not be opened anew.
        _log_once(str(error))


@cache
def _log_once(reason: str) -> None:
    logger.warning("not counted for /metrics: %s", reason)
