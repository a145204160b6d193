"""Different words for one kind of work: people search for 发传单, and employers post 传单派发."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PATH = Path(__file__).with_name("data") / "synonyms.txt"
_SHORTEST_PHRASE = 3  # characters
_MAX_JOINED = 4  # words that the segmenter cuts a known one into


class _Synonyms(NamedTuple):
    groups: dict[str, tuple[str, ...]]  # by each of its words
    compounds: dict[str, tuple[str, ...]]  # words that stand for several: 包吃住


@cache
def _read_synonyms() -> _Synonyms:
    groups: dict[str, tuple[str, ...]] = {}
    compounds: dict[str, tuple[str, ...]] = {}
    for line in _PATH.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        names, _, parts = line.partition("=")
        words = tuple(names.split())
        if parts:
            compounds.update(dict.fromkeys(words, tuple(parts.split())))
        else:
            groups.update(dict.fromkeys(words, words))
    return _Synonyms(groups, compounds)


def list_synonyms(word: str) -> tuple[str, ...]:
    """Return the other words with the same meaning; () if none is known."""
    return tuple(synonym for synonym in _read_synonyms().groups.get(word, ()) if synonym != word)


def name_group(word: str) -> str:
    """Return the first word of the group that a word is in; "" if it is in none."""
    return _read_synonyms().groups.get(word, ("",))[0]


@cache
def list_known_words() -> frozenset[str]:
    """Return all words that have synonyms or stand for several."""
    synonyms = _read_synonyms()
    return frozenset((*synonyms.groups, *synonyms.compounds))


def expand_compound(word: str) -> tuple[str, ...]:
    """Return the words that a word stands for, 包餐 and 包住 for 包吃住; else the word itself."""
    return _read_synonyms().compounds.get(word, (word,))


def join_known_words(words: Sequence[str]) -> list[str]:
    """Return the words with neighbours joined that are a known word together: 送 外卖 is 送外卖."""
    known_words, joined = list_known_words(), []
    at = 0
    while at < len(words):
        end = next(
            (
                end
                for end in range(min(len(words), at + _MAX_JOINED), at + 1, -1)
                if "".join(words[at:end]) in known_words
            ),
            at + 1,
        )
        joined.append("".join(words[at:end]))
        at = end
    return joined


@cache
def _get_phrase_pattern() -> re.Pattern[str]:
    phrases = sorted(filter(is_known_phrase, list_known_words()), key=len, reverse=True)
    return re.compile(f"({'|'.join(phrases)})")


def is_known_phrase(text: str) -> bool:
    """Whether the text is a known word that is long enough to be recognised anywhere in a text."""
    return len(text) >= _SHORTEST_PHRASE and not text.isascii() and text in list_known_words()


def split_known_phrases(text: str) -> list[str]:
    """Return the text in pieces, the known phrases and what stands between: 想 送外卖, not 想送 外卖."""
    return [piece for piece in _get_phrase_pattern().split(text) if piece]
