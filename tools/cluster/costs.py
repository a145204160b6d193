"""What each step of docs/scaling.md costs a request, measured by a process as a web node's."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from sitekit.databases.replica_routing import read_from_replica
from sitekit.databases.separate_connections import DIRECT, PRIMARY, connect_separately
from sitekit.kept_pages.replica import REPLICA_WATCH
from sitekit.web import rate_limits
from sitekit.web.rate_limits import count_attempt
from tools.cluster.processes import ClusterFailed

ROUNDS = 150
PAGES = ("/xiangxi/jobs/", "/xiangxi/", "/news/")


def print_costs() -> None:
    """Write the medians in milliseconds as JSON."""
    reader = Client(headers={"host": "127.0.0.1"})
    costs = {
        "query past the pooler": measure_median(lambda: _run_trivial_query(DIRECT)),
        "query through PgBouncer": measure_median(lambda: _run_trivial_query(PRIMARY)),
        "connection past the pooler": measure_median(
            lambda: connect_separately(DIRECT).close(), 20
        ),
        "connection to PgBouncer": measure_median(lambda: connect_separately(PRIMARY).close(), 20),
        "replica asked how far it is": measure_median(REPLICA_WATCH._ask_replayed),  # noqa: SLF001
        "attempt counted in Valkey": measure_median(lambda: _count_attempt("costs")),
        "attempt counted in the database": measure_median(_count_in_database),
        "value read from Valkey": measure_median(lambda: cache.get("cluster")),
    }
    settings.KEEP_PAGES = False
    for page in PAGES:
        costs[f"{page} drawn from the primary"] = measure_median(
            partial(_fetch_reader_page, reader, page), 30
        )
        with read_from_replica(0):
            costs[f"{page} drawn from the replica"] = measure_median(
                partial(_fetch_reader_page, reader, page), 30
            )
    print(json.dumps(costs))


def measure_median(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return round(1000 * statistics.median(times), 2)


def _fetch_reader_page(reader: Client, page: str) -> None:
    if (status := reader.get(page).status_code) != 200:
        raise ClusterFailed(f"{page}: {status}")


def _run_trivial_query(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _count_attempt(limit_name: str) -> None:
    count_attempt(limit_name, "a", 10**9, timedelta(days=1))


def _count_in_database() -> None:
    with patch.object(rate_limits, "_count_in_shared_cache", return_value=None):
        _count_attempt("costs")
