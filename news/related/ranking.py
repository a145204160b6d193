"""Scores what is related to a page from plain facts, without queries (DESIGN 6).

Articles and listings are ranked by it alike. An item qualifies by its content only. No sum of later
weights exceeds an earlier one, except where a comment says so.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from news.analysis.near_duplicates import is_same_case
from textkit.text_sketches import estimate_similarity

HERE, PROVINCE, NATION = 128, 96, 72
SAME_SUBJECT, SAME_PLACE, TAGS, SIMILAR, FRESH = 32, 16, 8, 4, 2
# A guide on the same fraud tells every reader what to do: it comes before cases of other cities.
GUIDE = 15
FRESH_DAYS = 365
# Texts are similar if several distinctive terms agree: never by one term alone.
LEAST_TERMS, LEAST_SIMILARITY, VERY_SIMILAR = 3, 0.16, 0.5
# Tags count by their rarity: one rare tag is enough, or two common ones.
LEAST_TAGS, ENOUGH_TAGS = 0.14, 0.5
MOST_OF_ONE_SUBJECT = 10
MUCH_THE_SAME = 0.3


class PlaceRelation(Enum):
    """How the place of an item relates to the place of the page."""

    HERE = HERE
    PROVINCE = PROVINCE
    NATION = NATION
    ELSEWHERE = 0


class RelatedReason(Enum):
    """The heaviest part of a score, in the words that readers see."""

    WARNING = "预警"
    SUBJECT = "同类骗局"
    SIMILAR = "相似内容"


class StoryRelation(Enum):
    NOTHING = "nothing"
    MUCH_THE_SAME = "much the same"
    THIS_STORY = "this story"


@dataclass(frozen=True, kw_only=True)
class RankingFacts:
    """What ranking reads of an item, or of what the page shows."""

    pk: int
    title: str = ""
    scope: PlaceRelation = PlaceRelation.ELSEWHERE
    is_warning: bool = False
    is_guide: bool = False
    subject: str = ""  # the scheme of an article, the category of a listing; "" is none
    tags: Mapping[int, float] = field(default_factory=dict)  # rarity by tag, 0 to 1
    # With the page: the cosine over distinctive terms, and how many agree.
    similarity: float = 0.0
    terms: int = 0
    published_at: datetime.datetime
    # Read by `is_same_case` to recognise the same story.
    fingerprint: str = ""
    sketch: list[int] = field(default_factory=list)
    figures: Sequence[str] = ()
    place_codes: Sequence[int] = ()
    source_date: datetime.date | None = None

    @property
    def fraud_type(self) -> str:
        return self.subject


@dataclass(frozen=True)
class RankedItem:
    facts: RankingFacts
    score: float
    why: RelatedReason


def rank_related(
    page: RankingFacts, items: Iterable[RankingFacts], limit: int, now: datetime.datetime
) -> list[RankedItem]:
    """Return the best first; each story once, without the page's own story."""
    scored = [ranked for item in items if (ranked := score_related(page, item, now))]
    scored.sort(key=lambda ranked: (-ranked.score, -ranked.facts.pk))
    warnings = [ranked for ranked in scored if _warns_here(ranked.facts)]
    others = [ranked for ranked in scored if not _warns_here(ranked.facts)]
    chosen: list[RankedItem] = []
    for group in (warnings, others):
        _choose(page, group, chosen, limit)
    return chosen


def score_related(
    page: RankingFacts, item: RankingFacts, now: datetime.datetime
) -> RankedItem | None:
    """Return None if the item is not related to the page."""
    same_subject = bool(page.subject) and page.subject == item.subject
    tags = sum(rarity for tag, rarity in page.tags.items() if tag in item.tags)
    similar = item.terms >= LEAST_TERMS and item.similarity >= LEAST_SIMILARITY
    is_related = same_subject or tags >= LEAST_TAGS or similar
    if item.pk == page.pk or not (is_related or _warns_here(item)):
        return None
    tag_part = min(1, tags / ENOUGH_TAGS)
    similar_part = min(1, item.similarity / VERY_SIMILAR)
    parts = {RelatedReason.SIMILAR: TAGS * tag_part + SIMILAR * similar_part}
    if same_subject:
        parts[RelatedReason.SUBJECT] = SAME_SUBJECT + GUIDE * item.is_guide
    if item.is_warning:
        # A warning of the province or the nation counts as far as it is about the same as the page.
        close = _warns_here(item) or same_subject
        nearness = 1 if close else max(tag_part, similar_part) / 3
        parts[RelatedReason.WARNING] = item.scope.value * nearness
    why = max(parts, key=lambda part: parts[part])
    at_place = SAME_PLACE * (item.scope is PlaceRelation.HERE)
    age = (now - item.published_at).total_seconds() / 86400
    fresh = FRESH * min(1, max(0, 1 - age / FRESH_DAYS))
    return RankedItem(item, round(sum(parts.values()) + at_place + fresh, 3), why)


def weigh_shared_tag(articles: int) -> float:
    """Return the weight of a tag that so many articles have: 1 for two, a seventh for a hundred."""
    return 1 / articles.bit_length() if articles > 1 else 1.0


def _warns_here(item: RankingFacts) -> bool:
    return item.is_warning and item.scope is PlaceRelation.HERE


def _choose(
    page: RankingFacts, group: Sequence[RankedItem], chosen: list[RankedItem], limit: int
) -> None:
    """Add to `chosen` up to the limit, each story once; similar texts only if there is room left."""
    subjects = Counter(ranked.facts.subject for ranked in chosen)
    waiting = []
    for ranked in group:
        if len(chosen) == limit:
            return
        subject = ranked.facts.subject
        relation = _relate_to_shown(page, chosen, ranked.facts)
        if relation is StoryRelation.THIS_STORY:
            continue
        if relation is StoryRelation.MUCH_THE_SAME or subjects[subject] >= MOST_OF_ONE_SUBJECT:
            waiting.append(ranked)
            continue
        subjects[subject] += bool(subject)
        chosen.append(ranked)
    for ranked in waiting:
        if len(chosen) == limit:
            return
        if _relate_to_shown(page, chosen, ranked.facts) is not StoryRelation.THIS_STORY:
            chosen.append(ranked)


def _relate_to_shown(
    page: RankingFacts, chosen: Sequence[RankedItem], item: RankingFacts
) -> StoryRelation:
    """Return how much of the item the page and the chosen items say already."""
    relation = StoryRelation.NOTHING
    for other in (page, *(ranked.facts for ranked in chosen)):
        is_close = estimate_similarity(other.sketch, item.sketch) >= MUCH_THE_SAME
        # Most pairs have nothing in common; `is_same_case` is called for the others only.
        has_clue = (
            is_close
            or other.fingerprint == item.fingerprint
            or not set(other.figures).isdisjoint(item.figures)
        )
        if has_clue and is_same_case(other, item):
            return StoryRelation.THIS_STORY
        if is_close and other is not page:
            relation = StoryRelation.MUCH_THE_SAME
    return relation
