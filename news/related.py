"""Related content: what protects the reader in this city first, and why it is shown.

What is taken from the database is bounded for each way to qualify, so the cost doesn't grow with
the archive. `news.ranking` decides what of it is shown.
"""

from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, Q
from django.utils import timezone

from cities import directory
from news import ranking
from news.choices import ArticleKind
from news.models import Article, ArticleRegion
from news.querysets import union
from news.ranking import Facts, Scope, Why
from news.rows import dress
from screening.fraud_types import FraudType

POOL = 30
TAG_POOL = 60  # of each tag; an article has ten at most
TERM_POOL = 150  # of each term; an article has sixteen
GUIDES = 3
COUNTED = 256  # articles of a tag, counted no further
LIMIT = 17
# {pools} are the articles that qualify otherwise. Answers ("article", its number, its similarity,
# how many terms agree) and ("tag", its number, 0, how many articles have it).
_CANDIDATES = """
WITH own AS MATERIALIZED (SELECT term, weight FROM news_articleterm WHERE article_id = %(pk)s),
close AS (
    SELECT said.article_id AS id FROM own CROSS JOIN LATERAL (
        SELECT article_id, weight FROM news_articleterm WHERE term = own.term
        ORDER BY term, article_id DESC LIMIT %(term_pool)s
    ) said WHERE said.article_id <> %(pk)s
    GROUP BY said.article_id ORDER BY sum(own.weight * said.weight) DESC, 1 DESC LIMIT %(pool)s
),
found (id) AS MATERIALIZED ({pools} SELECT id FROM close)
SELECT 'article', found.id, coalesce(agreed.similarity, 0), agreed.terms
FROM found CROSS JOIN LATERAL (
    SELECT sum(own.weight * said.weight) AS similarity, count(*) AS terms
    FROM own JOIN news_articleterm said USING (term) WHERE said.article_id = found.id
) agreed
UNION ALL
SELECT 'tag', tag, 0, counted.articles FROM unnest(%(tags)s::bigint[]) AS tag
CROSS JOIN LATERAL (
    SELECT count(*) AS articles
    FROM (SELECT 1 FROM news_article_tags WHERE tag_id = tag LIMIT %(counted)s) entered
) counted
"""


def related(article, city, limit=LIMIT):
    """Up to `limit` articles, best first, each with `reason`, `score` and `is_alert`; two queries.

    `city` is the place of the address, not the article's; None is the national page. The article
    comes with `with_tags` and `with_places`.
    """
    close, rarity = _candidates(article, city)
    rows = {row.pk: row for row in _rows(close)}
    items = [_facts(row, city, rarity, *close[row.pk]) for row in rows.values()]
    page = _told(article, tags=rarity)
    ranked = ranking.rank(page, items, limit, timezone.now())
    return dress([_explained(rows[found.facts.pk], found, city) for found in ranked], city)


def _city(region):
    return directory.city_of(region) or region


def _candidates(article, city):
    """({number: (similarity, terms that agree)} of what may qualify, {tag: rarity})."""
    pools, params = "", ()
    if parts := _pools(article, city):
        sql, params = union(parts).query.sql_with_params()
        # It comes with `%s`, so its values get names like all others.
        pools = f"({sql}) UNION" % tuple(f"%(pool_{number})s" for number in range(len(params)))
    named = {
        "pk": article.pk,
        "tags": _telling_tags(article),
        "pool": POOL,
        "term_pool": TERM_POOL,
        "counted": COUNTED,
    }
    named |= {f"pool_{number}": value for number, value in enumerate(params)}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES.format(pools=pools), named)
        found = cursor.fetchall()
    close = {pk: (similarity, terms) for what, pk, similarity, terms in found if what == "article"}
    rarity = {pk: ranking.rarity(count) for what, pk, _, count in found if what == "tag"}
    return close, rarity


