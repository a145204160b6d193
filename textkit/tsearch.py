"""Tokens for a PostgreSQL `tsvector` without positions, and queries over them (DESIGN 5).

Plain tokens are words; `t:` marks a word of the title, `y:` the pinyin of neighbouring words of
the title. Callers add tokens of their own with other prefixes.
"""

import re

from textkit.segmentation import (
    normalise_text,
    segment_for_index,
    segment_words,
    spell_pinyin,
    words_by_pinyin,
)

LONGEST_PINYIN = 8  # characters whose pinyin is joined: long enough for 周末传单派发
MAX_TOKEN = 40
NOISE = frozenset(
    "的 了 和 与 及 或 在 是 有 我 你 要 找 想 做 个 招 聘 急 诚 求 附近 哪里 哪儿 什么 "
    "招聘 急招 诚聘 急聘 招工 工作 岗位 兼职 兼 职 活 找活 找工作 信息".split()
)


def build_document_tokens(title: str, *texts: str) -> set[str]:
    """All tokens of one document."""
    found: set[str] = set()
    for text in texts:
        found.update(part for part in segment_for_index(text) if len(part) > 1)
    in_title = segment_for_index(title)
    found.update(in_title)
    found.update(f"t:{part}" for part in in_title if len(part) > 1)
    found.update(_pairs(title))
    found.update(_title_pinyin(title))
    return {token for token in found if len(token) <= MAX_TOKEN}


def _pairs(title):
    """Neighbouring characters: a title is found by any two of them, however it was cut."""
    runs = re.findall(r"[㐀-鿿]{2,}", normalise_text(title))
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def _title_pinyin(title):
    found: set[str] = set()
    in_order = segment_words(title)
    for start in range(len(in_order)):
        joined = ""
        for word in in_order[start : start + 4]:
            joined += word
            if len(joined) > LONGEST_PINYIN:
                break
            found.add(f"y:{spell_pinyin(joined)}")
    return found


def query_words(text: str) -> list[str]:
    """The words of a question that carry meaning; empty when it holds none."""
    return [word for word in dict.fromkeys(segment_words(text)) if word not in NOISE]


def word_query(word: str) -> str:
    """One word as tsquery text: itself, or all the shorter words inside it, or its pinyin."""
    options = [quote_lexeme(word)]
    if word.isascii() and word.isalpha():
        options.append(quote_lexeme(f"y:{word}"))
        options += [quote_lexeme(known) for known in words_by_pinyin().get(word, ())]
    else:
        options += [match_all(quote_lexeme(part) for part in inside) for inside in _inside(word)]
    return match_any(options)


def _inside(word):
    """The shorter words of a word, as a list of none or one: only if together they say it all."""
    inside = [part for part in segment_for_index(word) if part != word]
    return [inside] if len("".join(inside)) >= len(word) else []


def list_query_spellings(word: str) -> list[str]:
    """What to mark in a text for a word of the question."""
    known = words_by_pinyin().get(word, ()) if word.isascii() else ()
    inside = [part for found in _inside(word) for part in found if len(part) > 1]
    return [word, *known, *inside]


def match_all(queries) -> str:
    return " & ".join(f"({query})" for query in queries)


def match_any(queries) -> str:
    return " | ".join(f"({query})" for query in queries)


def quote_lexeme(token: str) -> str:
    """A token as a lexeme of tsquery text, whatever it holds."""
    return "'" + token[:MAX_TOKEN].replace("\\", "\\\\").replace("'", "''") + "'"
