"""The one alert that fits a kind of work at a place; shown before a contact is revealed.

Written as SQL, as `news.related.candidates`: each scheme is looked for by short walks along an index.
"""

from collections.abc import Sequence

from django.utils import timezone

from cities.directory.regions import get_city, get_province
from cities.models import Region
from news.models import Article
from news.models.querysets import PUBLIC
from news.related.candidates import list_neighbour_codes
from sitekit.databases.prepared_statements import prepare_statements
from sitekit.kept_pages.store import keep_while_told
from sitekit.web.city_urls import reverse_in_city

MAX_ROWS_SEARCHED = 20  # rows of one scheme at one place, searched for alerts
KEPT_SIZE = 2**11  # bytes of what is kept, about
# Of each scheme the newest five: of the city, its province, the cities around, the nation, anywhere.
_SQL = f"""
WITH threat AS (
    SELECT * FROM unnest(%(types)s::text[], %(fits)s::int[]) WITH ORDINALITY AS threat (code, fit, position)
),
place AS (SELECT * FROM unnest(%(places)s::int[], %(ranks)s::int[]) AS place (code, rank)),
near AS (
    SELECT close.id, threat.fit, threat.position, place.rank FROM threat CROSS JOIN place CROSS JOIN LATERAL (
        SELECT id FROM (
            SELECT article_id AS id, kind FROM news_articleregion
            WHERE region_id BETWEEN place.code AND place.code
            AND fraud_type BETWEEN threat.code AND threat.code AND fraud_type <> ''
            AND published_at <= %(now)s
            ORDER BY region_id, fraud_type, published_at DESC, article_id DESC LIMIT {MAX_ROWS_SEARCHED}
        ) newest WHERE kind = 'alert' LIMIT 5
    ) close
    UNION ALL
    SELECT close.id, threat.fit, threat.position, CASE WHEN close.national THEN 3 ELSE 4 END
    FROM threat CROSS JOIN LATERAL (
        SELECT id, national FROM (
            SELECT a.id, a.national, a.kind FROM news_article a
            WHERE a.fraud_type BETWEEN threat.code AND threat.code AND {PUBLIC}
            ORDER BY a.fraud_type, a.published_at DESC, a.id DESC LIMIT {MAX_ROWS_SEARCHED}
        ) newest WHERE kind = 'alert' ORDER BY national DESC LIMIT 5
    ) close
    WHERE %(farthest)s::int >= 3
)
SELECT a.id, a.title, a.fraud_type, near.rank AS scope_rank
FROM near JOIN news_article a USING (id) WHERE {PUBLIC} AND near.rank <= %(farthest)s::int
ORDER BY near.fit, near.rank, near.position, a.published_at DESC, a.id DESC LIMIT 1
"""
CITY_RANK, PROVINCE_RANK, NEIGHBOUR_RANK, NATION_RANK, ANYWHERE_RANK = range(5)
_PLACE_WORDS = ("同城", "同省", "邻近", "全国", "外地")


def find_fitting_alert(
    region: Region | None, *threats: Sequence[str], farthest: int = ANYWHERE_RANK
) -> Article | None:
    """Return the alert on one of the schemes that is nearest to the place, with `href` and `scope_label`; one query,
    or none. It is kept until an article changes, so it must not be changed.

    `threats` are groups of schemes: an alert on one of the first group goes before any of the second,
    wherever it happened up to the rank `farthest`. At equal distance the scheme named first counts, then the newest
    story.
    """
    groups = tuple(map(tuple, threats))
    key = ("fitting alert", region and region.adcode, groups, farthest)
    return keep_while_told(
        key, ["articles"], lambda: _read_fitting_alert(region, groups, farthest), KEPT_SIZE
    )


def _read_fitting_alert(
    region: Region | None, threats: Sequence[Sequence[str]], farthest: int
) -> Article | None:
    schemes = [(code, fit) for fit, group in enumerate(threats) for code in group]
    places = _rank_places(region)
    params = {
        "types": [code for code, _fit in schemes],
        "fits": [fit for _code, fit in schemes],
        "places": list(places),
        "ranks": list(places.values()),
        "now": timezone.now(),
        "farthest": farthest,
    }
    with prepare_statements():
        alert = next(iter(Article.objects.raw(_SQL, params)), None)
    if alert:
        alert.href = reverse_in_city("news:article", region, pk=alert.pk)
        alert.scope_label = _PLACE_WORDS[alert.scope_rank]
    return alert


def _rank_places(region: Region | None) -> dict[int, int]:
    """Return {code: how far it is}; empty for the nation."""
    if region is None:
        return {}
    city, province = get_city(region), get_province(region).adcode
    if city is None:
        return {province: PROVINCE_RANK}
    around = dict.fromkeys(list_neighbour_codes(city), NEIGHBOUR_RANK)
    return around | {province: PROVINCE_RANK} | {city.adcode: CITY_RANK}
