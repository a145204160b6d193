"""Find listings in the search table: read the newest rows first, then use the token index.

A rare word must not read the whole date index, and a common one must not sort
all its matches. All SQL of this module is built from constants; values are parameters.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from listings.models.search_row import FAR, FILTER_TOKEN_PREFIXES
from listings.search.scope import SearchCondition, SearchScope
from listings.search.sort_orders import MATCH, NEWEST, START, SortOrder, list_rings
from listings.vocabulary.traits import TOKEN_PREFIX, encode_trait_names
from listings.vocabulary.work_slots import encode_day
from sitekit.databases.replica_routing import open_read_cursor
from sitekit.web.paging import BadCursor, decode_cursor, encode_cursor
from textkit.tsearch import match_any

LISTING_PAGE_SIZE = 20
# Rows read before the token index is used. The nation's newest rows lie side by side in the table,
# so reading more of them costs little, and a word may have many matches in the nation.
NEWEST_ROWS_WALKED = 2000
NATION_WALK = 10_000
NEAREST_FROM = 500
COUNT_BOUND = 1000
MASKS_COUNTED = 3000
TABLE = "listings_listingsearch"
# The columns that rows are chosen by. The indexes by publication hold them all, so that only a
# search for words must read the table itself.
COLUMNS = [
    *"listing_id published_at hourly_fen start_key".split(),
    *FILTER_TOKEN_PREFIXES,
    *"slots checks traits end_key province_id city_id district_id live_until".split(),
    *"latitude longitude further_districts further_points".split(),
    "listing_id * -1 AS minus_id",
]


type SqlQuery = tuple[str, list[Any]]  # the SQL and its parameters


@dataclass(frozen=True)
class SearchResultRow:
    pk: int
    published_at: datetime.datetime
    key: Any
    html: str
    tier: int = 0


@dataclass
class ListingSearchQuery:
    """One page of a list: the scope, conditions and words, the order, and the cursor `after`.

    Some orders have tiers, each of which begins where the one before ends: by match those that the
    query `closest` finds come first, by start those that have not begun.
    """

    scope: SearchScope
    conditions: list[SearchCondition] = field(default_factory=list)
    tokens: str = ""
    closest: str = ""
    sort: SortOrder = NEWEST
    after: str = ""
    # Listings that its reader does not want to see; with `only_hidden` those alone, to be counted.
    hidden: tuple[int, ...] = ()
    only_hidden: bool = False

    def fetch_page(self) -> tuple[list[SearchResultRow], str]:
        """Return the rows of the page and the cursor of the next page, "" if there is none.

        The first page takes at most two queries if the order has no tiers or is by match. Every other page takes at
        most two queries for each tier.
        """
        tier, cursor = self._read_cursor()
        if self.sort is MATCH and not self.after:
            rows = self._fetch_first_matches()
        else:
            rows = []
            for number, conditions in list(enumerate(self._list_tiers()))[tier:]:
                if len(rows) <= LISTING_PAGE_SIZE:
                    begin = cursor if number == tier else []
                    rows += self._fetch_tier(number, [*conditions, *begin])
        if len(rows) <= LISTING_PAGE_SIZE:
            return rows, ""
        rows = rows[:LISTING_PAGE_SIZE]
        return rows, self._encode_cursor(rows[-1])

    def _list_tiers(self) -> list[list[SearchCondition]]:
        """Return the conditions of each tier."""
        first = self._get_first_tier()
        return [[first], [_negate_condition(first)]] if first else [[]]

    def _get_first_tier(self) -> SearchCondition | None:
        if self.sort is MATCH:
            return _match_tokens(self.closest)
        if self.sort is START:
            return SearchCondition("start_key >= %s", (timezone.localdate(),))
        return None

    def _read_cursor(self) -> tuple[int, list[SearchCondition]]:
        """Return the tier that the page begins in, and the condition on its rows; raise BadCursor."""
        if not self.after:
            return 0, []
        tier, _, after = self.after.rpartition("_")
        last = len(self._list_tiers()) - 1
        if tier and tier not in map(str, range(1, max(last, 1) + 1)):
            raise BadCursor(self.after[:40])
        number = min(int(tier or 0), last)
        return number, [self.sort.after(*decode_cursor(after, self.sort.cursor_key))]

    def _encode_cursor(self, row: SearchResultRow) -> str:
        cursor = encode_cursor(row.key, row.pk, self.sort.cursor_key)
        return f"{row.tier}_{cursor}" if row.tier else cursor

    def _fetch_tier(self, number: int, begin: list[SearchCondition]) -> list[SearchResultRow]:
        """Return the first rows of a tier: among the newest, else by the token index. 1–2 queries."""
        if self.sort.measured:
            return self._fetch_rows(self._build_measured_query(begin))
        rows = self._fetch_rows(self._build_walk_query(begin), tier=number)
        narrowed = self.tokens or self.conditions or len(self.scope.conditions) > 1
        if len(rows) <= LISTING_PAGE_SIZE and narrowed:
            rows = self._fetch_rows(self._build_index_query(begin), tier=number)
        return rows

    def _fetch_first_matches(self) -> list[SearchResultRow]:
        """Return the first rows of both tiers by match: the closest in the whole scope come first.

        Where words are common, few rows may be close: these are then looked up by themselves.
        """
        second = _negate_condition(_match_tokens(self.closest))
        order = f"r.tier, {self.sort.order_of_walked}"
        rows = self._fetch_rows(self._build_walk_query([], tier=second), order)
        if len(rows) <= LISTING_PAGE_SIZE:
            return self._fetch_rows(self._build_index_query([], tier=second), order)
        if rows[-1].tier == 0:
            return rows
        closest = self._fetch_rows(self._build_index_query([_match_tokens(self.closest)]))
        return [*closest, *(row for row in rows if row.tier)]

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
        """Return the conditions of every search: still valid today, and not hidden from its reader."""
        conditions = [SearchCondition("live_until >= %s", (timezone.localdate(),))]
        if self.hidden:
            which = "= ANY" if self.only_hidden else "<> ALL"
            conditions.append(SearchCondition(f"listing_id {which}(%s)", (list(self.hidden),)))
        return conditions

    @property
    def walk_length(self) -> int:
        return NEWEST_ROWS_WALKED if self.scope.conditions else NATION_WALK

    def _build_walk_query(
        self,
        begin: list[SearchCondition],
        limit: int = LISTING_PAGE_SIZE + 1,
        tier: SearchCondition | None = None,
    ) -> SqlQuery:
        """Return SQL and parameters that read the first rows of the scope's own index and then filter them.

        `begin` holds a tier and a cursor. With `tier`, the condition of the second tier, rows of both tiers are
        returned, those of the first tier first.
        """
        of_words = [condition for condition in begin if "tokens" in condition.sql]
        of_index = [condition for condition in begin if "tokens" not in condition.sql]
        lead = list(self.scope.conditions[:1])
        inner, inner_params = join_conditions([*lead, *self.list_base_conditions(), *of_index])
        words = [_match_tokens(self.tokens)] if self.tokens else []
        outer, outer_params = join_conditions(
            [*self.scope.conditions[1:], *self.conditions, *words, *of_words]
        )
        columns = ", ".join([*COLUMNS, "tokens"] if "tokens" in outer else COLUMNS)
        mark, mark_params, first = _mark_tier(tier)
        sql = (
            f"SELECT *{mark} FROM (SELECT {columns} FROM {TABLE} WHERE {inner} "
            f"ORDER BY {self.sort.order} LIMIT {self.walk_length}) walked WHERE {outer} "
            f"ORDER BY {first}{self.sort.order_of_walked} LIMIT {limit}"
        )
        return sql, [*mark_params, *inner_params, *outer_params]

    def _build_index_query(
        self, begin: list[SearchCondition], tier: SearchCondition | None = None
    ) -> SqlQuery:
        """Return SQL and parameters that find all matching rows and then sort them; for conditions that are rare in
        the scope."""
        conditions, params = join_conditions([*self.list_conditions(), *begin])
        mark, mark_params, first = _mark_tier(tier)
        sql = (
            f"WITH found AS MATERIALIZED (SELECT {', '.join(COLUMNS)}{mark} FROM {TABLE} "
            f"WHERE {conditions}) SELECT * FROM found "
            f"ORDER BY {first}{self.sort.order_of_walked} LIMIT {LISTING_PAGE_SIZE + 1}"
        )
        return sql, [*mark_params, *params]

    def _build_measured_query(self, begin: list[SearchCondition]) -> SqlQuery:
        """Return SQL and parameters: the rows by distance, from ring to ring until the page is full.

        No index has them in this order, so all rows of a ring are measured, with as few columns as go
        into memory. A ring is asked only where those before have too few rows: the database takes the
        parts of a UNION ALL one after the other, as parts with a materialized CTE are never run in parallel.
        """
        passed = begin[0].params[0] if begin else 0
        parts: list[str] = []
        params: list[Any] = []
        for in_box, in_ring in list_rings(self.sort, passed):
            inner, inner_params = join_conditions([*self.list_conditions(), *in_box])
            outer, outer_params = join_conditions([*in_ring, *begin])
            parts.append(
                "(WITH measured AS MATERIALIZED (SELECT listing_id, published_at, "
                f"listing_id * -1 AS minus_id, {self.sort.measured} AS {self.sort.column} "
                f"FROM {TABLE} WHERE {inner}) SELECT * FROM measured WHERE {outer} "
                f"ORDER BY {self.sort.order_of_walked} LIMIT {LISTING_PAGE_SIZE + 1})"
            )
            params += [*inner_params, *outer_params]
        rings = " UNION ALL ".join(parts)
        return f"SELECT * FROM ({rings}) rings LIMIT {LISTING_PAGE_SIZE + 1}", params

    def list_conditions(self) -> list[SearchCondition]:
        """Return all conditions, with one for the token index where that helps.

        For filters without words it helps in the nation, and in a district, whose listings are few
        among its city's: elsewhere the scope's own index answers them without reading the table.
        """
        query = self.token_query()
        filtered = any(condition.tokens for condition in self.conditions)
        few_of_lead = not self.scope.conditions or (filtered and len(self.scope.conditions) > 1)
        uses_tokens = bool(query and (self.tokens or few_of_lead))
        token_conditions = [_match_tokens(query)] if uses_tokens else []
        return [
            *token_conditions,
            *self.scope.conditions,
            *self.conditions,
            *self.list_base_conditions(),
        ]

    def token_query(self, *, with_filters: bool = True) -> str:
        """Return place, filters and words as one tsquery text, as far as they have tokens.

        The token of a district is enough: that of its city has many more rows to read.
        """
        filters = self.conditions if with_filters else []
        codes = join_tokens([*self.scope.conditions[-1:], *filters])
        words = f"({self.tokens})" if self.tokens else ""
        return " & ".join(filter(None, (codes, words)))

    def _fetch_rows(
        self, query: SqlQuery, order: str = "", key: str = "", tier: int = 0
    ) -> list[SearchResultRow]:
        """Return rows with their cards; order and column of the key are by default the sort's.

        With an order by `r.tier` each row has its own tier, else all have `tier`.
        """
        sql, params = query
        tier_column = "r.tier" if order.startswith("r.tier") else str(tier)
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT r.listing_id, r.published_at, r.{key or self.sort.column}, c.html, "
                f"{tier_column} FROM ({sql}) r JOIN listings_listingcard c USING (listing_id) "
                f"ORDER BY {order or self.sort.order_of_walked}",
                params,
            )
            return [SearchResultRow(*row) for row in cursor.fetchall()]

    def count_matches(self) -> int:
        """Return the number of listings, at most `COUNT_BOUND` + 1. One query."""
        conditions, params = join_conditions(self.list_conditions())
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {conditions} "
                f"LIMIT {COUNT_BOUND + 1}) counted",
                params,
            )
            return cursor.fetchone()[0]

    def count_hidden(self) -> int:
        """Return the number of matching listings that are hidden from the reader. One query; none if nothing is
        hidden."""
        return replace(self, only_hidden=True).count_matches() if self.hidden else 0

    def fetch_titles(self) -> list[str]:
        """Return the title of one matching listing in a list, [] if none matches. One query."""
        conditions, params = join_conditions(self.list_conditions())
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT l.title FROM (SELECT listing_id FROM {TABLE} WHERE {conditions} LIMIT 1) r "
                "JOIN listings_listing l ON l.id = r.listing_id",
                params,
            )
            return [title for (title,) in cursor.fetchall()]

    def count_by_words(self, queries: list[str]) -> dict[int, int]:
        """Return the number of listings by which of the queries match them, as bits; one query.

        At most `MASKS_COUNTED` of those that any of the queries matches are looked at.
        """
        wide = replace(self, tokens=match_any(queries))
        conditions, params = join_conditions(wide.list_conditions())
        mask = " + ".join(
            f"(tokens @@ %s::tsquery)::int * {1 << number}" for number in range(len(queries))
        )
        with open_read_cursor() as cursor:
            cursor.execute(
                f"SELECT mask, count(*) FROM (SELECT {mask} AS mask FROM {TABLE} "
                f"WHERE {conditions} LIMIT {MASKS_COUNTED}) masks GROUP BY mask",
                [*queries, *params],
            )
            return dict(cursor.fetchall())


def join_conditions(conditions: Collection[SearchCondition]) -> SqlQuery:
    """Return the conditions joined by AND, and their parameters in order."""
    sql = " AND ".join(f"({condition.sql})" for condition in conditions) or "TRUE"
    return sql, [param for condition in conditions for param in condition.params]


def join_tokens(conditions: Iterable[SearchCondition]) -> str:
    """Return the conditions as one tsquery text, as far as they have tokens."""
    return " & ".join(f"({condition.tokens})" for condition in conditions if condition.tokens)


def _negate_condition(condition: SearchCondition) -> SearchCondition:
    return SearchCondition(f"NOT ({condition.sql})", condition.params)


def _mark_tier(tier: SearchCondition | None) -> tuple[str, list[Any], str]:
    """Return a column with the tier of a row, its parameters and the order by it; nothing without."""
    if tier is None:
        return "", [], ""
    return f", ({tier.sql})::int AS tier", list(tier.params), "tier, "


def _match_tokens(query: str) -> SearchCondition:
    return SearchCondition("tokens @@ %s::tsquery", (query,))


def match_any_value(column: str, values: Iterable[object]) -> SearchCondition:
    """Return the condition that the column, one of `FILTER_TOKEN_PREFIXES`, has one of the values."""
    values = list(values)
    tokens = " | ".join(f"'{FILTER_TOKEN_PREFIXES[column]}:{value}'" for value in values)
    return SearchCondition(f"{column} = ANY(%s)", (values,), tokens)


def match_traits(names: Collection[str]) -> SearchCondition:
    """Return the condition that a listing has all of these `listings.vocabulary.traits`."""
    bits = encode_trait_names(names)
    tokens = " & ".join(f"'{TOKEN_PREFIX}:{name}'" for name in names)
    return SearchCondition("traits & %s = %s", (bits, bits), tokens)


def match_day(day: datetime.date) -> SearchCondition:
    """Return the condition that there is work on this day: it has begun, has not ended, and the weekday fits.

    Without parameters, so that counts can group by it; what stands in it comes from the clock.
    """
    begun = f"start_key <= '{day}' OR start_key = '{FAR}'"
    return SearchCondition(
        f"({begun}) AND end_key >= '{day}' "
        f"AND (slots = 0 OR slots & {encode_day(day.weekday())} <> 0)"
    )
