"""What may be related to an article, with what is known of each; one query.

Written as SQL, so that the planner has no choice to get wrong: each part walks one index and stops
at its limit, and from the numbers found it goes to the articles one by one. Left to choose, with
statistics that were gathered before an import, it took seconds. "BETWEEN x AND x" is "= x" that
the order still has to begin with: so only the index that begins with it gives the order.
"""

from functools import cache
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from cities.directory import regions
from news.models.querysets import PUBLIC
from screening.fraud_types import FraudType

POOL = 24  # of each way to qualify; seventeen are shown
TAG_POOL = 60  # of each tag; an article has ten at most
TERM_POOL = 80  # of each term; an article has sixteen
SCHEME_WALK = 300  # the last of a fraud type, looked through for those of the whole nation
GUIDES = 3
COUNTED = 256  # articles of a tag, counted no further
# The city's alerts. A row of a place has a moment only if its article is public or scheduled;
# whether it is public is asked of every article at the end.
_ALERTS_HERE = """
SELECT article_id AS id FROM news_articleregion
WHERE region_id = %(city)s AND kind BETWEEN 'alert' AND 'alert' AND published_at <= %(now)s
ORDER BY kind, published_at DESC, article_id DESC LIMIT %(pool)s
"""
# The same fraud type. Those of the place would be lost among the newest of the nation, guides
# among cases.
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
# Those that share most of the tags, rare ones first, among the last to be entered with each.
_TAGS = """
SELECT said.article_id AS id FROM tag CROSS JOIN LATERAL (
    SELECT article_id FROM news_article_tags WHERE tag_id BETWEEN tag.id AND tag.id
    ORDER BY tag_id DESC, article_id DESC LIMIT %(tag_pool)s
) said
WHERE said.article_id <> %(pk)s
GROUP BY said.article_id ORDER BY sum(1 / ln(tag.articles + 2.0::float)) DESC, 1 DESC LIMIT %(pool)s
"""
# Those whose distinctive terms agree most, among the last to say each of them. Drafts have terms
# as well, and a heap of them must not take all the room.
_TERMS = f"""
SELECT close.id FROM (
    SELECT said.article_id AS id, sum(own.weight * said.weight) AS similarity
    FROM own CROSS JOIN LATERAL (
        SELECT article_id, weight FROM news_articleterm WHERE term BETWEEN own.term AND own.term
        ORDER BY term, article_id DESC LIMIT %(term_pool)s
    ) said
    WHERE said.article_id <> %(pk)s
    GROUP BY said.article_id ORDER BY 2 DESC, 1 DESC
) close
CROSS JOIN LATERAL (SELECT FROM news_article a WHERE a.id = close.id AND {PUBLIC} LIMIT 1) public
LIMIT %(pool)s
"""
_CANDIDATES = f"""
WITH own AS MATERIALIZED (SELECT term, weight FROM news_articleterm WHERE article_id = %(pk)s),
tag AS MATERIALIZED (
    SELECT asked.id, (SELECT count(*) FROM (
        SELECT FROM news_article_tags has WHERE has.tag_id = asked.id LIMIT %(counted)s
    ) counted) AS articles
    FROM unnest(%(tags)s::bigint[]) AS asked (id)
),
found AS MATERIALIZED ({{parts}})
SELECT told.*, said.similarity, said.terms, places.is_here, places.codes AS place_codes,
ARRAY(SELECT tag_id FROM news_article_tags WHERE article_id = told.pk AND tag_id = ANY(%(tags)s))
    AS shared_tags,
ARRAY(SELECT ARRAY[id, articles] FROM tag) AS tag_counts
FROM (SELECT coalesce(jsonb_object_agg(term, weight), '{{{{}}}}') AS own_weights FROM own) page
CROSS JOIN found
CROSS JOIN LATERAL (
    SELECT a.id AS pk, a.kind, a.title, a.excerpt, a.fraud_type, a.alert_level, a.published_at,
        a.fingerprint, a.sketch, a.figures, a.source_date, a.national
    FROM news_article a WHERE a.id = found.id AND a.id <> %(pk)s AND {PUBLIC} LIMIT 1
) told
CROSS JOIN LATERAL (
    SELECT coalesce(sum(weight * (own_weights ->> term)::float), 0) AS similarity, count(*) AS terms
    FROM news_articleterm WHERE article_id = found.id AND own_weights ? term
) said
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(region_id = %(city)s), false) AS is_here,
        coalesce(array_agg(region_id) FILTER (WHERE named), '{{{{}}}}') AS codes
    FROM news_articleregion WHERE article_id = found.id
) places
"""


class RelatedCandidate(NamedTuple):
    """An article as the query tells it; `tag_counts` is of the page's tags, (number, articles)."""

    pk: int
    kind: str
    title: str
    excerpt: str
    fraud_type: str
    alert_level: str
    published_at: object
    fingerprint: str
    sketch: list
    figures: list
    source_date: object
    national: bool
    similarity: float
    terms: int
    is_here: bool
    place_codes: list
    shared_tags: list
    tag_counts: list


def find_related_candidates(article, city, tags) -> list[RelatedCandidate]:
    """What may be related under the place; `tags` are those that tell anything, by number."""
    scheme = scheme_of(article)
    params = {
        "pk": article.pk,
        "city": city and city.adcode,
        "scheme": scheme,
        "tags": tags,
        "now": timezone.now(),
        "pool": POOL,
        "tag_pool": TAG_POOL,
        "term_pool": TERM_POOL,
        "scheme_walk": SCHEME_WALK,
        "guides": GUIDES,
        "counted": COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_sql(bool(city), bool(scheme), bool(tags)), params)
        return list(map(RelatedCandidate._make, cursor.fetchall()))


def scheme_of(article):
    """No scheme of its own is nothing that two could share."""
    return "" if article.fraud_type == FraudType.OTHER else article.fraud_type


def city_of(region):
    return regions.city_of(region) or region


@cache
def _sql(in_city, by_scheme, by_tags):
    parts = [_TERMS]
    if in_city:
        parts.append(_ALERTS_HERE)
    if by_scheme:
        parts += [_SCHEME_ANYWHERE, _SCHEME_HERE if in_city else _SCHEME_NATIONAL, _GUIDES]
    if by_tags:
        parts.append(_TAGS)
    return _CANDIDATES.format(parts=" UNION ".join(f"({part})" for part in parts))
