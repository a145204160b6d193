"""Cutting Chinese text into words, the same way for what is stored and what is asked."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import opencc
import rjieba

# The dictionary's own frequencies are far lower, so a word added with this is never split.
KEEP_WHOLE = 99999
WORD = re.compile(r"[0-9a-z㐀-鿿𠀀-𲎯]")
_traditional = opencc.OpenCC("t2s")


def normalise_text(text: str) -> str:
    """NFKC, lower case, simplified characters: one spelling for what reads the same."""
    return _traditional.convert(unicodedata.normalize("NFKC", text).lower())


@cache
def field_words() -> frozenset[str]:
    """The words of this trade: kept whole, and known by their pinyin."""
    path = Path(__file__).with_name("field_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def _jieba():
    jieba = rjieba.Jieba()
    for word in field_words():
        jieba.add_word(word, KEEP_WHOLE, "n")
    return jieba


def add_words(words) -> None:
    """Teach the cutter more words, place names for instance. Cheap to call again."""
    for word in words:
        _jieba().add_word(word, KEEP_WHOLE, "ns")


def segment_words(text: str) -> list[str]:
    """The words in reading order, each once where it stands; no punctuation."""
    return [w for w in _jieba().cut(normalise_text(text), True) if WORD.search(w)]


def tag_words(text: str) -> list[tuple[str, str]]:
    """The words with their part of speech as jieba marks it (n, v, nr, ns …)."""
    return _jieba().tag(normalise_text(text), True)


def segment_pieces(text: str) -> list[str]:
    """The whole text as it is written, in pieces: words of the dictionary, and what is between."""
    return _jieba().cut(text, False)


def is_word(term: str) -> bool:
    """Is it in the dictionary, rather than a guess?"""
    return segment_pieces(term) == [term]


def segment_for_index(text: str) -> list[str]:
    """Words and the shorter words inside them: what is stored for searching."""
    return [w for w in _jieba().cut_for_search(normalise_text(text), True) if WORD.search(w)]


@lru_cache(maxsize=50_000)
def spell_pinyin(word: str) -> str:
    """`家教` → `jiajiao`; Latin letters and digits stay."""
    known = _field_pinyin().get(word)
    if known:
        return known
    # Its tables take 50 MB and 0.2 s: what answers questions never needs them.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.NORMAL, errors=lambda rest: rest))


@cache
def _field_pinyin():
    """Of the words of this trade; a test tells which are missing."""
    path = Path(__file__).with_name("data") / "field_pinyin.txt"
    return dict(line.split() for line in path.read_text(encoding="utf-8").splitlines())


@cache
def words_by_pinyin() -> dict[str, tuple[str, ...]]:
    """The trade's words by their pinyin, so that `baoan` finds 保安 in any text."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(field_words()):
        found[spell_pinyin(word)] = (*found.get(spell_pinyin(word), ()), word)
    return found
