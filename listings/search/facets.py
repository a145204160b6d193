"""Counts beside the filters. The count of an option applies all filters except the option's own filter.

A limited number of rows is counted, however many listings there are. If a limit was reached, the counts are lower
bounds, and "more" tells which of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils import timezone

from listings.choices import WorkMode
from listings.models.search_row import FILTER_TOKEN_PREFIXES
from listings.search.listing_search import (
    COUNT_BOUND,
    TABLE,
    ListingSearchQuery,
    SqlQuery,
    join_conditions,
    join_tokens,
    match_any_value,
    match_day,
)
from listings.search.scope import SearchCondition, SearchScope
from listings.search.sort_orders import NEWEST
from sitekit.databases.replica_routing import open_read_cursor
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import (
    get_while_told,
    keep_value,
    note_read_moment,
    put_while_told,
)

# At most so many rows are counted:
FACET_SAMPLE_SIZE = 5_000  # listings of a place, without filters
WIDE_SAMPLE = 10_000  # those of a province or the nation
PASSING_SAMPLE = COUNT_BOUND  # those that pass all filters
OWN_SAMPLE = 1_000  # those that fail just one: they count for that filter's other options
WIDE_WALK = 30_000  # newest rows of a province, the nation or a county that are searched for both
# With so many matches of a word among the newest rows, no other rows are read.
MIN_RECENT_MATCHES = 60
FILTER_COLUMNS = [
    *FILTER_TOKEN_PREFIXES,
    *"checks traits slots hourly_fen start_key end_key province_id city_id district_id".split(),
    "further_districts",
]
# The filter of a column, if its name differs; a column's counts leave its filter out.
FILTER_OF = {
    "province_id": "district",
    "city_id": "district",
    "district_id": "district",
    "checks": "verified",
    "today": "when",
}
# Rows are grouped three times: by these columns, by the columns of the second group, and by those of the third.
_FIRST_GROUPING = ("category", "settlement")
_SECOND_GROUPING = (
    *(name for name in FILTER_TOKEN_PREFIXES if name not in _FIRST_GROUPING),
    "checks",
)
# Traits belong to two filters, so they are counted for each of them; `today` is no column.
_THIRD_GROUPING = ("traits", "today")
_TRAIT_FILTERS = ("fit", "perks")

_IS_ONLINE = SearchCondition(f"mode = '{WorkMode.ONLINE.value}'")
# Online listings belong to no place, so a change of one is announced under 0, a code that no place has.
_ONLINE_ROWS = (Dependency("rows", 0),)
_ONLINE_SIZE = 1_000  # bytes, nearly all of them the query

type FacetCounts = dict[str, dict[str, int]]  # {column: {value: number}}
type ConditionsByFilter = dict[str, SearchCondition]  # by name of the filter
type BaseQuery = tuple[str, list[Any], str]  # WITH queries, parameters, query for "more"


def count_facets(search: ListingSearchQuery, by_filter: ConditionsByFilter) -> FacetCounts:
    """Return the counts of all options: {"category": {"waiter": 3, …}, …, "checks": {bits: n}, "today": {"true": n},
    "total": {"": n}, "online": {"": n}}. One query; one more if the unfiltered counts of a wide place are not cached,
    and one for the listings that the reader hides there.

    `by_filter` is the condition of each filter that is set. The unfiltered counts of a province or of the nation are
    cached until one of its rows changes. "more" contains "total" if the total and most counts are lower bounds, and
    "own" if the counts of filters that are set are lower bounds.
    """
    if not search.scope.is_wide:
        return _count_options(search, by_filter)
    unfiltered = _get_cached_counts(search)
    if not by_filter and not search.tokens:
        return unfiltered
    counts = _count_options(search, by_filter)
    if not search.tokens and unfiltered["total"][""] >= WIDE_SAMPLE:
        counts["more"] = {"total": 1, "own": 1}
    return counts


def _get_cached_counts(search: ListingSearchQuery) -> FacetCounts:
    place = search.scope.place.adcode if search.scope.place else None
    counts = keep_value(
        ("facets", place, timezone.localdate()),
        [search.scope.rows],
        lambda: _count_options(ListingSearchQuery(search.scope), {}, WIDE_SAMPLE),
    )
    if not search.hidden:
        return counts
    # The cache is shared by all readers. The few listings hidden from this one are counted and subtracted.
    hidden = ListingSearchQuery(search.scope, hidden=search.hidden, only_hidden=True)
    return _subtract_counts(counts, _count_options(hidden, {}, WIDE_SAMPLE))


def _subtract_counts(counts: FacetCounts, fewer: FacetCounts) -> FacetCounts:
    """Return `counts` minus `fewer`, and never a number below 0, because cached counts may be a second older than
    `fewer`. Lower bounds stay as they are."""
    remaining: FacetCounts = {}
    for name, numbers in counts.items():
        taken = fewer.get(name, {})
        remaining[name] = {
            value: number
            if name == "more" or (name == "online" and number > COUNT_BOUND)
            else max(0, number - taken.get(value, 0))
            for value, number in numbers.items()
        }
    return remaining


def _count_options(
    search: ListingSearchQuery, by_filter: ConditionsByFilter, sample: int = FACET_SAMPLE_SIZE
) -> FacetCounts:
    """Count the options in one query. The number of online listings is the same everywhere, so it is cached until
    one of them changes."""
    sql, params = _build_count(search, by_filter, sample)
    online, online_params = _build_online_count(search, by_filter)
    key = ("online listings", online, repr(online_params))
    kept_number = None if search.hidden else get_while_told(key)
    if isinstance(kept_number, int):
        return _read_counts(sql, params) | ({"online": {"": kept_number}} if kept_number else {})
    moment = note_read_moment()
    counts = _read_counts(f"{sql} UNION ALL {online}", [*params, *online_params])
    if not search.hidden:  # what one reader hides is of no use to others
        number = counts.get("online", {}).get("", 0)
        put_while_told(key, number, _ONLINE_ROWS, moment, _ONLINE_SIZE)
    return counts


def _build_count(
    search: ListingSearchQuery, by_filter: ConditionsByFilter, sample: int
) -> SqlQuery:
    place = _get_place_column(search.scope)
    build = _build_base_of_words if search.tokens else _build_base
    base, params, extra_select = build(search, by_filter, place, sample)
    first, second, third = (
        ", ".join(names) for names in (_FIRST_GROUPING, (*_SECOND_GROUPING, place), _THIRD_GROUPING)
    )
    # Three coarse groupings of all rows, then many of the few groups: half the time.
    sql = (
        f"WITH {base}, m AS MATERIALIZED (SELECT {first}, {second}, {third}, "
        f"GROUPING(category, traits) AS part, {_build_sums(by_filter)} "
        f"FROM (SELECT *, {match_day(timezone.localdate()).sql} AS today FROM base) b "
        f"GROUP BY GROUPING SETS (({first}), ({second}), ({third}))) "
        + " UNION ALL ".join([*_build_groups(by_filter, place), extra_select])
    )
    return sql, params


def _read_counts(sql: str, params: list[Any]) -> FacetCounts:
    counts: FacetCounts = defaultdict(dict, {"total": {"": 0}})
    with open_read_cursor() as cursor:
        cursor.execute(sql, params)
        for name, value, number in cursor.fetchall():
            if number:  # a county has two: of main places, and of further ones
                counts[name][value or ""] = counts[name].get(value or "", 0) + number
    return dict(counts)


def _get_place_column(scope: SearchScope) -> str:
    """Return the column of the places that a page can be narrowed to."""
    if scope.place is None or not scope.conditions:
        return "province_id"
    return "city_id" if scope.is_wide else "district_id"


def _list_columns(place: str) -> str:
    return ", ".join(dict.fromkeys([*FILTER_COLUMNS, place]))


def _build_pass_flags(by_filter: ConditionsByFilter) -> SqlQuery:
    """Return a boolean column for each filter that is set (does the row pass it?), and parameters."""
    flags = "".join(f", coalesce({c.sql}, FALSE) AS f_{name}" for name, c in by_filter.items())
    return flags, [param for c in by_filter.values() for param in c.params]


def _build_passing(by_filter: ConditionsByFilter, filter_name: str = "") -> str:
    return " AND ".join(f"f_{name}" for name in by_filter if name != filter_name) or "TRUE"


def _build_base(
    search: ListingSearchQuery, by_filter: ConditionsByFilter, place: str, sample: int
) -> BaseQuery:
    """Return the newest rows of the scope that pass all filters or fail just one."""
    scope, scope_params = join_conditions(
        [*search.scope.conditions, *search.list_base_conditions()]
    )
    flags, flag_params = _build_pass_flags(by_filter)
    deep = f"LIMIT {WIDE_WALK}" if by_filter and search.scope.is_wide else ""
    newest = f"FROM {TABLE} WHERE {scope} ORDER BY {NEWEST.order} {deep}"
    columns = _list_columns(place)
    if any("tokens" in condition.sql for condition in by_filter.values()):
        columns += ", tokens"  # of a filter by words
    if not by_filter:
        base = f"base AS MATERIALIZED (SELECT {columns} {newest} LIMIT {sample})"
        return base, scope_params, _build_more(f"(SELECT count(*) FROM base) >= {sample}", "FALSE")
    passing, passing_params = join_conditions(by_filter.values())
    with_flags = f"SELECT {columns}{flags} {newest}"
    reached = f"(SELECT count(*) FROM passing) >= {PASSING_SAMPLE}"
    reached_own = f"(SELECT count(*) FROM own) >= {OWN_SAMPLE}"
    county = search.scope.conditions[1:]
    if county and not any(condition.tokens for condition in by_filter.values()):
        # All of the city's index is walked for the few that lie in the county, so once and not twice.
        base = _join_base(by_filter, columns, "listed", _build_passing(by_filter), "listed")
        listed = f"listed AS MATERIALIZED ({with_flags} LIMIT {WIDE_WALK})"
        reached += f" OR (SELECT count(*) FROM listed) >= {WIDE_WALK}"
        params = [*flag_params, *scope_params]
        return f"{listed}, {base}", params, _build_more(reached, reached_own)
    passing_rows, tokens = f"SELECT {columns} {newest}", []
    if county:
        # Those that pass are looked up; enough that fail just one stand among the city's newest.
        passing_rows = f"SELECT {columns} FROM {TABLE} WHERE tokens @@ %s::tsquery AND {scope}"
        tokens = [join_tokens([*county, *by_filter.values()])]
    base = _join_base(by_filter, columns, f"({passing_rows})", passing, f"({with_flags})")
    params = [*tokens, *scope_params, *passing_params, *flag_params, *scope_params]
    return base, params, _build_more(reached, reached_own)


def _join_base(
    by_filter: ConditionsByFilter, columns: str, rows: str, passing: str, rows_with_flags: str
) -> str:
    """Return the WITH queries of the rows that pass all filters, and of those that fail just one."""
    truths = "".join(f", TRUE AS f_{name}" for name in by_filter)
    failing_one = " + ".join(f"f_{name}::int" for name in by_filter) + f" = {len(by_filter) - 1}"
    return (
        f"passing AS MATERIALIZED (SELECT {columns}{truths} FROM {rows} s "
        f"WHERE {passing} LIMIT {PASSING_SAMPLE}), "
        f"own AS MATERIALIZED (SELECT * FROM {rows_with_flags} s "
        f"WHERE {failing_one} LIMIT {OWN_SAMPLE}), "
        "base AS (SELECT * FROM passing UNION ALL SELECT * FROM own)"
    )


def _build_base_of_words(
    search: ListingSearchQuery, by_filter: ConditionsByFilter, place: str, sample: int
) -> BaseQuery:
    """Return the matches among the newest rows if they are many, else those of the token index."""
    lead, lead_params = join_conditions(
        [*search.scope.conditions[:1], *search.list_base_conditions()]
    )
    inside, inside_params = join_conditions(search.scope.conditions[1:])
    flags, flag_params = _build_pass_flags(by_filter)
    columns, walk = f"{_list_columns(place)}{flags}", search.walk_length
    base = (
        f"walked AS MATERIALIZED (SELECT {columns}, "
        f"({inside}) AND tokens @@ %s::tsquery AS hit FROM "
        f"(SELECT * FROM {TABLE} WHERE {lead} ORDER BY {NEWEST.order} LIMIT {walk}) s), "
        f"walk AS (SELECT count(*) = {walk} AS cut, count(*) FILTER (WHERE hit) AS hits "
        "FROM walked), "
        f"found AS MATERIALIZED (SELECT {columns}, TRUE FROM {TABLE} WHERE {lead} AND {inside} "
        f"AND tokens @@ %s::tsquery AND (SELECT cut AND hits < {MIN_RECENT_MATCHES} FROM walk) "
        f"LIMIT {sample}), "
        "base AS (SELECT * FROM found UNION ALL SELECT * FROM walked "
        f"WHERE hit AND (SELECT NOT cut OR hits >= {MIN_RECENT_MATCHES} FROM walk))"
    )
    params = [
        *flag_params, *inside_params, search.tokens, *lead_params,
        *flag_params, *lead_params, *inside_params, search.token_query(with_filters=False),
    ]  # fmt: skip
    reached = f"(SELECT cut AND hits >= {MIN_RECENT_MATCHES} FROM walk)"
    return base, params, _build_more(reached, reached)


def _build_more(total: str, own: str) -> str:
    return f"SELECT 'more', 'total', ({total})::int UNION ALL SELECT 'more', 'own', ({own})::int"


def _build_sums(by_filter: ConditionsByFilter) -> str:
    """Return columns: numbers of rows that pass all filters, and all but one, for each that is set."""
    sums = [f"count(*) FILTER (WHERE {_build_passing(by_filter)}) AS n_all"]
    sums += [
        f"count(*) FILTER (WHERE {_build_passing(by_filter, filter_name)}) AS n_{filter_name}"
        for filter_name in by_filter
    ]
    return ", ".join(sums)


def _build_groups(by_filter: ConditionsByFilter, place: str) -> Iterator[str]:
    groupings = (
        (0b01, _FIRST_GROUPING),
        (0b11, (*_SECOND_GROUPING, place)),
        (0b10, ("today",)),
    )
    counted = [
        (grouping, column, column, FILTER_OF.get(column, column))
        for grouping, columns in groupings
        for column in columns
    ]
    counted += [(0b10, name, "traits", name) for name in _TRAIT_FILTERS]
    for grouping, name, column, filter_name in counted:
        number = f"n_{filter_name}" if filter_name in by_filter else "n_all"
        yield (
            f"SELECT '{name}', {column}::text, sum({number})::bigint FROM m "
            f"WHERE part = {grouping} GROUP BY {column}"
        )
    if place == "district_id":
        yield (
            "SELECT 'district_id', code::text, "
            f"count(*) FILTER (WHERE {_build_passing(by_filter, 'district')}) "
            "FROM base, unnest(further_districts) AS code GROUP BY code"
        )
    yield "SELECT 'total', '', coalesce(sum(n_all), 0)::bigint FROM m WHERE part = 1"


def _build_online_count(search: ListingSearchQuery, by_filter: ConditionsByFilter) -> SqlQuery:
    """Return the number of online listings, which belong to no place: every city offers them beside its own.

    They pass the other filters and have the words; that they are online is a token as well, so that
    words and filters with tokens are looked up together.
    """
    others = [condition for name, condition in by_filter.items() if name != "mode"]
    if others or search.tokens:
        others.append(match_any_value("mode", [WorkMode.ONLINE.value]))
    online = ListingSearchQuery(
        SearchScope(None),
        others,
        search.tokens,
        hidden=search.hidden,
        only_hidden=search.only_hidden,
    )
    conditions, params = join_conditions([*online.list_conditions(), _IS_ONLINE])
    sql = (
        f"SELECT 'online', '', count(*) FROM (SELECT 1 FROM {TABLE} WHERE {conditions} "
        f"LIMIT {COUNT_BOUND + 1}) o"
    )
    return sql, params


def count_other_modes(search: ListingSearchQuery, by_filter: ConditionsByFilter) -> dict[str, int]:
    """Return the numbers of the place's own listings by mode, beside a list of those online; one query each."""
    others = [condition for name, condition in by_filter.items() if name != "mode"]
    return {
        mode: replace(search, conditions=[*others, match_any_value("mode", [mode])]).count_matches()
        for mode in WorkMode.values
        if mode != WorkMode.ONLINE
    }
