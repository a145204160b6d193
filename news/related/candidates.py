"""The articles that may be related to an article, with the facts that rank them; one query.

Written as SQL to fix the query plan: each part reads one index up to its limit, and the articles are
read by the keys found. With statistics from before an import the planner's own choice took seconds.
"BETWEEN x AND x" means "= x", but keeps the column in ORDER BY, so that only the index that begins
with it gives the order.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from cities.directory import regions
from cities.models import Region
from news.models import Article
from news.models.querysets import PUBLIC
from screening.fraud_types import FraudType

POOL = 24  # articles of each part of the query; seventeen are shown
TAG_POOL = 60  # of each tag; an article has ten at most
TERM_POOL = 80  # of each term; an article has sixteen
SCHEME_WALK = 300  # the newest of a fraud type, searched for national ones
GUIDES = 3
MAX_TAG_COUNT = 256  # articles of a tag are counted up to this
# The city's alerts. A row of a place has a moment only if its article is public or scheduled; the
# outer query checks that each article is public.
_ALERTS_HERE = """
SELECT article_id AS id FROM news_articleregion
WHERE region_id = %(city)s AND kind BETWEEN 'alert' AND 'alert' AND published_at <= %(now)s
ORDER BY kind, published_at DESC, article_id DESC LIMIT %(pool)s
"""
# The same fraud type. Articles of the place and guides have parts of their own: among the newest of
# the nation they would be lost.
_SCHEME = f"""
SELECT a.id, a.national, a.published_at FROM news_article a
WHERE a.fraud_type BETWEEN %(scheme)s AND %(scheme)s AND {PUBLIC}
ORDER BY a.fraud_type, a.published_at DESC, a.id DESC
"""
_SCHEME_ANYWHERE = f"SELECT id FROM ({_SCHEME} LIMIT %(pool)s) newest"
_SCHEME_NATIONAL = f"""
SELECT id FROM ({_SCHEME} LIMIT %(scheme_walk)s) newest WHERE national
ORDER BY published_at DESC, id DESC LIMIT %(pool)s
"""
_SCHEME_HERE = """
SELECT article_id AS id FROM news_articleregion
WHERE region_id = %(city)s AND fraud_type BETWEEN %(scheme)s AND %(scheme)s AND fraud_type <> ''
AND published_at <= %(now)s
ORDER BY fraud_type, published_at DESC, article_id DESC LIMIT %(pool)s
"""
_GUIDES = f"""
SELECT a.id FROM news_article a
WHERE a.kind = 'guide' AND a.fraud_type BETWEEN %(scheme)s AND %(scheme)s AND {PUBLIC}
ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT %(guides)s
"""
# Those that share most of the tags, rare ones first, among the newest of each tag.
_TAGS = """
SELECT tagged.article_id AS id FROM tag CROSS JOIN LATERAL (
    SELECT article_id FROM news_article_tags WHERE tag_id BETWEEN tag.id AND tag.id
    ORDER BY tag_id DESC, article_id DESC LIMIT %(tag_pool)s
) tagged
WHERE tagged.article_id <> %(pk)s
GROUP BY tagged.article_id ORDER BY sum(1 / ln(tag.articles + 2.0::float)) DESC, 1 DESC LIMIT %(pool)s
"""
# Those whose distinctive terms agree most, among the newest with each term. Drafts have terms as
# well, and many of them must not use up the limit.
_TERMS = f"""
SELECT close.id FROM (
    SELECT term.article_id AS id, sum(own.weight * term.weight) AS similarity
    FROM own CROSS JOIN LATERAL (
        SELECT article_id, weight FROM news_articleterm WHERE term BETWEEN own.term AND own.term
        ORDER BY term, article_id DESC LIMIT %(term_pool)s
    ) term
    WHERE term.article_id <> %(pk)s
    GROUP BY term.article_id ORDER BY 2 DESC, 1 DESC
) close
CROSS JOIN LATERAL (SELECT FROM news_article a WHERE a.id = close.id AND {PUBLIC} LIMIT 1) public
LIMIT %(pool)s
"""
_CANDIDATES = f"""
WITH own AS MATERIALIZED (SELECT term, weight FROM news_articleterm WHERE article_id = %(pk)s),
tag AS MATERIALIZED (
    SELECT page_tag.id, (SELECT count(*) FROM (
        SELECT FROM news_article_tags has WHERE has.tag_id = page_tag.id LIMIT %(counted)s
    ) counted) AS articles
    FROM unnest(%(tags)s::bigint[]) AS page_tag (id)
),
candidate AS MATERIALIZED ({{parts}})
SELECT article.*, likeness.similarity, likeness.terms, places.is_here, places.codes AS place_codes,
ARRAY(SELECT tag_id FROM news_article_tags WHERE article_id = article.pk AND tag_id = ANY(%(tags)s))
    AS shared_tags,
