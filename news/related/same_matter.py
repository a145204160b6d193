"""How likely a candidate is about the matter of the page, by a few signs of both.

A logistic function of six signs. It was fitted over pages and candidates of the imported news of
`tools/evaluation` (`manage.py fit_related`), so that what the words tell of types and topics, and what the
texts share (`news.related.text_likeness`), weigh as much as they are worth.
"""

import math
from collections.abc import Mapping

from news.related.ranking_facts import RankingFacts

BIAS = -2.55
WEIGHTS = {
    "characters": 13.48,
    "type": 4.35,
    "topic": 4.2,
    "another type": -4.39,
    "another topic": -3.13,
    "one warns": -2.2,
}
KNOWN_TYPE_SHARE = 0.5  # from this share on the words are sure of the type


def estimate_same_matter(page: RankingFacts, candidate: RankingFacts) -> float:
    """Return the probability that page and candidate are about the same matter."""
    score = BIAS + sum(WEIGHTS[name] * value for name, value in list_signs(page, candidate).items())
    return 1 / (1 + math.exp(-score))


def list_signs(page: RankingFacts, candidate: RankingFacts) -> dict[str, float]:
    """Return {sign: its strength}. The topics of a warning do not count, because they only say where it happened."""
    types, other_types = _weigh_types(page), _weigh_types(candidate)
    topics, other_topics = page.told_topics, candidate.told_topics
    type_agreement = _measure_agreement(types, other_types)
    topic_agreement = _measure_agreement(topics, other_topics)
    warns, other_warns = min(1, sum(types.values())), min(1, sum(other_types.values()))
    is_general = 1 - max(warns, other_warns)
    return {
        "characters": candidate.likeness,
        "type": type_agreement,
        "topic": is_general * topic_agreement,
        "another type": warns * other_warns * (1 - type_agreement),
        "another topic": is_general * (1 - topic_agreement) if topics and other_topics else 0.0,
        "one warns": abs(warns - other_warns),
    }


def is_subject_doubtful(facts: RankingFacts) -> bool:
    """Whether the type is the likeliest by the words but not sure, so that it was only guessed. A type that is not the
    likeliest was set by a person who knew more than the words."""
    types = facts.told_types
    likeliest = max(types, key=lambda code: types[code], default="")
    return facts.subject == likeliest != "" and types[likeliest] < KNOWN_TYPE_SHARE


def _weigh_types(facts: RankingFacts) -> dict[str, float]:
    types = facts.told_types
    likeliest = max(types, key=lambda code: types[code], default="")
    return {facts.subject: 1.0} if facts.subject not in ("", likeliest) else types


def _measure_agreement(shares: Mapping[str, float], others: Mapping[str, float]) -> float:
    """Return 1 if all shares are equal, 0 if they have nothing in common."""
    return sum(math.sqrt(share * others[code]) for code, share in shares.items() if code in others)
