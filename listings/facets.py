"""Counts beside the filters: each respects the other filters, not its own (DESIGN 5)."""

from collections import defaultdict

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from listings.choices import WorkMode
from listings.scope import Condition
from listings.search import TABLE, Search, where

# Listings that are counted at most for one page; beyond it the counts are "at least".
SAMPLE = 20_000
KEPT_SECONDS = 600
COLUMNS = "category settlement district_id city_id mode term checks".split()
FILTER_COLUMNS = [*COLUMNS, "slots", "hourly_fen"]


def count(search: Search, by_filter: dict[str, Condition]) -> dict[str, dict]:
    """{"category": {"waiter": 3, …}, …, "checks": {bits: n}, "total": {"": n}, "online": {"": n}}.

    One query. `by_filter` has the condition of each filter that is set, by the filter's name.
    Wide scopes (a province, the nation) are counted only unfiltered, kept for ten minutes.
    """
    narrowed = bool(by_filter or search.tokens)
    if search.scope.is_wide and not narrowed:
        key = f"facets:{search.scope.place.adcode if search.scope.place else 'nation'}"
        kept = cache.get(key)
        if kept is None:
            kept = _count(search, by_filter)
            cache.set(key, kept, KEPT_SECONDS)
        return kept
    return _count(search, by_filter)


def _count(search: Search, by_filter):
    base = [*search.scope.conditions, *search.always()]
    if search.tokens:
        base.append(Condition("tokens @@ %s::tsquery", (search.token_query(with_filters=False),)))
    base_sql, params = where(base)
    flags, flag_params = _flags(by_filter)
    sql = (
        f"WITH base AS MATERIALIZED (SELECT {', '.join(FILTER_COLUMNS)} FROM {TABLE} "
        f"WHERE {base_sql} LIMIT {SAMPLE}), "
        f"m AS MATERIALIZED (SELECT {', '.join(COLUMNS)}{flags} FROM base) "
        + " UNION ALL ".join([*_groups(by_filter), _online()])
    )
    found: defaultdict[str, dict] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *flag_params, *_online_params()])
        for name, value, number in cursor.fetchall():
            found[name][value or ""] = number
    return dict(found)


def _flags(by_filter):
    """A boolean column for each filter that is set: does the row pass it?"""
    flags = "".join(f", ({c.sql}) AS f_{name}" for name, c in by_filter.items())
    return flags, [param for c in by_filter.values() for param in c.params]


# Which filter asks about which column; a column's counts leave that filter out.
FILTER_OF = {
    "category": "category",
    "settlement": "settlement",
    "district_id": "district",
    "city_id": "district",
    "mode": "mode",
    "term": "term",
    "checks": "verified",
}


def _groups(by_filter):
    for column in COLUMNS:
        yield (
            f"SELECT '{column}', {column}::text, count(*) FROM m "
            f"WHERE {_others(by_filter, FILTER_OF[column])} GROUP BY {column}"
        )
    yield f"SELECT 'total', '', count(*) FROM m WHERE {_others(by_filter, '')}"


def _others(by_filter, own):
    return " AND ".join(f"f_{name}" for name in by_filter if name != own) or "TRUE"


def _online():
    """Online listings belong to no place: every city offers them beside its own."""
    return (
        f"SELECT 'online', '', count(*) FROM (SELECT 1 FROM {TABLE} "
        "WHERE mode = %s AND live_until >= %s LIMIT 1001) o"
    )


def _online_params():
    return [WorkMode.ONLINE, timezone.localdate()]
