"""Ranks what is related to a page from plain facts, without queries (docs/related.md).

Articles and listings are ranked in the same way: by matter first, then by place, then by the true date; likeness
breaks ties. All later parts together never outweigh an earlier one.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

from news.analysis.near_duplicates import is_same_case
from news.analysis.schemes import AFTER_FRAUD_TOPIC
from news.related.matter_families import get_counterpart_topic
from news.related.ranking_facts import PlaceRelation, RankingFacts
from news.related.same_matter import estimate_same_matter, is_subject_doubtful
from textkit.text_sketches import estimate_similarity

# A guide tells every reader what to do: it goes behind the city, before its province.
GUIDE_SCORE = 30
# (days, score): the score of a date that is at most so many days old. No date scores nothing.
AGE_SCORES = ((90, 3), (365, 2), (3 * 365, 1))
# Texts are compared by how many distinctive terms agree, and by the cosine over them: (terms, cosine).
# One word in common is never enough.
FAINTLY_ALIKE = (2, 0.09)
ALIKE, ALIKE_TO_A_SCHEME = (3, 0.06), (3, 0.12)
MUCH_ALIKE = ((4, 0.12), (3, 0.3))
VERY_SIMILAR = 0.5
# Tags count by their rarity: one rare tag is enough, or two common ones.
MIN_TAGS, ENOUGH_TAGS = 0.14, 0.5
MUCH_THE_SAME = 0.3
# Shares of what the words tell: for a candidate alone; for page and candidate together.
MIN_MATTER_SHARE, SURE_SHARE, SECOND_SHARE = 0.5, 0.6, 0.2
SAME_TOPIC, PART_OF_TOPIC = 0.42, 0.2
WARNS_OF_TOPIC = 0.8  # for a warning nearby
# A candidate without a known matter counts as `ALIKE` by its terms only with at least this probability of the same
# matter.
MIN_PROBABILITY_WITHOUT_MATTER = 0.35


class Matter(Enum):
    """How near the matter of a candidate is to that of the page, in hundreds of the score."""

    SAME = 800
    ALIKE = 700
    PARTLY = 600  # one of several topics is the same, or it is likely
    KINDRED = 500
    LOCAL = 499  # another warning of the page's city: behind what is kindred there, before what is elsewhere
    AFTERWARDS = 300  # what to do after any fraud, on the page of a warning
    AT_LARGE = 200  # another warning of job fraud, on the page of a warning


# These are shown only until there are so many candidates.
MAX_OF_MATTER = {Matter.AFTERWARDS: 10, Matter.AT_LARGE: 8}
# How near a candidate is by the probability of the same matter, from which all signs are combined. It decides more if
# the page's own subject is in doubt.
MATTER_BY_PROBABILITY = ((0.7, Matter.ALIKE), (0.3, Matter.PARTLY))
MATTER_BY_PROBABILITY_IN_DOUBT = ((0.7, Matter.SAME), (0.4, Matter.ALIKE), (0.15, Matter.PARTLY))


class StoryRelation(Enum):
    NOTHING = "nothing"
    MUCH_THE_SAME = "much the same"
    THIS_STORY = "this story"


@dataclass(frozen=True)
class RankedItem:
    facts: RankingFacts
    matter: Matter
    score: float


def rank_related(
    page: RankingFacts, candidates: Iterable[RankingFacts], limit: int, now: datetime.datetime
) -> list[RankedItem]:
    """Return at most `limit` candidates, the best first; each story once, without the page's own story."""
    ranked_items = [
        ranked for candidate in candidates if (ranked := rank_item(page, candidate, now))
    ]
    ranked_items.sort(key=_get_order)
    chosen: list[RankedItem] = []
    for matter, group in groupby(ranked_items, key=lambda ranked: ranked.matter):
        _choose_related_items(
            page, list(group), chosen, min(limit, MAX_OF_MATTER.get(matter, limit))
        )
    return chosen


def rank_item(
    page: RankingFacts, candidate: RankingFacts, now: datetime.datetime
) -> RankedItem | None:
    """Return None if the candidate is not related to the page."""
    probability = estimate_same_matter(page, candidate)
    matter = _relate_matter(page, candidate, probability)
    if candidate.pk == page.pk or matter is None:
        return None
    guide = GUIDE_SCORE * (
        candidate.is_guide and matter in (Matter.SAME, Matter.AFTERWARDS, Matter.AT_LARGE)
    )
    likeness = (_compute_likeness(page, candidate) + probability) / 2
    age = _rate_age(candidate.published_at, now)
    score = matter.value + candidate.scope.value + guide + age + 0.9 * likeness
    return RankedItem(candidate, matter, round(score, 3))


