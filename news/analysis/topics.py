"""The topics of a text apart from fraud, by the words of `topics.toml`. Related articles are found by them."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from screening.rules.lexicon import Lexicon

TOPICS_FILE = Path(__file__).with_name("topics.toml")
TOPIC_CHARACTERS = 600  # characters that count, as in `news.analysis.schemes`
IN_TITLE = 3.0
MIN_TOPIC_WEIGHT = 3.0  # a word of the title, or three of the text
MAX_TOPICS = 2  # topics of one text
NEAR_BEST = 0.5  # a second topic has at least this share of the weight of the first


@dataclass(frozen=True)
class Topic:
    label: str
    words: tuple[str, ...]
    is_setting: bool


@cache
def read_topics() -> dict[str, Topic]:
    """Return {code: topic}."""
    return {
        code: Topic(row["label"], tuple(row["words"].split()), row.get("is_setting", False))
        for code, row in tomllib.loads(TOPICS_FILE.read_text("utf-8")).items()
    }


def weigh_topics(title: str, text: str) -> dict[str, float]:
    """Return {code: share} of the one or two topics of which the words say most; the shares add up to 1."""
    weights: defaultdict[str, float] = defaultdict(float)
    for part, weight in ((text[:TOPIC_CHARACTERS], 1.0), (title, IN_TITLE)):
        for code, _word in _find_words(part):
            weights[code] += weight
    topics = {code: weight for code, weight in weights.items() if weight >= MIN_TOPIC_WEIGHT}
    topics = {code: topics[code] for code in topics if not read_topics()[code].is_setting} or topics
    best = sorted(topics, key=lambda code: (-topics[code], code))[:MAX_TOPICS]
    main_topics = {
        code: topics[code] for code in best if topics[code] >= NEAR_BEST * topics[best[0]]
    }
    total = sum(main_topics.values())
    return {code: weight / total for code, weight in main_topics.items()}


def _find_words(text: str) -> set[tuple[str, str]]:
    """Return (code, word); of words that overlap, the longest."""
    hits = sorted(_load_words().hits(text.lower()), key=lambda hit: (hit[0] - hit[1], hit[0]))
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    words = set()
    for start, end, code in hits:
        if all(end <= first or last <= start for first, last in taken[code]):
            taken[code].append((start, end))
            words.add((code, text[start:end]))
    return words


@cache
def _load_words() -> Lexicon[str]:
    topics = read_topics().items()
    return Lexicon((word.lower(), code) for code, topic in topics for word in topic.words)
