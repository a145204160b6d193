"""The danger banner, the nearest alerts and the latest articles that pages of a place show.

Written as SQL, because every page with listings needs it: building the same query with the ORM took
longer than the rest of such a page.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from django.utils import timezone

from cities.directory.regions import get_city, get_province
from cities.models import Region
from news.analysis.near_duplicates import is_same_case
from news.articles.display_fields import attach_display_fields
from news.articles.due_articles import DANGER_DAYS
from news.choices import ArticleKind
from news.models import Article
from news.models.querysets import PUBLIC
from sitekit.web.city_urls import reverse_in_city

SPARE_ROWS = 3  # further rows of each scope, to replace those that repeat a story
DANGER_RANK = -1  # `scope_rank` of the row that is the banner
# Each part selects articles, newest first. The place's row has a moment only if the article is public
# or scheduled; the outer query checks that each article is public.
_REGION_ARTICLES = """
SELECT a.article_id AS id, {rank} AS rank FROM news_articleregion a
WHERE a.region_id = %({place})s {facts} AND a.published_at <= %(now)s {more}
ORDER BY a.published_at DESC, a.article_id DESC LIMIT %(limit)s
"""
_PUBLIC_ARTICLES = f"""
SELECT a.id, {{rank}} AS rank FROM news_article a WHERE {PUBLIC} {{facts}}
ORDER BY a.published_at DESC, a.id DESC LIMIT {{limit}}
"""
_PLACES = "SELECT FROM news_articleregion p WHERE p.article_id = {} AND p.region_id = %(city)s"
# Few dangers hold at a time, however large the archive: they are read first, then their places.
_DANGER_IN_FORCE = """AND a.alert_level = 'danger'
AND (a.alert_until >= %(today)s OR a.alert_until IS NULL AND a.published_at > %(since)s)"""
_ROWS = f"""
SELECT a.id, a.kind, a.title, a.fraud_type, a.alert_level, a.published_at, a.import_key, a.source_id,
    a.source_date, a.fingerprint, a.sketch, a.figures, source.name AS source_name, near.rank AS scope_rank,
    ARRAY(SELECT region_id FROM news_articleregion
          WHERE article_id = a.id AND named ORDER BY region_id) AS place_codes
FROM ({{parts}}) near JOIN news_article a USING (id)
LEFT JOIN news_source source ON source.id = a.source_id
WHERE {PUBLIC}
ORDER BY near.rank, a.published_at DESC, a.id DESC
"""


class _QueryShape(NamedTuple):
    """Which parts the query has; its values are parameters."""

    is_local: bool  # for a place, which may be a province; else for the nation
    has_province: bool  # the province is another place than the city
    has_kinds: bool  # several kinds of articles, not one
    has_fraud_types: bool  # only alerts of some types
    with_danger: bool  # the banner, too


def get_danger_and_alerts(
    region: Region | None, fraud_types: Collection[str] = (), limit: int = 3
) -> tuple[Article | None, list[Article]]:
    """Return (the danger alert that holds now or None, the alerts nearest to the place); one query.

    The danger is one of the city (of the nation for the national pages) that still holds: until
    the date it states, or 14 days after publication. A danger of the whole province or nation is no
    banner of the city: nobody reads a banner that is always there. The alerts are those of
    `list_nearest_alerts`, without the story of the banner.
    """
    alerts = _list_nearest(region, limit, [ArticleKind.ALERT], fraud_types, with_danger=True)
    banner = alerts.pop(0) if alerts and alerts[0].scope_rank == DANGER_RANK else None
    if banner:
        banner.where = _name_danger_place(banner, region)
        banner.guide = reverse_in_city("news:alerts_type", region, fraud_type=banner.fraud_type)
    return banner, alerts[:limit]


def list_nearest_alerts(
    region: Region | None, fraud_types: Collection[str] = (), limit: int = 3
) -> list[Article]:
    """Return the newest alerts of the city, then of its province, then of the nation; one query.

    `fraud_types` narrows them to those kinds. Each has `scope_label` and `source_name`.
    """
    return _list_nearest(region, limit, [ArticleKind.ALERT], fraud_types)[:limit]


def list_latest_articles(region: Region | None) -> list[Article]:
    """Return the three newest news and guides, the city's first; one query."""
    return _list_nearest(region, 3, [ArticleKind.NEWS, ArticleKind.GUIDE])[:3]


