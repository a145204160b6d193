"""Related articles of an article's page: warnings of the reader's city first, each with its reason.

`news.related.candidates` finds what may be related at a cost that doesn't grow with the archive;
`news.related.ranking` chooses from it.
"""

from typing import Any

from django.utils import timezone

from cities.directory.regions import get_city, get_province, map_regions_by_name
from cities.models import Region
from news.choices import ArticleKind
from news.models import Article
from news.related.candidates import RelatedCandidate, find_related_candidates, get_scheme
from news.related.ranking import (
    PlaceRelation,
    RankedItem,
    RankingFacts,
    RelatedReason,
    rank_related,
    weigh_shared_tag,
)
from sitekit.web.city_urls import reverse_in_city

LIMIT = 17
_SHOWN_FIELDS = ("id", "kind", "title", "excerpt", "fraud_type", "alert_level", "published_at")
_PLACE_WORDS = {PlaceRelation.PROVINCE: "同省", PlaceRelation.NATION: "全国"}


def find_related_articles(
    article: Article, city: Region | None, limit: int = LIMIT
) -> list[Article]:
    """Return up to `limit` articles, best first, with `href`, `reason` and `score`; one query.

    `city` is the place of the address, not the article's; None is the national page. The article
    comes with `with_tags` and `with_places`.
    """
    tags = _list_compared_tags(article)
    rows = {row.pk: row for row in find_related_candidates(article, city, tags)}
    if not rows:
        return []
    counts = next(iter(rows.values())).tag_counts
    rarity = {tag: weigh_shared_tag(articles) for tag, articles in counts}
    items = [_build_candidate_facts(row, city, rarity) for row in rows.values()]
    page = _build_facts(article, tags=rarity)
    ranked_items = rank_related(page, items, limit, timezone.now())
    return [_build_related_article(rows[item.facts.pk], item, city) for item in ranked_items]


def _list_compared_tags(article: Article) -> list[int]:
    """Return the keys of its tags but names of places: a common city alone never qualifies."""
    places = map_regions_by_name()
    tags = zip(article.tag_ids, article.tag_names, strict=True)
    return [pk for pk, name in tags if name not in places]


def _build_candidate_facts(
    row: RelatedCandidate, city: Region | None, rarity: dict[int, float]
) -> RankingFacts:
    return _build_facts(
        row,
        tags={tag: rarity[tag] for tag in row.shared_tags},
        scope=_relate_places(row, city),
        is_warning=row.kind == ArticleKind.ALERT,
        is_guide=row.kind == ArticleKind.GUIDE,
        similarity=row.similarity,
        terms=row.terms,
    )


def _build_facts(article: Article | RelatedCandidate, **more: Any) -> RankingFacts:
    return RankingFacts(
        pk=article.pk,
        title=article.title,
        subject=get_scheme(article),
        published_at=article.published_at or timezone.now(),
        fingerprint=article.fingerprint,
        sketch=article.sketch,
        figures=article.figures,
        place_codes=article.place_codes,
        source_date=article.source_date,
        **more,
    )


def _relate_places(row: RelatedCandidate, city: Region | None) -> PlaceRelation:
    if row.national:
        return PlaceRelation.NATION
    if row.is_here:
        return PlaceRelation.HERE
    if city and get_province(city).adcode in row.place_codes:
        return PlaceRelation.PROVINCE
    return PlaceRelation.ELSEWHERE


def _build_related_article(
    row: RelatedCandidate, ranked: RankedItem, city: Region | None
) -> Article:
    """Return the article with `href`, `reason`, `reason_chip` and `score`."""
    values = [row.pk if name == "id" else getattr(row, name) for name in _SHOWN_FIELDS]
    article = Article.from_db(None, _SHOWN_FIELDS, values)
    article.href = reverse_in_city("news:article", city, pk=row.pk)
    article.score = ranked.score
    is_warning = ranked.why is RelatedReason.WARNING
    article.reason_chip = article.level_chip if is_warning else ""
    if ranked.facts.scope is PlaceRelation.HERE:
        place = "同城" if city and get_city(city) else "同省"
    else:
        place = _PLACE_WORDS.get(ranked.facts.scope, "") if is_warning else ""
    article.reason = f"{place} · {ranked.why.value}" if place else ranked.why.value
    return article
