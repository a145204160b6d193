"""The articles that may be related to an article, with the facts that rank them; one query.

Written as SQL to fix the query plan: each part reads one index up to its limit, and the articles are
read by the keys found. With statistics from before an import the planner's own choice took seconds.
"BETWEEN x AND x" means "= x", but keeps the column in ORDER BY, so that only the index that begins
with it gives the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

from cities.directory import regions
from cities.models import Region
from news.analysis.schemes import AFTER_FRAUD_TOPIC
from news.models import Article, ArticleTerm
from news.models.querysets import COMPARED_CHARACTERS, PUBLIC
from news.related.page_matter import PageMatter
from screening.fraud_types import is_fraud_type
from sitekit.databases.prepared_statements import prepare_statements
from sitekit.databases.replica_routing import get_read_alias, open_read_cursor
from sitekit.kept_pages.store import keep_while_told

ARTICLES_OF_PART = 24  # articles of each part of the query; seventeen are shown
TAG_POOL = 60  # of each tag; an article has ten at most
TERM_POOL = 80  # of each term; an article has sixteen
GUIDES_OF_PART = 3
MAX_TAG_COUNT = 256  # articles of a tag are counted up to this
MATTER_POOL = 80  # of each matter, drafts included
NEAR_POOL = 3  # of each place around the city, and of each kindred scheme
FILLING_POOL = 12  # warnings of anywhere; they fill a list up to eight
NEAR_CITIES = 8
MAX_NEIGHBOURS = 8
LATEST_ARTICLES = 60  # newest articles, drafts included
# How many articles' columns a process keeps, about 5 kB each: alerts, guides and new articles are on most pages.
MAX_KEPT, KEPT_SIZE = 400, 2**21
_SCHEME = "SELECT code FROM scheme"
# The newest articles of the city about anything: ranking compares their text. A row of a place has a moment only
# if its article is public or scheduled; the outer query checks that each article is public.
_NEWEST_HERE = f"""
SELECT article_id AS id FROM news_articleregion
WHERE region_id BETWEEN %(city)s AND %(city)s AND published_at <= %(now)s
ORDER BY region_id, published_at DESC, article_id DESC LIMIT {ARTICLES_OF_PART}
"""
# Alerts and the same fraud type, of the city, its province and the cities around: a walk for each, up
# to the limit of the place.
_ALERTS_AROUND = """
SELECT close.id FROM place CROSS JOIN LATERAL (
    SELECT article_id AS id FROM news_articleregion
    WHERE region_id BETWEEN place.code AND place.code AND kind BETWEEN 'alert' AND 'alert'
    AND published_at <= %(now)s
    ORDER BY region_id, kind, published_at DESC, article_id DESC LIMIT place.most
) close
WHERE place.code = %(city)s OR %(is_warning)s
"""
_SCHEME_AROUND = f"""
SELECT close.id FROM place CROSS JOIN LATERAL (
    SELECT article_id AS id FROM news_articleregion
    WHERE region_id BETWEEN place.code AND place.code
    AND fraud_type BETWEEN ({_SCHEME}) AND ({_SCHEME}) AND fraud_type <> '' AND published_at <= %(now)s
    ORDER BY region_id, fraud_type, published_at DESC, article_id DESC LIMIT place.most
) close
"""
_SCHEME_ANYWHERE = f"""
SELECT a.id FROM news_article a
WHERE a.fraud_type BETWEEN ({_SCHEME}) AND ({_SCHEME}) AND {PUBLIC}
ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT {ARTICLES_OF_PART}
"""
_SCHEME_NATIONAL = f"""
SELECT a.id FROM news_article a
WHERE a.national AND a.fraud_type BETWEEN ({_SCHEME}) AND ({_SCHEME}) AND a.fraud_type <> '' AND {PUBLIC}
ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT {ARTICLES_OF_PART}
"""
_GUIDES = f"""
SELECT a.id FROM news_article a
WHERE a.kind = 'guide' AND a.fraud_type BETWEEN ({_SCHEME}) AND ({_SCHEME}) AND {PUBLIC}
ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT {GUIDES_OF_PART}
"""
# The kindred schemes: the city's, the newest of each anywhere, a guide on each.
_KINDRED_HERE = f"""
SELECT close.id FROM unnest(%(kindred)s::text[]) AS kin (scheme) CROSS JOIN LATERAL (
    SELECT article_id AS id FROM news_articleregion
    WHERE region_id = %(city)s AND fraud_type BETWEEN kin.scheme AND kin.scheme AND fraud_type <> ''
    AND published_at <= %(now)s
    ORDER BY fraud_type, published_at DESC, article_id DESC LIMIT {NEAR_POOL}
) close
"""
_KINDRED_ANYWHERE = f"""
SELECT close.id FROM unnest(%(kindred)s::text[]) AS kin (scheme) CROSS JOIN LATERAL (
    SELECT a.id FROM news_article a WHERE a.fraud_type BETWEEN kin.scheme AND kin.scheme AND {PUBLIC}
    ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT {NEAR_POOL}
) close
"""
_KINDRED_GUIDES = f"""
SELECT close.id FROM unnest(%(kindred)s::text[]) AS kin (scheme) CROSS JOIN LATERAL (
    SELECT a.id FROM news_article a
    WHERE a.kind = 'guide' AND a.fraud_type BETWEEN kin.scheme AND kin.scheme AND {PUBLIC}
    ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT 1
) close
"""
# Beside a warning: other warnings and guides of anywhere, and warnings of the nation.
_ALERTS_ANYWHERE = f"""
SELECT a.id FROM news_article a WHERE a.kind BETWEEN 'alert' AND 'alert' AND {PUBLIC} AND %(is_warning)s
ORDER BY a.kind, a.published_at DESC, a.id DESC LIMIT {FILLING_POOL}
"""
_GUIDES_ANYWHERE = f"""
SELECT a.id FROM news_article a WHERE a.kind BETWEEN 'guide' AND 'guide' AND {PUBLIC} AND %(is_warning)s
ORDER BY a.kind, a.published_at DESC, a.id DESC LIMIT {NEAR_POOL}
"""
_ALERTS_NATIONAL = f"""
SELECT a.id FROM news_article a
WHERE a.national AND a.kind BETWEEN 'alert' AND 'alert' AND {PUBLIC} AND %(is_warning)s
ORDER BY a.kind, a.published_at DESC, a.id DESC LIMIT {FILLING_POOL}
"""
# Articles whose words tell the matters of the page, or kindred matters; drafts have matters as well.
_MATTERS = f"""
SELECT close.id FROM unnest(%(matters)s::text[], %(matter_limits)s::int[]) AS matter (term, most)
CROSS JOIN LATERAL (
    SELECT newest.id FROM (
        SELECT article_id AS id FROM news_articleterm WHERE term BETWEEN matter.term AND matter.term
        ORDER BY term, article_id DESC LIMIT {MATTER_POOL}
    ) newest CROSS JOIN LATERAL (
        SELECT FROM news_article a WHERE a.id = newest.id AND {PUBLIC} LIMIT 1
    ) public
    LIMIT matter.most
) close
"""
# The newest articles about anything: ranking compares their text. Drafts are left out where columns are read.
_LATEST = f"SELECT id FROM news_article ORDER BY id DESC LIMIT {LATEST_ARTICLES}"
# Articles that share most of the tags, rare tags first, among the newest of each tag.
_TAGS = f"""
SELECT tagged.article_id AS id FROM tag CROSS JOIN LATERAL (
    SELECT article_id FROM news_article_tags WHERE tag_id BETWEEN tag.id AND tag.id
    ORDER BY tag_id DESC, article_id DESC LIMIT {TAG_POOL}
) tagged
WHERE tagged.article_id <> %(pk)s
GROUP BY tagged.article_id ORDER BY sum(1 / ln(tag.articles + 2.0::float)) DESC, 1 DESC LIMIT {ARTICLES_OF_PART}
"""
# Articles whose distinctive terms agree most, among the newest with each term. Drafts have terms as well, and must
# not use up the limit.
_CLOSE = f"""
SELECT close.id, close.similarity, close.terms, public.fraud_type FROM (
    SELECT term.article_id AS id, sum(own.weight * term.weight) AS similarity, count(*) AS terms
    FROM own CROSS JOIN LATERAL (
        SELECT article_id, weight FROM news_articleterm WHERE term BETWEEN own.term AND own.term
        ORDER BY term, article_id DESC LIMIT {TERM_POOL}
    ) term
    WHERE term.article_id <> %(pk)s
    GROUP BY term.article_id ORDER BY 2 DESC, 1 DESC
) close
CROSS JOIN LATERAL (
    SELECT a.fraud_type FROM news_article a WHERE a.id = close.id AND {PUBLIC} LIMIT 1
) public
LIMIT {ARTICLES_OF_PART}
"""
_TERMS = "SELECT id FROM close"
# The scheme of the page; else, if it asks its neighbours, the one that half of the most similar articles have.
_PAGE_SCHEME = f"""
SELECT %(scheme)s::text AS code WHERE %(scheme)s::text <> ''
UNION ALL SELECT fraud_type FROM (
    SELECT fraud_type, sum(similarity) AS share, sum(sum(similarity)) OVER () AS whole FROM (
        SELECT fraud_type, similarity FROM close WHERE terms > 1
        ORDER BY similarity DESC, id DESC LIMIT {MAX_NEIGHBOURS}
    ) neighbour GROUP BY fraud_type
) voted
WHERE %(asks_neighbours)s AND share * 2 >= whole AND fraud_type NOT IN ('', 'other')
LIMIT 1
"""
_PARTS = " UNION ".join(
    f"({part})"
    for part in (
        _TERMS,
        _MATTERS,
        _LATEST,
        _TAGS,
        _NEWEST_HERE,
        _ALERTS_AROUND,
        _SCHEME_AROUND,
        _SCHEME_ANYWHERE,
        _SCHEME_NATIONAL,
        _GUIDES,
        _KINDRED_HERE,
        _KINDRED_ANYWHERE,
        _KINDRED_GUIDES,
        _ALERTS_ANYWHERE,
        _ALERTS_NATIONAL,
        _GUIDES_ANYWHERE,
    )
)
_SQL = f"""
WITH own AS MATERIALIZED (
    SELECT term, weight FROM news_articleterm WHERE article_id = %(pk)s AND term NOT LIKE '#%%'
),
tag AS MATERIALIZED (
    SELECT page_tag.id, (SELECT count(*) FROM (
        SELECT FROM news_article_tags has WHERE has.tag_id = page_tag.id LIMIT {MAX_TAG_COUNT}
    ) counted) AS articles
    FROM unnest(%(tags)s::bigint[]) AS page_tag (id)
),
place AS MATERIALIZED (SELECT * FROM unnest(%(places)s::int[], %(most)s::int[]) AS place (code, most)),
close AS MATERIALIZED ({_CLOSE}),
scheme AS MATERIALIZED ({_PAGE_SCHEME}),
candidate AS MATERIALIZED ({_PARTS})
SELECT candidate.id, article.*, coalesce(likeness.similarity, 0), coalesce(likeness.terms, 0),
ARRAY(SELECT ARRAY[id, articles] FROM tag),
coalesce(({_SCHEME}), '')
FROM candidate
LEFT JOIN unnest(string_to_array(%(known)s, ',')::bigint[]) AS known (id) ON known.id = candidate.id
LEFT JOIN LATERAL (
    SELECT a.kind, a.title, a.excerpt, a.fraud_type, a.alert_level, a.published_at,
        a.fingerprint, a.sketch, a.figures, a.source_date, a.national, left(a.text, {COMPARED_CHARACTERS}) AS opening,
        coalesce((
            SELECT json_object_agg(substr(term, 2), weight) FROM news_articleterm
            WHERE article_id = a.id AND term LIKE '#%%'
        ), '{{}}') AS matters,
        ARRAY(SELECT region_id FROM news_articleregion WHERE article_id = a.id) AS region_codes,
        ARRAY(
            SELECT region_id FROM news_articleregion WHERE article_id = a.id AND named ORDER BY region_id
        ) AS place_codes,
        ARRAY(SELECT tag_id FROM news_article_tags WHERE article_id = a.id) AS tags
    FROM news_article a WHERE known.id IS NULL AND a.id = candidate.id AND {PUBLIC} LIMIT 1
) article ON true
LEFT JOIN (
    SELECT term.article_id, sum(term.weight * own.weight) AS similarity, count(own.term) AS terms
    FROM news_articleterm term JOIN own USING (term)
    WHERE term.article_id = ANY(ARRAY(SELECT id FROM candidate))
    GROUP BY term.article_id
) likeness ON likeness.article_id = candidate.id
WHERE candidate.id <> %(pk)s AND (known.id IS NOT NULL OR article.kind IS NOT NULL)
"""


class RelatedCandidate(NamedTuple):
    """A row of the query. It also repeats facts of the page: the scheme, and [key, number of articles] of each tag."""

    pk: int
    kind: str
    title: str
    excerpt: str
    fraud_type: str
    alert_level: str
    published_at: datetime
    fingerprint: str
    sketch: list[int]
    figures: list[str]
    source_date: date | None
    national: bool
    opening: str
    matters: dict[str, float]
    region_codes: list[int]  # where it is shown
    place_codes: list[int]  # that its text names
    tags: list[int]
    similarity: float
    terms: int
    tag_counts: list[list[int]]
    scheme: str


# The columns before it do not depend on the page.
_OWN_COLUMNS = RelatedCandidate._fields.index("similarity")


@dataclass(frozen=True)
class RelatedPage:
    """What decides which articles may be related to an article under a place."""

    article: Article
    city: Region | None
    tags: Sequence[int]  # the keys of those to compare
    matter: PageMatter
    asks_neighbours: bool  # whether the scheme is taken from the most similar articles
    is_warning: bool


def find_related_candidates(page: RelatedPage) -> list[RelatedCandidate]:
    """Return what may be related; one query."""
    city = page.city and (regions.get_city(page.city) or page.city)
    code = city and city.adcode
    places = [code, *list_neighbour_codes(page.city)] if code else []
    limits = _limit_matters(page)
    # The store is only added to, and dropped as a whole when an article changes. A replica has a store of its own,
    # because it may still answer with rows from before the change.
    kept_columns: dict[int, tuple[Any, ...]] = keep_while_told(
        ("columns of related candidates", get_read_alias()), ["articles"], dict, KEPT_SIZE
    )
    params: dict[str, Any] = {
        "pk": page.article.pk,
        "city": code,
        "places": places,
        "most": [ARTICLES_OF_PART, *[NEAR_POOL] * len(places)][: len(places)],
        "scheme": page.matter.scheme,
        "kindred": [code for code in page.matter.kindred if is_fraud_type(code)],
        "matters": [f"{ArticleTerm.MATTER}{code}" for code in limits],
        "matter_limits": list(limits.values()),
        "is_warning": page.is_warning,
        "asks_neighbours": page.asks_neighbours,
        "tags": page.tags,
        "now": timezone.now(),
        "known": ",".join(map(str, list(kept_columns))),
    }
    with prepare_statements(), open_read_cursor() as cursor:
        cursor.execute(_SQL, params)
        rows = cursor.fetchall()
    return [
        RelatedCandidate(*_take_columns(kept_columns, row), *row[_OWN_COLUMNS:]) for row in rows
    ]


def _take_columns(
    kept_columns: dict[int, tuple[Any, ...]], row: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the article's own columns. A row lacks them if they are kept; new ones are kept if there is room."""
    pk, columns = row[0], row[:_OWN_COLUMNS]
    if pk not in kept_columns and len(kept_columns) < MAX_KEPT:
        kept_columns[pk] = columns
    return kept_columns.get(pk, columns)


def _limit_matters(page: RelatedPage) -> dict[str, int]:
    """Return {matter: how many articles to fetch}: most for the page's own matters, a few for kindred ones."""
    matters = (
        [page.matter.scheme, *page.matter.shares] if page.matter.scheme else page.matter.topics
    )
    limits = dict.fromkeys(page.matter.kindred, 2 * NEAR_POOL) | dict.fromkeys(
        matters, ARTICLES_OF_PART
    )
    return limits | ({AFTER_FRAUD_TOPIC: FILLING_POOL} if page.is_warning else {})


def list_neighbour_codes(region: Region | None) -> tuple[int, ...]:
    """Return the codes of the city's province and of the cities nearest to it; () for a province."""
    city = region and regions.get_city(region)
    return _measure_around(city.adcode, regions.get_region_cache_version()) if city else ()


@lru_cache(maxsize=512)
def _measure_around(code: int, version: object) -> tuple[int, ...]:
    """Return the codes of `list_neighbour_codes`. Cached, because the distance to every city is measured."""
    city = regions.require_region(code)
    places = (regions.get_province(city), *regions.list_nearby_cities(city, NEAR_CITIES))
    return tuple(place.adcode for place in places if place != city)
