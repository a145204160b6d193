"""Tokens for a PostgreSQL `tsvector` without positions, and queries over them.

Plain tokens are words; `t:` marks a word of the title, `y:` the pinyin of neighbouring words of
the title. Callers add tokens of their own with other prefixes.
"""

import re
from collections.abc import Iterable

from textkit.segmentation import (
    group_words_by_pinyin,
    normalise_text,
    segment_for_index,
    segment_words,
    spell_pinyin,
)

LONGEST_PINYIN = 8  # characters whose pinyin is joined: long enough for 周末传单派发
MAX_TOKEN = 40
NOISE = frozenset(
    "的 了 和 与 及 或 在 是 有 我 你 要 找 想 做 个 招 聘 急 诚 求 附近 哪里 哪儿 什么 "
    "招聘 急招 诚聘 急聘 招工 工作 岗位 兼职 兼 职 活 找活 找工作 信息".split()
)


def build_document_tokens(title: str, *texts: str) -> set[str]:
    """Return all tokens of one document."""
    tokens: set[str] = set()
    for text in texts:
        tokens.update(word for word in segment_for_index(text) if len(word) > 1)
    title_words = segment_for_index(title)
    tokens.update(title_words)
    tokens.update(f"t:{word}" for word in title_words if len(word) > 1)
    tokens.update(_list_character_pairs(title))
    tokens.update(_list_title_pinyin(title))
    return {token for token in tokens if len(token) <= MAX_TOKEN}


def _list_character_pairs(title: str) -> set[str]:
    """Any two neighbouring characters find the title, however it was segmented."""
    runs = re.findall(r"[㐀-鿿]{2,}", normalise_text(title))
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def _list_title_pinyin(title: str) -> set[str]:
    tokens: set[str] = set()
    words = segment_words(title)
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + 4]:
            joined += word
            if len(joined) > LONGEST_PINYIN:
                break
            tokens.add(f"y:{spell_pinyin(joined)}")
    return tokens


def cut_query_words(text: str) -> list[str]:
    """Return the words of a query without noise words; may be empty."""
    return [word for word in dict.fromkeys(segment_words(text)) if word not in NOISE]


def build_word_query(word: str) -> str:
    """Return tsquery text that matches the word, all the shorter words inside it, or its pinyin."""
    options = [quote_lexeme(word)]
    if word.isascii() and word.isalpha():
        options.append(quote_lexeme(f"y:{word}"))
        options += [quote_lexeme(known) for known in group_words_by_pinyin().get(word, ())]
    elif inner_words := _split_fully(word):
        options.append(match_all(quote_lexeme(inner) for inner in inner_words))
    return match_any(options)


def _split_fully(word: str) -> list[str]:
    """The shorter words inside a word; an empty list if they do not cover the whole word."""
    inner_words = [inner for inner in segment_for_index(word) if inner != word]
    return inner_words if len("".join(inner_words)) >= len(word) else []


def list_query_spellings(word: str) -> list[str]:
    """Return the spellings to highlight in a text for a word of the query."""
    known = group_words_by_pinyin().get(word, ()) if word.isascii() else ()
    inner_words = [inner for inner in _split_fully(word) if len(inner) > 1]
    return [word, *known, *inner_words]


def match_all(queries: Iterable[str]) -> str:
    return " & ".join(f"({query})" for query in queries)


def match_any(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def quote_lexeme(token: str) -> str:
    """Return a token as a quoted lexeme of tsquery text."""
    return "'" + token[:MAX_TOKEN].replace("\\", "\\\\").replace("'", "''") + "'"
