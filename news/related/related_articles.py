"""Related articles of an article's page, each with its reason.

`news.related.candidates` finds what may be related at a cost that doesn't grow with the archive;
`news.related.ranking` chooses from it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cities.directory.regions import (
    get_city,
    get_province,
    get_region_ancestors,
    map_regions_by_name,
    require_region,
)
from cities.models import Region
from news.analysis.near_duplicates import is_same_case
from news.choices import ArticleKind
from news.models import Article
from news.related.candidates import (
    RelatedCandidate,
    RelatedPage,
    find_related_candidates,
    list_neighbour_codes,
)
from news.related.page_matter import PageMatter, find_page_matter, get_stored_scheme
from news.related.pins import apply_pins
from news.related.ranking import Matter, RankedItem, rank_related, weigh_shared_tag
from news.related.ranking_facts import PlaceRelation, RankingFacts
from news.related.text_likeness import count_shared_pairs, measure_text_likeness
from screening.fraud_types import FraudGroup, get_fraud_type, is_fraud_type
from sitekit.web.city_urls import reverse_in_city

MAX_RELATED = 17
SHOWN_AT_ONCE = 6  # shown at once; the rest on demand
_SHOWN_FIELDS = ("id", "kind", "title", "excerpt", "fraud_type", "alert_level", "published_at")
# Two reports of one event come within so many days and share so many pairs of characters. Of reports on two similar
# events one pair in ten shares as many.
SAME_EVENT_PERIOD, MIN_SHARED_PAIRS = timedelta(days=30), 13
_PLACE_WORDS = {
    PlaceRelation.PROVINCE: "同省",
    PlaceRelation.NEARBY: "邻近",
    PlaceRelation.NATION: "全国",
}
_JOB_FRAUD = (FraudGroup.JOB_SCAM, FraudGroup.HELPING_CRIME)


def find_related_articles(article: Article, city: Region | None) -> list[Article]:
    """Return up to `MAX_RELATED` articles, best first, with `href`, `reason` and `score`; one query.

    `city` is the place of the address, not the article's; None is the national page. The article
    comes with `with_tags`, `with_places` and `with_matters`.
    """
    rows, page, candidates = collect_ranking_facts(article, city)
    ranked_items = rank_related(page, candidates, MAX_RELATED, timezone.now())
    related = [
        _build_related_article(rows[ranked_item.facts.pk], ranked_item, city)
        for ranked_item in ranked_items
    ]
    return apply_pins(article, city, related, _SHOWN_FIELDS)[:MAX_RELATED]


def collect_ranking_facts(
    article: Article, city: Region | None
) -> tuple[dict[int, RelatedCandidate], RankingFacts, list[RankingFacts]]:
    """Return the candidates by key, the facts of the page, and the facts of each candidate. One query; a second one if
    the page has no fraud type but another report of its case has one."""
    matter = find_page_matter(article)
    page = _describe_page(article, city, matter)
    rows = {row.pk: row for row in find_related_candidates(page)}
    if not article.fraud_type and (scheme := _find_scheme_of_case(article, rows.values())):
        matter = PageMatter(scheme, {scheme: 1.0})
        page = _describe_page(article, city, matter)
        rows = {row.pk: row for row in find_related_candidates(page)}
    first = next(iter(rows.values()), None)
    rarity = (
        {tag: weigh_shared_tag(articles) for tag, articles in first.tag_counts} if first else {}
    )
    neighbour_codes = set(list_neighbour_codes(city))
    likeness = _compare_with_page(article, list(rows.values()))
    items = [
        _build_candidate_facts(
            row,
            city,
            neighbour_codes,
            rarity,
            likeness=likeness[row.pk],
            may_report_same_event=_may_report_same_event(article, row, city),
        )
        for row in rows.values()
    ]
    facts = _build_facts(
        article,
        subject=matter.scheme,
        matters=matter.topics or matter.shares,
        kindred=matter.kindred or {first.scheme if first else ""} - {""},
        is_warning=page.is_warning,
        tags=rarity,
    )
    return rows, facts, items


def _describe_page(article: Article, city: Region | None, matter: PageMatter) -> RelatedPage:
    is_warning = bool(article.fraud_type or matter.scheme)
    knows_matter = bool(matter.scheme or matter.topics)
    asks_neighbours = not knows_matter and article.kind != ArticleKind.GUIDE
    tags = _list_compared_tags(article)
    return RelatedPage(article, city, tags, matter, asks_neighbours, is_warning)


def _find_scheme_of_case(article: Article, rows: Iterable[RelatedCandidate]) -> str:
    """Return the fraud type under which another report of the same case is stored; "" if none is."""
    figures = set(article.figures)
    typed = (row for row in rows if get_stored_scheme(row) and not figures.isdisjoint(row.figures))
    return next((row.fraud_type for row in typed if is_same_case(article, row)), "")


def build_related_context(article: Article, city: Region | None) -> dict[str, list[Article]]:
    """Return the context of `news/related/_related.html`; one query."""
    related = find_related_articles(article, city)
    return {"related": related[:SHOWN_AT_ONCE], "more_related": related[SHOWN_AT_ONCE:]}


def _list_compared_tags(article: Article) -> list[int]:
    """Return the keys of its tags that are no names of places, because a common city alone is not enough."""
    places = map_regions_by_name()
    tags = zip(article.tag_ids, article.tag_names, strict=True)
    return [pk for pk, name in tags if name not in places]


def _compare_with_page(article: Article, rows: Sequence[RelatedCandidate]) -> dict[int, float]:
    """Return {key: likeness of the characters}."""
    texts = [(row.title, row.opening) for row in rows]
    likeness = measure_text_likeness((article.title, article.opening), texts)
    return dict(zip((row.pk for row in rows), likeness, strict=True))


def _may_report_same_event(article: Article, row: RelatedCandidate, city: Region | None) -> bool:
    """Whether the row may report the event of the page in other words. Unlike a repeated story it is still shown."""
    day, other_day = article.source_date, row.source_date
    is_near_in_time = day and other_day and abs(day - other_day) <= SAME_EVENT_PERIOD
    if not (is_near_in_time and _is_shown_here(row, city)):
        return False
    texts = (f"{report.title}\n{report.opening}" for report in (article, row))
    return count_shared_pairs(*texts) >= MIN_SHARED_PAIRS


def _is_shown_here(row: RelatedCandidate, city: Region | None) -> bool:
    return city is not None and (get_city(city) or city).adcode in row.region_codes


def _build_candidate_facts(
    row: RelatedCandidate,
    city: Region | None,
    neighbour_codes: Collection[int],
    rarity: dict[int, float],
    **compared: Any,
) -> RankingFacts:
    """Return the facts of a candidate; `compared` are those that depend on the page."""
    return _build_facts(
        row,
        subject=get_stored_scheme(row),
        matters=row.matters,
        tags={tag: rarity[tag] for tag in row.tags if tag in rarity},
        scope=_relate_places(row, city, neighbour_codes),
        is_warning=row.kind == ArticleKind.ALERT,
        is_guide=row.kind == ArticleKind.GUIDE,
        is_job_fraud=is_fraud_type(row.fraud_type)
        and get_fraud_type(row.fraud_type).group in _JOB_FRAUD,
        similarity=row.similarity,
        terms=row.terms,
        **compared,
    )


def _build_facts(article: Article | RelatedCandidate, **further_facts: Any) -> RankingFacts:
    return RankingFacts(
        pk=article.pk,
        title=article.title,
        published_at=article.published_at or timezone.now(),
        fingerprint=article.fingerprint,
        sketch=article.sketch,
        figures=article.figures,
        place_codes=article.place_codes,
        source_date=article.source_date,
        **further_facts,
    )


def _relate_places(
    row: RelatedCandidate, city: Region | None, neighbour_codes: Collection[int]
) -> PlaceRelation:
    if _is_shown_here(row, city):
        return PlaceRelation.HERE
    if row.national:
        return PlaceRelation.NATION
    if city is None:
        return PlaceRelation.ELSEWHERE
    enclosing = {
        place.adcode
        for code in row.place_codes
        for place in get_region_ancestors(require_region(code))
    }
    if get_province(city).adcode in enclosing:
        return PlaceRelation.PROVINCE
    return (
        PlaceRelation.ELSEWHERE if enclosing.isdisjoint(neighbour_codes) else PlaceRelation.NEARBY
    )


def _build_related_article(
    row: RelatedCandidate, ranked: RankedItem, city: Region | None
) -> Article:
    """Return the article with `href`, `reason`, `reason_chip` and `score`."""
    values = [row.pk if name == "id" else getattr(row, name) for name in _SHOWN_FIELDS]
    article = Article.from_db(None, _SHOWN_FIELDS, values)
    article.href = reverse_in_city("news:article", city, pk=row.pk)
    article.score = ranked.score
    article.reason_chip = article.level_chip if ranked.facts.scope is PlaceRelation.HERE else ""
    article.reason = f"{_name_place(row, ranked, city)} · {_name_matter(row, ranked)}"
    return article


def _name_place(row: RelatedCandidate, ranked: RankedItem, city: Region | None) -> str:
    if ranked.facts.scope is PlaceRelation.HERE and _is_about_place(row, city):
        return "同城" if city and get_city(city) else "同省"
    if word := _PLACE_WORDS.get(ranked.facts.scope):
        return word
    place = require_region(row.place_codes[0])
    return (get_city(place) or place).short_name


def _is_about_place(row: RelatedCandidate, city: Region | None) -> bool:
    """Whether its text names the city; an editor may also show other articles here."""
    whole_city = city and (get_city(city) or city)
    return any(whole_city in get_region_ancestors(require_region(code)) for code in row.place_codes)


def _name_matter(row: RelatedCandidate, ranked: RankedItem) -> str:
    scheme = _name_scheme(row, ranked)
    if row.kind == ArticleKind.GUIDE:
        return f"{scheme}指南"
    return scheme or "相似内容"


def _name_scheme(row: RelatedCandidate, ranked: RankedItem) -> str:
    """Return the scheme that connects the row with the page, "" if none does."""
    if ranked.matter is Matter.SAME and ranked.facts.subject == row.scheme != "":
        return "同类骗局"
    if ranked.matter is Matter.KINDRED and ranked.facts.subject:
        return "相近骗局"
    if ranked.matter in (Matter.LOCAL, Matter.AT_LARGE):
        return "求职骗局" if ranked.facts.is_job_fraud else "其他骗局"
    return ""
