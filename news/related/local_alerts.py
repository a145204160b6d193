"""What a place's pages show of the news beside their own matter: a danger, the nearest alerts.

Written as SQL, because it stands on every page with listings: putting the same query together
through the ORM took longer than the rest of such a page.
"""

from datetime import timedelta
from functools import cache

from django.utils import timezone

from cities.directory.regions import city_of, province_of
from news.analysis.near_duplicates import is_same_case
from news.articles.display_fields import attach_display_fields
from news.choices import ArticleKind
from news.models import Article
from news.models.querysets import PUBLIC
from sitekit.web.city_urls import reverse_in_city

DANGER_DAYS = 14
SPARE = 3  # of each scope, for those that tell a story told before
DANGER = -1  # stands in `scope_rank` of the row that is the banner
# Each names articles, newest first. What narrows them by place is asked of the place's row alone,
# which has a moment only if the article is public or scheduled; the article is asked at the end.
_HERE = """
SELECT a.article_id AS id, {rank} AS rank FROM news_articleregion a
WHERE a.region_id = %({place})s {facts} AND a.published_at <= %(now)s {more}
ORDER BY a.published_at DESC, a.article_id DESC LIMIT %(limit)s
"""
_ANYWHERE = f"""
SELECT a.id, {{rank}} AS rank FROM news_article a WHERE {PUBLIC} {{facts}}
ORDER BY a.published_at DESC, a.id DESC LIMIT {{limit}}
"""
_PLACES = "SELECT FROM news_articleregion p WHERE p.article_id = {} AND p.region_id = %(city)s"
# All that hold now are few, however old the archive: from them to the place, not from the place.
_HOLDS = """AND a.alert_level = 'danger'
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


def get_danger_and_alerts(region, fraud_types=(), limit=3):
    """(the danger alert that stands now or None, the alerts nearest to the place); one query.

    The danger is one of the city (of the nation for the national pages) that still holds: until
    the date it states, 14 days after publication if it states none. What is a danger to the whole
    province or nation is no banner of the city: one that always stands is not read. The alerts
    are those of `list_nearest_alerts`; what the banner tells is not told twice.
    """
    found = _nearest(region, limit, [ArticleKind.ALERT], fraud_types, with_danger=True)
    banner = found.pop(0) if found and found[0].scope_rank == DANGER else None
    if banner:
        banner.where = _where(banner, region)
        banner.guide = reverse_in_city("news:alerts_type", region, fraud_type=banner.fraud_type)
    return banner, found[:limit]


def list_nearest_alerts(region, fraud_types=(), limit=3):
    """The newest alerts of the city, then of its province, then of the nation; one query.

    `fraud_types` narrows them to those kinds. Each has `scope_label` and `source_name`.
    """
    return _nearest(region, limit, [ArticleKind.ALERT], fraud_types)[:limit]


def list_latest_articles(region, limit=3):
    """The newest news and guides, the city's first; one query."""
    return _nearest(region, limit, [ArticleKind.NEWS, ArticleKind.GUIDE])[:limit]


def _where(banner, region):
    """The city; on the pages of a province, where in it; 全国 on the national ones."""
    if region is None:
        return "全国"
    if city_of(region) is None and banner.place_names:
        return banner.place_names[0]
    return _city(region).short_name


def _city(region):
    return city_of(region) or region


def _nearest(region, limit, kinds, fraud_types=(), *, with_danger=False):
    """At least `limit` if there are, from near to far, the danger before them; each story once."""
    city = region and _city(region).adcode
    province = region and province_of(region).adcode
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
        "limit": limit + SPARE,
    }
    shape = (bool(city), city != province, len(kinds) > 1, bool(fraud_types), with_danger)
    found = attach_display_fields(_once(Article.objects.raw(_sql(*shape), params)), region)
    labels = _labels(region)
    for row in found:
        row.source_name = row.source_name or row.source_label
        row.scope_label = labels.get(row.scope_rank) or (row.place_names or ["全国"])[0]
    return found


def _once(rows):
    """Each article once, and one of those that tell the same story."""
    told: list[Article] = []
    for row in rows:
        if not any(row == other or is_same_case(other, row) for other in told):
            told.append(row)
    return told


def _labels(region):
    """By rank; the rows of the national pages are labelled by their place."""
    if region is None:
        return {}
    return {0: "同城" if city_of(region) else "同省", 1: "同省", 2: "全国"}


@cache
def _sql(in_city, in_province, many_kinds, by_type, with_danger):
    # An index gives the newest of one kind in order, of several kinds it can't.
    facts = "AND a.kind = ANY(%(kinds)s)" if many_kinds else "AND a.kind = %(kind)s"
    if by_type:
        facts += " AND a.fraud_type = ANY(%(types)s)"
    parts = []
    if with_danger:
        here = f"AND EXISTS ({_PLACES.format('a.id')})" if in_city else "AND a.national"
        parts.append(_ANYWHERE.format(rank=DANGER, facts=f"{_HOLDS} {here}", limit=1))
    if not in_city:
        parts.append(_ANYWHERE.format(rank=0, facts=facts, limit="%(limit)s"))
    else:
        parts.append(_HERE.format(rank=0, place="city", facts=facts, more=""))
        if in_province:
            named = f"{facts} AND a.named"
            apart = f"AND NOT EXISTS ({_PLACES.format('a.article_id')})"
            parts.append(_HERE.format(rank=1, place="province", facts=named, more=apart))
        nation = f"AND a.national {facts}"
        parts.append(_ANYWHERE.format(rank=2, facts=nation, limit="%(limit)s"))
    return _ROWS.format(parts=" UNION ALL ".join(f"({part})" for part in parts))
