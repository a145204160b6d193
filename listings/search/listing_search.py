"""Find listings in the search table: read the newest rows first, then use the token index.

DESIGN 5 says why: a rare word must not read the whole date index, and a common one must not sort
all its matches. All SQL of this module is built from constants; values are parameters.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from listings.models.search_row import FILTER_TOKEN_PREFIXES
from listings.search.scope import SearchCondition, SearchScope
from sitekit.databases.replica_routing import open_read_cursor
from sitekit.web.paging import (
    DAY_KEY,
    MOMENT_KEY,
    NUMBER_KEY,
    CursorKey,
    decode_cursor,
    encode_cursor,
)

LISTING_PAGE_SIZE = 20
# Rows read before the token index is used. The nation's newest rows lie side by side in the table,
# so reading more of them costs little, and a word may have many matches in the nation.
NEWEST_ROWS_WALKED = 2000
NATION_WALK = 10_000
NEAREST_FROM = 500
COUNT_BOUND = 1000
TABLE = "listings_listingsearch"
# The columns that rows are chosen by. The indexes by publication hold them all, so that only a
# search for words must read the table itself.
COLUMNS = [
    *"listing_id published_at hourly_fen start_key".split(),
    *FILTER_TOKEN_PREFIXES,
    *"slots checks province_id city_id district_id live_until".split(),
    "listing_id * -1 AS minus_id",
]


type SqlQuery = tuple[str, list[Any]]  # the SQL and its parameters


@dataclass(frozen=True)
class SortOrder:
    """An order of rows by one key, then the newer id; `descending` is of the key.

    Where the key rises, the index holds the id with its sign changed: only columns that all go the
    same way can be compared as a row, and many listings share one key (any start, 20 yuan).
    """

    code: str
    label: str
    column: str
    descending: bool
    cast: str
    cursor_key: CursorKey

    @property
    def order(self) -> str:
        return f"{self.column} {'DESC' if self.descending else 'ASC'}, {self.tie}"

    @property
    def tie(self) -> str:
        return "listing_id DESC" if self.descending else "(listing_id * -1) ASC"

    @property
    def order_of_walked(self) -> str:
        """The same order over rows that were selected with `COLUMNS`, so that no sort is needed."""
        return self.order if self.descending else f"{self.column} ASC, minus_id ASC"

    def after(self, key: Any, pk: int) -> SearchCondition:
        """Return the condition for rows that come after the row with this key and id."""
        if self.descending:
            return SearchCondition(f"({self.column}, listing_id) < (%s{self.cast}, %s)", (key, pk))
        return SearchCondition(
            f"({self.column}, listing_id * -1) > (%s{self.cast}, %s)", (key, -pk)
        )


NEWEST = SortOrder("newest", "最新", "published_at", True, "::timestamptz", MOMENT_KEY)
PAY = SortOrder("pay", "时薪高", "hourly_fen", True, "::int", NUMBER_KEY)
START = SortOrder("start", "快开工", "start_key", False, "::date", DAY_KEY)
SORTS = {sort.code: sort for sort in (NEWEST, PAY, START)}


@dataclass(frozen=True)
class SearchResultRow:
    pk: int
    published_at: datetime.datetime
    key: Any
    html: str


@dataclass
class ListingSearchQuery:
    """One page of a list: the scope, conditions and words, the order, and the cursor `after`."""

    scope: SearchScope
    conditions: list[SearchCondition] = field(default_factory=list)
    tokens: str = ""
    sort: SortOrder = NEWEST
    after: str = ""

    def fetch_page(self) -> tuple[list[SearchResultRow], str]:
        """Return the rows of the page and the cursor of the next, "" if there is none. 1–2 queries."""
        cursor = []
        if self.after:
            cursor.append(self.sort.after(*decode_cursor(self.after, self.sort.cursor_key)))
        rows = self._fetch_rows(self._build_walk_query(cursor))
        narrowed = self.tokens or self.conditions or len(self.scope.conditions) > 1
        if len(rows) <= LISTING_PAGE_SIZE and narrowed:
            rows = self._fetch_rows(self._build_index_query(cursor))
        if len(rows) <= LISTING_PAGE_SIZE:
            return rows, ""
        rows = rows[:LISTING_PAGE_SIZE]
        return rows, encode_cursor(rows[-1].key, rows[-1].pk, self.sort.cursor_key)

    def fetch_nearest(self, category: str, limit: int) -> list[SearchResultRow]:
        """Return the newest rows, those of the category first, with the category as their key.

        One query; for the sidebar of a page.
        """
        sql, params = self._build_walk_query([], limit=NEAREST_FROM)
        first = "({0}.category = %s) DESC, {0}.published_at DESC, {0}.listing_id DESC"
        # Rows are chosen before cards are joined, so that few cards are read.
        sql = f"SELECT * FROM ({sql}) n ORDER BY {first.format('n')} LIMIT %s"
        params = [*params, category, limit, category]
        return self._fetch_rows((sql, params), first.format("r"), key="category")

    def list_base_conditions(self) -> list[SearchCondition]:
        """Return the conditions of every search: still valid today, and what the order needs."""
        today = timezone.localdate()
        alive = [SearchCondition("live_until >= %s", (today,))]
        if self.sort is START:
            alive.append(SearchCondition("start_key >= %s", (today,)))
        if self.sort is PAY:
            alive.append(SearchCondition("hourly_fen > 0"))
        return alive

    @property
    def walk_length(self) -> int:
        return NEWEST_ROWS_WALKED if self.scope.conditions else NATION_WALK

    def _build_walk_query(
        self, cursor: list[SearchCondition], limit: int = LISTING_PAGE_SIZE + 1
    ) -> SqlQuery:
        """Return SQL and parameters: the first rows of the scope's own index, then filtered."""
        lead = list(self.scope.conditions[:1])
        inner, inner_params = join_conditions([*lead, *self.list_base_conditions(), *cursor])
        words = [_match_tokens(self.tokens)] if self.tokens else []
        outer, outer_params = join_conditions(
            [*self.scope.conditions[1:], *self.conditions, *words]
        )
        columns = ", ".join([*COLUMNS, "tokens"] if self.tokens else COLUMNS)
        sql = (
            f"SELECT * FROM (SELECT {columns} FROM {TABLE} WHERE {inner} "
            f"ORDER BY {self.sort.order} LIMIT {self.walk_length}) walked WHERE {outer} "
            f"ORDER BY {self.sort.order_of_walked} LIMIT {limit}"
        )
        return sql, [*inner_params, *outer_params]

    def _build_index_query(self, cursor: list[SearchCondition]) -> SqlQuery:
        """Return SQL and parameters: all matching rows, then sorted; for what is rare in the scope."""
        conditions, params = join_conditions([*self._list_conditions(), *cursor])
        sql = (
            f"WITH found AS MATERIALIZED (SELECT {', '.join(COLUMNS)} FROM {TABLE} "
            f"WHERE {conditions}) "
            f"SELECT * FROM found ORDER BY {self.sort.order_of_walked} LIMIT {LISTING_PAGE_SIZE + 1}"
        )
        return sql, params

    def _list_conditions(self) -> list[SearchCondition]:
        """Return all conditions, with one for the token index where that helps.

        For filters without words it helps only in the nation: elsewhere the scope's own index
        answers them without reading the table.
        """
        query = self.token_query()
        uses_tokens = bool(query and (self.tokens or not self.scope.conditions))
        token_conditions = [_match_tokens(query)] if uses_tokens else []
        return [
            *token_conditions,
            *self.scope.conditions,
            *self.conditions,
            *self.list_base_conditions(),
        ]

    def token_query(self, with_filters: bool = True) -> str:
        """Return place, filters and words as one tsquery text, as far as they have tokens."""
        filters = self.conditions if with_filters else []
        parts = [c.tokens for c in (*self.scope.conditions, *filters)] + [self.tokens]
        return " & ".join(f"({part})" for part in parts if part)

    def _fetch_rows(self, query: SqlQuery, order: str = "", key: str = "") -> list[SearchResultRow]:
        """Return rows with their cards; order and column of the key are by default the sort's."""
        sql, params = query
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT r.listing_id, r.published_at, r.{key or self.sort.column}, c.html "
                f"FROM ({sql}) r JOIN listings_listingcard c USING (listing_id) "
                f"ORDER BY {order or self.sort.order_of_walked}",
                params,
            )
            return [SearchResultRow(*row) for row in cursor.fetchall()]

    def count_matches(self) -> int:
        """Return the number of listings, at most `COUNT_BOUND` + 1. One query."""
        conditions, params = join_conditions(self._list_conditions())
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {conditions} "
                f"LIMIT {COUNT_BOUND + 1}) counted",
                params,
            )
            return cursor.fetchone()[0]


def join_conditions(conditions: Collection[SearchCondition]) -> SqlQuery:
    """Return the conditions joined by AND, and their parameters in order."""
    sql = " AND ".join(f"({condition.sql})" for condition in conditions) or "TRUE"
    return sql, [param for condition in conditions for param in condition.params]


def _match_tokens(query: str) -> SearchCondition:
    return SearchCondition("tokens @@ %s::tsquery", (query,))


def match_any_value(column: str, values: Iterable[object]) -> SearchCondition:
    """Return the condition that the column, one of `FILTER_TOKEN_PREFIXES`, has one of the values."""
    values = list(values)
    tokens = " | ".join(f"'{FILTER_TOKEN_PREFIXES[column]}:{value}'" for value in values)
    return SearchCondition(f"{column} = ANY(%s)", (values,), tokens)
