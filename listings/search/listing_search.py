"""Finding listings in the search table: walk the newest rows first, then the token index.

See DESIGN 5 for why: a rare word must not walk the whole date index, and a common one must not
sort everything it finds. All SQL of this module is built from constants; values are parameters.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from listings.search.scope import SearchCondition, SearchScope
from listings.vocabulary.listing_fields import FILTER_TOKEN_PREFIXES
from sitekit.web.paging import (
    DAY_KEY,
    MOMENT_KEY,
    NUMBER_KEY,
    CursorKey,
    decode_cursor,
    encode_cursor,
)

LISTING_PAGE_SIZE = 20
# Rows looked at before the token index is asked. The nation's newest rows lie side by side in the
# table, so looking at more costs little, and a word of the whole nation may have many finds.
NEWEST_ROWS_WALKED = 2000
NATION_WALK = 10_000
NEAREST_FROM = 500
COUNT_BOUND = 1000
TABLE = "listings_listingsearch"
# What rows are chosen by. All of it stands in the indexes by publication, so that a walk or a
# count needs no visit to the table unless words are asked for.
COLUMNS = [
    *"listing_id published_at hourly_fen start_key".split(),
    *FILTER_TOKEN_PREFIXES,
    *"slots checks province_id city_id district_id live_until".split(),
    "listing_id * -1 AS minus_id",
]


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
    def order(self):
        return f"{self.column} {'DESC' if self.descending else 'ASC'}, {self.tie}"

    @property
    def tie(self):
        return "listing_id DESC" if self.descending else "(listing_id * -1) ASC"

    @property
    def order_of_walked(self):
        """The same over rows that were selected with `COLUMNS`; told so, no sort is needed."""
        return self.order if self.descending else f"{self.column} ASC, minus_id ASC"

    def after(self, key, pk) -> SearchCondition:
        """Rows that come after the one with this key and id."""
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
    """One list: where, what, in which order, from where on."""

    scope: SearchScope
    conditions: list[SearchCondition] = field(default_factory=list)
    tokens: str = ""
    sort: SortOrder = NEWEST
    after: str = ""

    def page(self) -> tuple[list[SearchResultRow], str]:
        """The rows of one page and the cursor of the next, "" on the last. One or two queries."""
        cursor = self._cursor()
        rows = self._rows(self._walked(cursor))
        narrowed = self.tokens or self.conditions or len(self.scope.conditions) > 1
        if len(rows) <= LISTING_PAGE_SIZE and narrowed:
            rows = self._rows(self._all(cursor))
        if len(rows) <= LISTING_PAGE_SIZE:
            return rows, ""
        rows = rows[:LISTING_PAGE_SIZE]
        return rows, encode_cursor(rows[-1].key, rows[-1].pk, self.sort.cursor_key)

    def nearest(self, category: str, limit: int) -> list[SearchResultRow]:
        """The newest rows, those of the category first, with the category as their key. One query;
        for the aside of a page."""
        sql, params = self._walked([], limit=NEAREST_FROM)
        first = "({0}.category = %s) DESC, {0}.published_at DESC, {0}.listing_id DESC"
        # Chosen before cards are joined: a few cards are read, not hundreds.
        sql = f"SELECT * FROM ({sql}) n ORDER BY {first.format('n')} LIMIT %s"
        params = [*params, category, limit, category]
        return self._join(sql, f"ORDER BY {first.format('r')}", params, key="category")

    def _cursor(self):
        if not self.after:
            return []
        key, pk = decode_cursor(self.after, self.sort.cursor_key)
        return [self.sort.after(key, pk)]

    def always(self):
        """Alive by today's date; a list of starts leaves out what has begun."""
        today = timezone.localdate()
        alive = [SearchCondition("live_until >= %s", (today,))]
        if self.sort is START:
            alive.append(SearchCondition("start_key >= %s", (today,)))
        if self.sort is PAY:
            alive.append(SearchCondition("hourly_fen > 0"))
        return alive

    @property
    def walk_length(self):
        return NEWEST_ROWS_WALKED if self.scope.conditions else NATION_WALK

    def _walked(self, cursor, limit=LISTING_PAGE_SIZE + 1):
        """The first rows of the scope's own index, filtered while walking."""
        lead = list(self.scope.conditions[:1])
        inner, inner_params = join_conditions([*lead, *self.always(), *cursor])
        rest = [*self.scope.conditions[1:], *self.conditions, *self._matching()]
        outer, outer_params = join_conditions(rest)
        columns = ", ".join([*COLUMNS, "tokens"] if self.tokens else COLUMNS)
        sql = (
            f"SELECT * FROM (SELECT {columns} FROM {TABLE} WHERE {inner} "
            f"ORDER BY {self.sort.order} LIMIT {self.walk_length}) walked WHERE {outer} "
            f"ORDER BY {self.sort.order_of_walked} LIMIT {limit}"
        )
        return sql, [*inner_params, *outer_params]

    def _all(self, cursor):
        """All rows that fit, then sorted: for what is rare in the scope."""
        conditions, params = join_conditions([*self._fitting(), *cursor])
        sql = (
            f"WITH found AS MATERIALIZED (SELECT {', '.join(COLUMNS)} FROM {TABLE} "
            f"WHERE {conditions}) "
            f"SELECT * FROM found ORDER BY {self.sort.order_of_walked} LIMIT {LISTING_PAGE_SIZE + 1}"
        )
        return sql, params

    def _fitting(self):
        """All conditions, through the token index where that helps.

        For filters without words it helps only if no scope narrows them: the scope's index by
        publication answers them alone, and without a visit to the table.
        """
        query = self.token_query()
        asked = bool(query and (self.tokens or not self.scope.conditions))
        found = [SearchCondition("tokens @@ %s::tsquery", (query,))] if asked else []
        return [*found, *self.scope.conditions, *self.conditions, *self.always()]

    def token_query(self, with_filters: bool = True) -> str:
        """Place, filters and words as one tsquery text, as far as tokens can say them."""
        filters = self.conditions if with_filters else []
        parts = [c.tokens for c in (*self.scope.conditions, *filters)] + [self.tokens]
        return " & ".join(f"({part})" for part in parts if part)

    def _matching(self):
        return [SearchCondition("tokens @@ %s::tsquery", (self.tokens,))] if self.tokens else []

    def _rows(self, query):
        sql, params = query
        return self._join(sql, f"ORDER BY {self.sort.order_of_walked}", params)

    def _join(self, sql, order, params, key=None):
        """Found rows with their kept cards; the key is what they are sorted by, if not told."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.listing_id, r.published_at, r.{key or self.sort.column}, c.html "
                f"FROM ({sql}) r JOIN listings_listingcard c USING (listing_id) {order}",
                params,
            )
            return [SearchResultRow(*row) for row in cursor.fetchall()]

    def count(self) -> int:
        """How many there are, counted to `COUNT_BOUND` + 1. One query."""
        conditions, params = join_conditions(self._fitting())
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {conditions} "
                f"LIMIT {COUNT_BOUND + 1}) counted",
                params,
            )
            return cursor.fetchone()[0]


def join_conditions(conditions) -> tuple[str, list]:
    """Conditions joined by AND, with their parameters in order."""
    sql = " AND ".join(f"({condition.sql})" for condition in conditions) or "TRUE"
    return sql, [param for condition in conditions for param in condition.params]


def match_any_value(column: str, values, prefix: str = "") -> SearchCondition:
    """The column has one of the values; with a prefix the tokens say so too."""
    values = list(values)
    tokens = " | ".join(f"'{prefix}:{value}'" for value in values) if prefix else ""
    return SearchCondition(f"{column} = ANY(%s)", (values,), tokens)


def convert_yuan_to_fen(yuan: Decimal) -> int:
    return int(yuan * 100)