ARRAY(SELECT ARRAY[id, articles] FROM tag) AS tag_counts
FROM (SELECT coalesce(jsonb_object_agg(term, weight), '{{{{}}}}') AS own_weights FROM own) page
CROSS JOIN candidate
CROSS JOIN LATERAL (
    SELECT a.id AS pk, a.kind, a.title, a.excerpt, a.fraud_type, a.alert_level, a.published_at,
        a.fingerprint, a.sketch, a.figures, a.source_date, a.national
    FROM news_article a WHERE a.id = candidate.id AND a.id <> %(pk)s AND {PUBLIC} LIMIT 1
) article
CROSS JOIN LATERAL (
    SELECT coalesce(sum(weight * (own_weights ->> term)::float), 0) AS similarity, count(*) AS terms
    FROM news_articleterm WHERE article_id = candidate.id AND own_weights ? term
) likeness
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(region_id = %(city)s), false) AS is_here,
        coalesce(array_agg(region_id) FILTER (WHERE named), '{{{{}}}}') AS codes
    FROM news_articleregion WHERE article_id = candidate.id
) places
"""


class RelatedCandidate(NamedTuple):
    """A row of the query; `tag_counts` has [key, number of articles] of each of the page's tags."""

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
    similarity: float
    terms: int
    is_here: bool
    place_codes: list[int]
    shared_tags: list[int]
    tag_counts: list[list[int]]


def find_related_candidates(
    article: Article, city: Region | None, tags: Sequence[int]
) -> list[RelatedCandidate]:
    """Return what may be related under the place; `tags` are the keys of those to compare."""
    scheme = get_scheme(article)
    params: dict[str, Any] = {
        "pk": article.pk,
        "city": city and (regions.get_city(city) or city).adcode,
        "scheme": scheme,
        "tags": tags,
        "now": timezone.now(),
        "pool": POOL,
        "tag_pool": TAG_POOL,
        "term_pool": TERM_POOL,
        "scheme_walk": SCHEME_WALK,
        "guides": GUIDES,
        "counted": MAX_TAG_COUNT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_build_sql(bool(city), bool(scheme), bool(tags)), params)
        return list(map(RelatedCandidate._make, cursor.fetchall()))


def get_scheme(article: Article | RelatedCandidate) -> str:
    """Return the fraud type, or "" for 其他, which says nothing that two articles could share."""
    return "" if article.fraud_type == FraudType.OTHER else article.fraud_type


@cache
def _build_sql(in_city: bool, by_scheme: bool, by_tags: bool) -> str:
    parts = [_TERMS]
    if in_city:
        parts.append(_ALERTS_HERE)
    if by_scheme:
        parts += [_SCHEME_ANYWHERE, _SCHEME_HERE if in_city else _SCHEME_NATIONAL, _GUIDES]
    if by_tags:
        parts.append(_TAGS)
    return _CANDIDATES.format(parts=" UNION ".join(f"({part})" for part in parts))