def _relate_matter(
    page: RankingFacts, candidate: RankingFacts, probability: float
) -> Matter | None:
    """`probability` is the probability that they are about the same matter."""
    known_matter = _relate_known_matter(page, candidate)
    is_in_doubt = is_subject_doubtful(page)
    levels = MATTER_BY_PROBABILITY_IN_DOUBT if is_in_doubt else MATTER_BY_PROBABILITY
    by_probability = next((matter for least, matter in levels if probability >= least), None)
    is_likely = probability >= MATTER_BY_PROBABILITY[0][0]
    is_type_in_doubt = (
        known_matter is Matter.SAME and is_subject_doubtful(candidate) and not is_likely
    )
    if (
        known_matter
        and (is_in_doubt or is_type_in_doubt)
        and known_matter.value > Matter.PARTLY.value
    ):
        known_matter = Matter.PARTLY
    is_untold = page.matters and not page.subject and not _is_about_something(candidate)
    if known_matter is Matter.ALIKE and is_untold and probability < MIN_PROBABILITY_WITHOUT_MATTER:
        known_matter = Matter.KINDRED
    return max(known_matter, by_probability, key=_get_nearness)


def _get_nearness(matter: Matter | None) -> int:
    return matter.value if matter else 0


def _relate_known_matter(page: RankingFacts, candidate: RankingFacts) -> Matter | None:
    """Return how near the matters are that are known of both."""
    is_afterwards = (
        page.is_warning
        and not candidate.subject
        and candidate.matters.get(AFTER_FRAUD_TOPIC, 0) >= MIN_MATTER_SHARE
    )
    # For a fraud of an unknown type only advice on what to do afterwards is related.
    if (page.subject and page.subject == candidate.subject) or (is_afterwards and not page.subject):
        return Matter.SAME
    if by_words := _compare_matters(page, candidate):
        return by_words
    by_likeness = _compare_texts(page, candidate)
    if (
        by_likeness and _is_about_something(page) and _is_about_something(candidate)
    ):  # something else
        by_likeness = Matter.KINDRED
    if by_likeness or _is_kindred(page, candidate):
        return by_likeness or Matter.KINDRED
    if candidate.is_warning and candidate.scope is PlaceRelation.HERE:
        return Matter.LOCAL
    if is_afterwards:
        return Matter.AFTERWARDS
    warns = candidate.is_warning or candidate.is_guide
    return Matter.AT_LARGE if page.is_warning and candidate.is_job_fraud and warns else None


def _compare_matters(page: RankingFacts, candidate: RankingFacts) -> Matter | None:
    """Return how near the matters are by the words of both."""
    if page.subject:
        return _compare_with_scheme(page.subject, candidate)
    share = sum(
        weight * candidate.matters.get(matter, 0) for matter, weight in page.matters.items()
    )
    if candidate.subject:
        if _tells_topic_of(candidate.subject, page, SAME_TOPIC):
            return Matter.ALIKE
        is_near = candidate.scope in (PlaceRelation.HERE, PlaceRelation.PROVINCE)
        return Matter.PARTLY if share >= WARNS_OF_TOPIC and is_near else None
    if share >= SAME_TOPIC:
        return Matter.SAME if _is_similar_enough(candidate, FAINTLY_ALIKE) else Matter.ALIKE
    return Matter.PARTLY if share >= PART_OF_TOPIC else None


def _compare_with_scheme(scheme: str, candidate: RankingFacts) -> Matter | None:
    """Return how near the candidate is to the page's scheme by its words. They count most for a candidate without a
    type; for a candidate of another type only a clear second type counts."""
    share = candidate.matters.get(scheme, 0)
    if share >= SURE_SHARE and not candidate.subject:
        return Matter.SAME
    is_counterpart = not candidate.subject and _tells_topic_of(scheme, candidate, SURE_SHARE)
    return Matter.ALIKE if share >= SECOND_SHARE or is_counterpart else None


def _tells_topic_of(scheme: str, facts: RankingFacts, least: float) -> bool:
    """Whether its words tell the matter of the scheme from the other side (`get_counterpart_topic`)."""
    return facts.matters.get(get_counterpart_topic(scheme), 0) >= least


