"""Segment Chinese text into words, in the same way for documents and queries."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import opencc
import rjieba

# The dictionary's own frequencies are far lower, so a word added with this is never split.
KEEP_WHOLE = 99999
WORD = re.compile(r"[0-9a-z㐀-鿿𠀀-𲎯]")
_traditional = opencc.OpenCC("t2s")
# Characters of simplified texts that OpenCC takes for traditional ones.
_IN_BOTH_SCRIPTS = frozenset("乾著瞭藉徵於")


def normalise_text(text: str) -> str:
    """Return the text in NFKC, lower case and simplified characters."""
    return _traditional.convert(unicodedata.normalize("NFKC", text).lower())


def fold_traditional(text: str) -> str:
    """Return the text with simplified characters in place of those that are only traditional: 時薪, but not the 乾
    of 乾州, which stands in simplified texts as well."""
    folded = _traditional.convert(text)
    if len(folded) != len(text):
        return folded
    return "".join(a if a in _IN_BOTH_SCRIPTS else b for a, b in zip(text, folded, strict=True))


def read_word_file(path: Path) -> frozenset[str]:
    """Return the words of a file, without the lines that begin with #."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def read_field_words() -> frozenset[str]:
    """Return the words of this trade: they are never split, and can be searched by pinyin."""
    path = Path(__file__).with_name("field_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def _load_jieba_segmenter() -> rjieba.Jieba:
    jieba = rjieba.Jieba()
    for word in read_field_words():
        jieba.add_word(word, KEEP_WHOLE, "n")
    return jieba


def add_words(words: Iterable[str]) -> None:
    """Add words to the segmenter's dictionary, such as place names. Cheap to call again."""
    for word in words:
        _load_jieba_segmenter().add_word(word, KEEP_WHOLE, "ns")


def segment_words(text: str) -> list[str]:
    """Return the words in reading order, without punctuation; they do not overlap."""
    return [
        word
        for word in _load_jieba_segmenter().cut(normalise_text(text), True)
        if WORD.search(word)
    ]


def tag_words(text: str) -> list[tuple[str, str]]:
    """Return the words with their part of speech as jieba marks it (n, v, nr, ns …)."""
    return _load_jieba_segmenter().tag(normalise_text(text), True)


def segment_pieces(text: str) -> list[str]:
    """Split the text as written into words of the dictionary and the pieces between them."""
    return _load_jieba_segmenter().cut(text, False)


def is_word(term: str) -> bool:
    """Whether the term is in the dictionary."""
    return segment_pieces(term) == [term]


def segment_for_index(text: str) -> list[str]:
    """Return the words and the shorter words inside them, for a search index."""
    words = _load_jieba_segmenter().cut_for_search(normalise_text(text), True)
    return [word for word in words if WORD.search(word)]


@lru_cache(maxsize=50_000)
def spell_pinyin(word: str) -> str:
    """`家教` → `jiajiao`; Latin letters and digits stay."""
    field_pinyin = _field_pinyin().get(word)
    if field_pinyin:
        return field_pinyin
    # The tables of pypinyin take 50 MB and 0.2 s; commands that only search never load them, and web
    # workers share them (deploy/gunicorn.conf.py).
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.NORMAL, errors=lambda characters: characters))


@cache
def _field_pinyin() -> dict[str, str]:
    """The pinyin of the words of this trade; a test finds missing ones."""
    path = Path(__file__).with_name("data") / "field_pinyin.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)


@cache
def group_words_by_pinyin() -> dict[str, tuple[str, ...]]:
    """Return the words of this trade by their pinyin, so that `baoan` finds 保安."""
    by_pinyin: dict[str, tuple[str, ...]] = {}
    for word in sorted(read_field_words()):
        pinyin = spell_pinyin(word)
        by_pinyin[pinyin] = (*by_pinyin.get(pinyin, ()), word)
    return by_pinyin