def _pools(article, city):
    """What may qualify: the city's alerts, the same fraud type, shared tags; numbers only."""
    public = Article.objects.published().exclude(pk=article.pk)
    scheme = _scheme(article)
    pools = []
    here = partial(public.in_place, _city(city)) if city else public.national
    if city:
        pools.append(here(kind=ArticleKind.ALERT).newest())
    if scheme:
        # Those of the place would be lost among the newest of the nation, guides among cases.
        pools += [public.filter(fraud_type=scheme).newest(), here(fraud_type=scheme).newest()]
        guides = public.filter(kind=ArticleKind.GUIDE, fraud_type=scheme)
        pools.append(Article.objects.filter(pk__in=guides.newest().values("pk")[:GUIDES]))
    if tags := _telling_tags(article):
        pools.append(_sharing(public, tags))
    return [pool.values_list("pk", flat=True)[:POOL] for pool in pools]


def _telling_tags(article):
    """Without the names of places: a common city alone never qualifies."""
    places = directory.names()
    named = zip(article.tag_ids, article.tag_names, strict=True)
    return [number for number, name in named if name not in places]


def _scheme(article):
    """No scheme of its own is nothing that two could share."""
    return "" if article.fraud_type == FraudType.OTHER else article.fraud_type


def _sharing(public, tag_ids):
    """Those that share most of the tags, among the last to be entered with each of them."""
    through = Article.tags.through.objects.order_by("-article_id").values("article_id")
    last = union([through.filter(tag_id=number)[:TAG_POOL] for number in tag_ids])
    shared = Count("tags", filter=Q(tags__in=tag_ids))
    return (
        public.filter(pk__in=last)
        .annotate(shared=shared)
        .order_by("-shared", "-published_at", "-pk")
    )


def _rows(numbers):
    through = Article.tags.through.objects.filter(article_id=OuterRef("pk"))
    places = ArticleRegion.objects.filter(article_id=OuterRef("pk"))
    return (
        Article.objects.published()
        .filter(pk__in=list(numbers))
        .with_places()
        .annotate(
            all_tag_ids=ArraySubquery(through.values("tag_id")),
            all_codes=ArraySubquery(places.values("region_id")),
        )
        .defer("body", "text", "bands")
    )


def _facts(row, city, rarity, similarity, terms):
    shared = {tag: rarity[tag] for tag in row.all_tag_ids if tag in rarity}
    return _told(
        row,
        tags=shared,
        scope=_scope(row, city),
        is_warning=row.is_alert,
        is_guide=row.kind == ArticleKind.GUIDE,
        similarity=similarity,
        terms=terms,
    )


def _told(article, **more):
    return Facts(
        pk=article.pk,
        title=article.title,
        subject=_scheme(article),
        published_at=article.published_at,
        fingerprint=article.fingerprint,
        sketch=article.sketch,
        figures=article.figures,
        place_codes=article.place_codes,
        source_date=article.source_date,
        **more,
    )


def _scope(row, city):
    if not row.all_codes:
        return Scope.NATION
    if city and _city(city).adcode in row.all_codes:
        return Scope.HERE
    if city and directory.province_of(city).adcode in row.place_codes:
        return Scope.PROVINCE
    return Scope.ELSEWHERE


_NEAR = {Scope.PROVINCE: "同省", Scope.NATION: "全国"}


def _explained(row, found, city):
    """Sets `reason`, `reason_chip` and `score`."""
    row.score = found.score
    row.reason_chip = row.level_chip if found.why is Why.WARNING else ""
    if found.facts.scope is Scope.HERE:
        near = "同城" if directory.city_of(city) else "同省"
    else:
        near = _NEAR.get(found.facts.scope, "") if found.why is Why.WARNING else ""
    what = {Why.WARNING: "预警", Why.SUBJECT: "同类骗局", Why.SIMILAR: "相似内容"}[found.why]
    row.reason = f"{near} · {what}" if near else what
    return row
