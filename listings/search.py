"""Finding listings in the search table: walk the newest rows first, then the token index.

See DESIGN 5 for why: a rare word must not walk the whole date index, and a common one must not
sort everything it finds. All SQL of this module is built from constants; values are parameters.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from listings.scope import Condition, Scope

PAGE = 20
WALK = 2000
COUNT_BOUND = 1000
TABLE = "listings_listingsearch"


@dataclass(frozen=True)
class Sort:
    """An order of rows by one key and the id; `descending` is of the key, ids always fall."""

    code: str
    label: str
    column: str
    descending: bool
    cast: str

    @property
    def order(self):
        return f"{self.column} {'DESC' if self.descending else 'ASC'}, listing_id DESC"

    def after(self, key, pk) -> Condition:
        """Rows that come after the one with this key and id."""
        sign = "<" if self.descending else ">"
        # The first half lets the index start at the key, the second half settles ties.
        return Condition(
            f"{self.column} {sign}= %s{self.cast} AND "
            f"({self.column} {sign} %s{self.cast} OR listing_id < %s)",
            (key, key, pk),
        )


NEWEST = Sort("newest", "最新", "published_at", True, "::timestamptz")
PAY = Sort("pay", "时薪高", "hourly_fen", True, "::int")
START = Sort("start", "快开工", "start_key", False, "::date")
SORTS = {sort.code: sort for sort in (NEWEST, PAY, START)}


class BadCursor(ValueError):
    """The `after` of an address says nothing this list could go on from."""


@dataclass(frozen=True)
class Row:
    pk: int
    published_at: datetime.datetime
    key: object
    html: str


@dataclass
class Search:
    """One list: where, what, in which order, from where on."""

    scope: Scope
    conditions: list[Condition] = field(default_factory=list)
    tokens: str = ""
    sort: Sort = NEWEST
    after: str = ""

    def page(self) -> tuple[list[Row], str]:
        """The rows of one page and the cursor of the next, "" on the last. One or two queries."""
        cursor = self._cursor()
        rows = self._rows(self._walked(cursor))
        narrowed = self.tokens or self.conditions or len(self.scope.conditions) > 1
        if len(rows) <= PAGE and narrowed:
            rows = self._rows(self._by_tokens(cursor))
        if len(rows) <= PAGE:
            return rows, ""
        rows = rows[:PAGE]
        return rows, write_cursor(rows[-1].key, rows[-1].pk)

    def nearest(self, category: str, limit: int) -> list[Row]:
        """The newest rows, those of the category first. One query; for the aside of a page."""
        sql, params = self._walked([], limit=WALK)
        order = "ORDER BY (r.category = %s) DESC, r.published_at DESC LIMIT %s"
        return self._join(sql, order, [*params, category, limit])

    def _cursor(self):
        if not self.after:
            return []
        key, pk = read_cursor(self.after, self.sort)
        return [self.sort.after(key, pk)]

    def always(self):
        """Alive by today's date; a list of starts leaves out what has begun."""
        today = timezone.localdate()
        alive = [Condition("live_until >= %s", (today,))]
        if self.sort is START:
            alive.append(Condition("start_key >= %s", (today,)))
        if self.sort is PAY:
            alive.append(Condition("hourly_fen > 0"))
        return alive

    def _walked(self, cursor, limit=PAGE + 1):
        """The first rows of the scope's own index, filtered while walking."""
        lead = list(self.scope.conditions[:1])
        inner, inner_params = where([*lead, *self.always(), *cursor])
        rest = [*self.scope.conditions[1:], *self.conditions, *self._matching()]
        outer, outer_params = where(rest)
        sql = (
            f"SELECT * FROM (SELECT * FROM {TABLE} WHERE {inner} "
            f"ORDER BY {self.sort.order} LIMIT {WALK}) walked WHERE {outer} "
            f"ORDER BY {self.sort.order} LIMIT {limit}"
        )
        return sql, [*inner_params, *outer_params]

    def _by_tokens(self, cursor):
        """All that the token index finds, then sorted: for what is rare in the scope."""
        query = self.token_query()
        found = [Condition("tokens @@ %s::tsquery", (query,))] if query else []
        conditions, params = where(
            [*found, *self.scope.conditions, *self.conditions, *self.always(), *cursor]
        )
        sql = (
            f"WITH found AS MATERIALIZED (SELECT * FROM {TABLE} WHERE {conditions}) "
            f"SELECT * FROM found ORDER BY {self.sort.order} LIMIT {PAGE + 1}"
        )
        return sql, params

    def token_query(self, with_filters: bool = True) -> str:
        """Place, filters and words as one tsquery text, as far as tokens can say them."""
        filters = self.conditions if with_filters else []
        parts = [c.tokens for c in (*self.scope.conditions, *filters)] + [self.tokens]
        return " & ".join(f"({part})" for part in parts if part)

    def _matching(self):
        return [Condition("tokens @@ %s::tsquery", (self.tokens,))] if self.tokens else []

    def _rows(self, query):
        sql, params = query
        return self._join(sql, f"ORDER BY {self.sort.order}", params)

    def _join(self, sql, order, params):
        """Found rows with their kept cards."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.listing_id, r.published_at, r.{self.sort.column}, c.html "
                f"FROM ({sql}) r JOIN listings_listingcard c USING (listing_id) {order}",
                params,
            )
            return [Row(*row) for row in cursor.fetchall()]

    def count(self) -> int:
        """How many there are, counted to `COUNT_BOUND` + 1. One query."""
        query = self.token_query() if self.tokens else ""
        found = [Condition("tokens @@ %s::tsquery", (query,))] if query else []
        conditions, params = where(
            [*found, *self.scope.conditions, *self.conditions, *self.always()]
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {conditions} "
                f"LIMIT {COUNT_BOUND + 1}) counted",
                params,
            )
            return cursor.fetchone()[0]


def where(conditions) -> tuple[str, list]:
    """Conditions joined by AND, with their parameters in order."""
    sql = " AND ".join(f"({condition.sql})" for condition in conditions) or "TRUE"
    return sql, [param for condition in conditions for param in condition.params]


def one_of(column: str, values, prefix: str = "") -> Condition:
    """The column has one of the values; with a prefix the tokens say so too."""
    values = list(values)
    tokens = " | ".join(f"'{prefix}:{value}'" for value in values) if prefix else ""
    return Condition(f"{column} = ANY(%s)", (values,), tokens)


def write_cursor(key, pk) -> str:
    if isinstance(key, datetime.datetime):
        key = f"{key.astimezone(datetime.UTC):%Y%m%d%H%M%S%f}"
    elif isinstance(key, datetime.date):
        key = f"{key.year:04}{key:%m%d}"
    return f"{key}-{pk}"


def read_cursor(text: str, sort: Sort):
    key, _, pk = text.partition("-")
    if not (key.isascii() and key.isdigit() and pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise BadCursor(text[:40])
    try:
        if sort is NEWEST:
            parsed = datetime.datetime.strptime(key, "%Y%m%d%H%M%S%f")
            return parsed.replace(tzinfo=datetime.UTC), int(pk)
        if sort is START:
            return datetime.datetime.strptime(key, "%Y%m%d").date(), int(pk)
    except ValueError as error:
        raise BadCursor(text[:40]) from error
    if len(key) > 9:
        raise BadCursor(text[:40])
    return int(key), int(pk)


def fen(yuan: Decimal) -> int:
    return int(yuan * 100)