def _name_danger_place(banner: Article, region: Region | None) -> str:
    """Return the city; on the pages of a province, the place in it; 全国 on the national ones."""
    if region is None:
        return "全国"
    if get_city(region) is None and banner.place_names:
        return banner.place_names[0]
    return (get_city(region) or region).short_name


def _list_nearest(
    region: Region | None,
    limit: int,
    kinds: Sequence[ArticleKind],
    fraud_types: Collection[str] = (),
    *,
    with_danger: bool = False,
) -> list[Article]:
    """Return `limit` or more if there are, the danger first, then near to far; each story once."""
    city = region and (get_city(region) or region).adcode
    province = region and get_province(region).adcode
    now = timezone.now()
    params = {
        "city": city,
        "province": province,
        "kind": kinds[0],
        "kinds": list(kinds),
        "types": list(fraud_types),
        "now": now,
        "today": timezone.localdate(now),
        "since": now - timedelta(days=DANGER_DAYS),
        "limit": limit + SPARE_ROWS,
    }
    shape = _QueryShape(
        is_local=bool(city),
        has_province=city != province,
        has_kinds=len(kinds) > 1,
        has_fraud_types=bool(fraud_types),
        with_danger=with_danger,
    )
    rows = Article.objects.raw(_build_articles_query(shape), params)
    articles = attach_display_fields(_drop_repeated(rows), region)
    labels = _get_scope_labels(region)
    for article in articles:
        article.source_name = article.source_name or article.source_label
        article.scope_label = labels.get(article.scope_rank) or (article.place_names or ["全国"])[0]
    return articles


def _drop_repeated(rows: Iterable[Article]) -> list[Article]:
    """Return each article once, and the first of those that tell the same story."""
    articles: list[Article] = []
    for row in rows:
        if not any(row == earlier or is_same_case(earlier, row) for earlier in articles):
            articles.append(row)
    return articles


def _get_scope_labels(region: Region | None) -> dict[int, str]:
    """Return labels by `scope_rank`; rows of the national pages are labelled by their place."""
    if region is None:
        return {}
    return {0: "同城" if get_city(region) else "同省", 1: "同省", 2: "全国"}


@cache
def _build_articles_query(shape: _QueryShape) -> str:
    # An index gives the newest of one kind in order; of several kinds it can't.
    facts = "AND a.kind = ANY(%(kinds)s)" if shape.has_kinds else "AND a.kind = %(kind)s"
    if shape.has_fraud_types:
        facts += " AND a.fraud_type = ANY(%(types)s)"
    parts = []
    if shape.with_danger:
        place_condition = (
            f"AND EXISTS ({_PLACES.format('a.id')})" if shape.is_local else "AND a.national"
        )
        parts.append(
            _PUBLIC_ARTICLES.format(
                rank=DANGER_RANK, facts=f"{_DANGER_IN_FORCE} {place_condition}", limit=1
            )
        )
    if not shape.is_local:
        parts.append(_PUBLIC_ARTICLES.format(rank=0, facts=facts, limit="%(limit)s"))
    else:
        parts.append(_REGION_ARTICLES.format(rank=0, place="city", facts=facts, more=""))
        if shape.has_province:
            named = f"{facts} AND a.named"
            condition = f"AND NOT EXISTS ({_PLACES.format('a.article_id')})"
            parts.append(
                _REGION_ARTICLES.format(rank=1, place="province", facts=named, more=condition)
            )
        nation = f"AND a.national {facts}"
        parts.append(_PUBLIC_ARTICLES.format(rank=2, facts=nation, limit="%(limit)s"))
    return _ROWS.format(parts=" UNION ALL ".join(f"({part})" for part in parts))
