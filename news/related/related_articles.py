"""Related content: what protects the reader in this city first, and why it is shown.

`news.related.candidates` finds what may be related, bounded for each way to qualify, so the cost doesn't
grow with the archive; `news.related.ranking` decides what of it is shown.
"""

from django.utils import timezone

from cities.directory.regions import city_of, map_regions_by_name, province_of
from news.choices import ArticleKind
from news.models import Article
from news.related import candidates
from news.related.ranking import (
    PlaceRelation,
    RankingFacts,
    RelatedReason,
    rank_related,
    weigh_shared_tag,
)
from sitekit.web.city_urls import reverse_in_city

LIMIT = 17
_SHOWN = ("id", "kind", "title", "excerpt", "fraud_type", "alert_level", "published_at")
_NEAR = {PlaceRelation.PROVINCE: "同省", PlaceRelation.NATION: "全国"}
_WHAT = {
    RelatedReason.WARNING: "预警",
    RelatedReason.SUBJECT: "同类骗局",
    RelatedReason.SIMILAR: "相似内容",
}


def find_related_articles(article, city, limit=LIMIT):
    """Up to `limit` articles, best first, each with `reason`, `score` and `is_alert`; one query.

    `city` is the place of the address, not the article's; None is the national page. The article
    comes with `with_tags` and `with_places`.
    """
    tags = _telling_tags(article)
    rows = {
        row.pk: row
        for row in candidates.find_related_candidates(
            article, city and candidates.city_of(city), tags
        )
    }
    if not rows:
        return []
    counts = next(iter(rows.values())).tag_counts
    rarity = {tag: weigh_shared_tag(articles) for tag, articles in counts}
    items = [_item(row, city, rarity) for row in rows.values()]
    ranked = rank_related(_told(article, tags=rarity), items, limit, timezone.now())
    return [_explained(rows[found.facts.pk], found, city) for found in ranked]


def _telling_tags(article):
    """Without the names of places: a common city alone never qualifies."""
    places = map_regions_by_name()
    named = zip(article.tag_ids, article.tag_names, strict=True)
    return [number for number, name in named if name not in places]


def _item(row, city, rarity):
    return _told(
        row,
        tags={tag: rarity[tag] for tag in row.shared_tags},
        scope=_scope(row, city),
        is_warning=row.kind == ArticleKind.ALERT,
        is_guide=row.kind == ArticleKind.GUIDE,
        similarity=row.similarity,
        terms=row.terms,
    )


def _told(article, **more):
    return RankingFacts(
        pk=article.pk,
        title=article.title,
        subject=candidates.scheme_of(article),
        published_at=article.published_at,
        fingerprint=article.fingerprint,
        sketch=article.sketch,
        figures=article.figures,
        place_codes=article.place_codes,
        source_date=article.source_date,
        **more,
    )


def _scope(row, city):
    if row.national:
        return PlaceRelation.NATION
    if row.is_here:
        return PlaceRelation.HERE
    if city and province_of(city).adcode in row.place_codes:
        return PlaceRelation.PROVINCE
    return PlaceRelation.ELSEWHERE


def _explained(row, found, city):
    """The article with `href`, `reason`, `reason_chip` and `score`."""
    values = [row.pk if name == "id" else getattr(row, name) for name in _SHOWN]
    item = Article.from_db(None, _SHOWN, values)
    item.href = reverse_in_city("news:article", city, pk=row.pk)
    item.score = found.score
    item.reason_chip = item.level_chip if found.why is RelatedReason.WARNING else ""
    if found.facts.scope is PlaceRelation.HERE:
        near = "同城" if city_of(city) else "同省"
    else:
        near = _NEAR.get(found.facts.scope, "") if found.why is RelatedReason.WARNING else ""
    what = _WHAT[found.why]
    item.reason = f"{near} · {what}" if near else what
    return item