def _is_about_something(facts: RankingFacts) -> bool:
    return bool(facts.subject or facts.matters)


def _is_kindred(page: RankingFacts, candidate: RankingFacts) -> bool:
    if candidate.subject:
        return candidate.subject in page.kindred
    return any(
        share >= MIN_MATTER_SHARE and matter in page.kindred
        for matter, share in candidate.matters.items()
    )


def _compare_texts(page: RankingFacts, candidate: RankingFacts) -> Matter | None:
    """Return how near both are by tags and distinctive terms."""
    if any(_is_similar_enough(candidate, least) for least in MUCH_ALIKE):
        return Matter.SAME
    least = ALIKE_TO_A_SCHEME if page.subject else ALIKE
    is_alike = _is_similar_enough(candidate, least) or _weigh_tags(page, candidate) >= MIN_TAGS
    return Matter.ALIKE if is_alike else None


def _is_similar_enough(candidate: RankingFacts, least: tuple[int, float]) -> bool:
    return candidate.terms >= least[0] and candidate.similarity >= least[1]


def _compute_likeness(page: RankingFacts, candidate: RankingFacts) -> float:
    """Return 0 to 1 by text, then by tags."""
    by_tags = min(1, _weigh_tags(page, candidate) / ENOUGH_TAGS)
    return (2 * min(1, candidate.similarity / VERY_SIMILAR) + by_tags) / 3


def _weigh_tags(page: RankingFacts, candidate: RankingFacts) -> float:
    return sum(rarity for tag, rarity in page.tags.items() if tag in candidate.tags)


def _rate_age(published_at: datetime.datetime, now: datetime.datetime) -> int:
    days = (now - published_at).days
    return next((worth for most, worth in AGE_SCORES if days <= most), 0)


def _get_order(ranked: RankedItem) -> tuple[float, float, int]:
    """Return a sort key: the best first, of equals the newest story."""
    return -ranked.score, -ranked.facts.published_at.timestamp(), -ranked.facts.pk


def weigh_shared_tag(articles: int) -> float:
    """Return the weight of a tag that so many articles have: 1 for two, a seventh for a hundred."""
    return 1 / articles.bit_length() if articles > 1 else 1.0


def _choose_related_items(
    page: RankingFacts, group: Sequence[RankedItem], chosen: list[RankedItem], limit: int
) -> None:
    """Add to `chosen` up to the limit, each story once; similar texts after all others."""
    waiting = []
    for ranked in group:
        if len(chosen) >= limit:
            return
        relation = _relate_to_shown(page, chosen, ranked.facts)
        if relation is StoryRelation.NOTHING:
            chosen.append(ranked)
        elif relation is StoryRelation.MUCH_THE_SAME:
            waiting.append(ranked)
    for ranked in waiting:
        if len(chosen) >= limit:
            return
        if _relate_to_shown(page, chosen, ranked.facts) is not StoryRelation.THIS_STORY:
            chosen.append(ranked)


def _assume_type(known_facts: RankingFacts, candidate: RankingFacts) -> RankingFacts:
    """Return facts without a known matter with the candidate's type, because cases of one type are more easily the
    same."""
    is_known = known_facts.subject or known_facts.matters
    return known_facts if is_known else replace(known_facts, subject=candidate.subject)


def _relate_to_shown(
    page: RankingFacts, chosen: Sequence[RankedItem], candidate: RankingFacts
) -> StoryRelation:
    """Return how much of the candidate's story the page and the chosen candidates tell already."""
    relation = (
        StoryRelation.MUCH_THE_SAME if candidate.may_report_same_event else StoryRelation.NOTHING
    )
    for shown in (page, *(ranked.facts for ranked in chosen)):
        is_close = estimate_similarity(shown.sketch, candidate.sketch) >= MUCH_THE_SAME
        # Most pairs have nothing in common; `is_same_case` is called for the others only.
        has_clue = (
            is_close
            or shown.fingerprint == candidate.fingerprint
            or not set(shown.figures).isdisjoint(candidate.figures)
        )
        if has_clue and is_same_case(_assume_type(shown, candidate), candidate):
            return StoryRelation.THIS_STORY
        if is_close and shown is not page:
            relation = StoryRelation.MUCH_THE_SAME
    return relation
