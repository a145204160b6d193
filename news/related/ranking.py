"""What is related to a page, scored over plain facts; asks the database for nothing (DESIGN 6).

Articles and listings are ranked by it alike. An item qualifies by its matter only. The weights fall
so that no sum of later ones outweighs an earlier one, save where a comment says so.
"""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from news.analysis.near_duplicates import is_same_case
from textkit.text_sketches import estimate_similarity

HERE, PROVINCE, NATION = 128, 96, 72
SAME_SUBJECT, SAME_PLACE, TAGS, SIMILAR, FRESH = 32, 16, 8, 4, 2
# A guide on the same scheme tells every reader what to do: it goes before what befell other towns.
GUIDE = 15
FRESH_DAYS = 365
# Text is similar if several distinctive terms agree: never one, however often it stands.
LEAST_TERMS, LEAST_SIMILARITY, VERY_SIMILAR = 3, 0.16, 0.5
# Tags count by their rarity: one that few articles have, or two that many have.
LEAST_TAGS, ENOUGH_TAGS = 0.14, 0.5
MOST_OF_ONE_SUBJECT = 10
MUCH_THE_SAME = 0.3


class PlaceRelation(Enum):
    """How what an item concerns lies to the place of the page."""

    HERE = HERE
    PROVINCE = PROVINCE
    NATION = NATION
    ELSEWHERE = 0


class RelatedReason(Enum):
    """The heaviest part of a score."""

    WARNING = "warning"
    SUBJECT = "subject"
    SIMILAR = "similar"


class StoryRelation(Enum):
    NOTHING = "nothing"
    MUCH_THE_SAME = "much the same"
    THIS_STORY = "this story"


@dataclass(frozen=True, kw_only=True)
class RankingFacts:
    """All that is known of an item, or of what the page shows."""

    pk: int
    title: str = ""
    scope: PlaceRelation = PlaceRelation.ELSEWHERE
    is_warning: bool = False
    is_guide: bool = False
    subject: str = ""  # the scheme of an article, the category of a listing; "" is none
    tags: Mapping[int, float] = field(default_factory=dict)  # rarity by tag, 0 to 1
    # To the page: the cosine over distinctive terms, and how many agree.
    similarity: float = 0.0
    terms: int = 0
    published_at: datetime.datetime
    # What tells a story told again: read by `doubles.same_case`.
    fingerprint: str = ""
    sketch: Sequence[int] = ()
    figures: Sequence[str] = ()
    place_codes: Sequence[int] = ()
    source_date: datetime.date | None = None

    @property
    def fraud_type(self):
        return self.subject


@dataclass(frozen=True)
class RankedItem:
    facts: RankingFacts
    score: float
    why: RelatedReason


def rank_related(page: RankingFacts, items, limit: int, now: datetime.datetime) -> list[RankedItem]:
    """Best first; each story once, and none that the page tells itself."""
    scored = [found for item in items if (found := score_related(page, item, now))]
    scored.sort(key=lambda found: (-found.score, -found.facts.pk))
    warnings = [found for found in scored if _warns_here(found.facts)]
    others = [found for found in scored if not _warns_here(found.facts)]
    chosen: list[RankedItem] = []
    for group in (warnings, others):
        _choose(page, group, chosen, limit)
    return chosen


def score_related(
    page: RankingFacts, item: RankingFacts, now: datetime.datetime
) -> RankedItem | None:
    """None if the item has nothing to do with the page."""
    same_subject = bool(page.subject) and page.subject == item.subject
    tags = _tags(page, item)
    similar = item.terms >= LEAST_TERMS and item.similarity >= LEAST_SIMILARITY
    matter = same_subject or tags >= LEAST_TAGS or similar
    if item.pk == page.pk or not (matter or _warns_here(item)):
        return None
    tag_part = min(1, tags / ENOUGH_TAGS)
    similar_part = min(1, item.similarity / VERY_SIMILAR)
    parts = {RelatedReason.SIMILAR: TAGS * tag_part + SIMILAR * similar_part}
    if same_subject:
        parts[RelatedReason.SUBJECT] = SAME_SUBJECT + GUIDE * item.is_guide
    if item.is_warning:
        # One of the province or the nation counts as far as its matter is that of the page.
        close = _warns_here(item) or same_subject
        nearness = 1 if close else max(tag_part, similar_part) / 3
        parts[RelatedReason.WARNING] = item.scope.value * nearness
    why = max(parts, key=lambda part: parts[part])
    at_place = SAME_PLACE * (item.scope is PlaceRelation.HERE)
    age = (now - item.published_at).total_seconds() / 86400
    fresh = FRESH * min(1, max(0, 1 - age / FRESH_DAYS))
    return RankedItem(item, round(sum(parts.values()) + at_place + fresh, 3), why)


def weigh_shared_tag(articles: int) -> float:
    """How much it tells that two share what so many have: 1 for two, a seventh for a hundred."""
    return 1 / articles.bit_length() if articles > 1 else 1.0


def _warns_here(item):
    return item.is_warning and item.scope is PlaceRelation.HERE


def _tags(page, item):
    return sum(worth for tag, worth in page.tags.items() if tag in item.tags)


def _choose(page, group, chosen, limit):
    """Adds to `chosen`, folding what tells one story; what repeats itself waits for the rest."""
    subjects = Counter(found.facts.subject for found in chosen)
    waiting = []
    for found in group:
        if len(chosen) == limit:
            return
        told = _told([page, *(other.facts for other in chosen)], found.facts)
        if told is StoryRelation.THIS_STORY:
            continue
        if (
            told is StoryRelation.MUCH_THE_SAME
            or subjects[found.facts.subject] >= MOST_OF_ONE_SUBJECT
        ):
            waiting.append(found)
            continue
        subjects[found.facts.subject] += bool(found.facts.subject)
        chosen.append(found)
    for found in waiting:
        if len(chosen) == limit:
            return
        if (
            _told([page, *(other.facts for other in chosen)], found.facts)
            is not StoryRelation.THIS_STORY
        ):
            chosen.append(found)


def _told(shown, item):
    """What of the item the page and the list tell already."""
    alike = StoryRelation.NOTHING
    for other in shown:
        close = estimate_similarity(other.sketch, item.sketch) >= MUCH_THE_SAME
        # Most pairs have nothing in common; only of the others the whole question is asked.
        clue = close or other.fingerprint == item.fingerprint
        if (clue or not set(other.figures).isdisjoint(item.figures)) and is_same_case(other, item):
            return StoryRelation.THIS_STORY
        if close and other is not shown[0]:
            alike = StoryRelation.MUCH_THE_SAME
    return alike
