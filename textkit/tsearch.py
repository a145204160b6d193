"""Tokens for a PostgreSQL `tsvector` without positions, and queries over them.

Plain tokens are words. `t:` marks a word of the title or of a label, which say what a document is; `y:` the pinyin of
neighbouring words of the title; `g:` a group of synonyms with a word in the title or a label, named by the first word
of the group, which keeps queries short. Callers add tokens of their own with other prefixes.
"""

import re
from collections.abc import Iterable, Iterator

from textkit.segmentation import (
    group_words_by_pinyin,
    is_word,
    normalise_text,
    read_field_words,
    segment_for_index,
    segment_words,
    spell_pinyin,
)
from textkit.synonyms import (
    expand_compound,
    is_known_phrase,
    join_known_words,
    list_synonyms,
    name_group,
    split_known_phrases,
)

LONGEST_PINYIN = 8  # characters whose pinyin is joined: long enough for 周末传单派发
MAX_TOKEN = 40
NOISE = frozenset(
    "的 了 和 与 及 或 在 是 有 我 你 要 找 想 做 个 招 聘 急 诚 求 附近 哪里 哪儿 什么 "
    "招聘 急招 诚聘 急聘 招工 工作 岗位 兼职 兼 职 活 找活 找工作 信息 "
    "有没有 没有 可以 能 能不能 能够 可不可以 会 请 请问 帮 给 让 吗 呢 吧 啊 呀 嘛 个 位 名 份 些 一个 一份 一点 "
    "那种 这种 这个 那个 这里 这边 哪个 哪些 怎么 想要 想找 需要 打工 找个 干 干活 工 打 不 没 就 也 都 还 很 好 比较 "
    "适合 合适 上 下 里 去 来 到 用 会用 招人 招人吗 谁 有人 他 她 我们 本人 "
    "以后 之后 时候 现在 最近 马上 急 周边 一带 小时 不能 不好".split()
)
# Words that fit all work: they are searched only if the query has no other words.
SAID_OF_ALL = frozenset("工资 薪资 薪水 薪酬 工钱 待遇 工资待遇 薪资待遇 报酬".split())
# Words in the names of many kinds of work.
_VAGUE = frozenset("老师 助理 店员 在家".split())
_CHINESE = re.compile(r"[㐀-鿿𠀀-𲎯]+")


def build_document_tokens(
    title: str, *texts: str, labels: Iterable[str] = (), names: Iterable[str] = ()
) -> set[str]:
    """Return all tokens of one document; any two neighbouring characters of `names` find it, too."""
    tokens: set[str] = set()
    for text in texts:
        tokens.update(word for word in segment_for_index(text) if len(word) > 1)
    title_words = segment_for_index(title)
    tokens.update(title_words)
    label_words = [word for label in labels for word in segment_for_index(label)]
    plain_words = [word for word in (*title_words, *label_words) if len(word) > 1]
    tokens.update(plain_words)
    tokens.update(f"t:{word}" for word in plain_words)
    phrases = [word for text in (title, *labels) for word in _cut_known_words(text)]
    groups = map(name_group, (*plain_words, *phrases))
    tokens.update(f"g:{group}" for group in groups if group)
    for name in (title, *names):
        tokens.update(_list_character_pairs(name))
    tokens.update(_list_title_pinyin(title))
    return {token for token in tokens if len(token) <= MAX_TOKEN}


def _list_character_pairs(text: str) -> list[str]:
    """Return all pairs of neighbouring characters, which find the text in whatever way it is segmented."""
    runs = re.findall(r"[㐀-鿿]{2,}", normalise_text(text))
    return [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


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
    """Return the words of a query without noise words; may be empty.

    Known phrases stay whole (送 外卖), what is asked as one word for two becomes two. Single characters
    that stand side by side are one word, such as a shop's name; alone they count only if nothing else does,
    and so do words such as 工资.
    """
    words: list[str] = []
    single = ""
    for word in [*_cut_known_words(text), ""]:
        if len(word) == 1 and _CHINESE.fullmatch(word) and word not in NOISE:
            single += word
            continue
        words += [single, *expand_compound(word)]
        single = ""
    words = [word for word in dict.fromkeys(words) if word and word not in NOISE]
    words = [word for word in words if len(word) > 1] or words
    return [word for word in words if word not in SAID_OF_ALL] or words


def _cut_known_words(text: str) -> Iterator[str]:
    for piece in split_known_phrases(normalise_text(text)):
        yield from join_known_words([piece] if is_known_phrase(piece) else segment_words(piece))


def weigh_word(word: str) -> int:
    """Return how much a word tells of the work that is looked for."""
    if word in _VAGUE:
        return 1
    return 3 if list_synonyms(word) else 2 if word in read_field_words() else 1


def build_word_query(word: str) -> str:
    """Return tsquery text that matches the word, all the shorter words inside it, or its pinyin.

    What else is called so matches in titles and labels only.
    """
    options = [*map(quote_lexeme, [word, *_list_inner_words(word)]), *_list_close_options(word)]
    if inner_words := _split_fully(word):
        options.append(match_all(quote_lexeme(inner) for inner in inner_words))
    return match_any(options)


def build_close_query(word: str) -> str:
    """Return tsquery text that matches documents whose title or labels have the word or its equals."""
    return match_any([quote_lexeme(f"t:{word}"), *_list_close_options(word)])


def _list_close_options(word: str) -> list[str]:
    """Return the ways to match a word in a title or label, other than as it is."""
    known_words = [word]
    options: list[str] = []
    if word.isascii() and word.isalpha():
        known_words += group_words_by_pinyin().get(word, ())
        options += [f"y:{word}", *(f"t:{known_word}" for known_word in known_words[1:])]
    elif not list_synonyms(word):
        options += [f"t:{inner}" for inner in _list_inner_words(word)]
    options += [f"g:{group}" for group in map(name_group, known_words) if group]
    queries = [quote_lexeme(option) for option in dict.fromkeys(options)]
    inner_words = _split_fully(word)
    if inner_words and all(len(inner) > 1 for inner in inner_words):
        queries.append(match_all(quote_lexeme(f"t:{inner}") for inner in inner_words))
    pairs = _list_character_pairs(word)
    if len(pairs) > 1 and not is_word(word):
        queries.append(match_all(map(quote_lexeme, pairs)))
    return queries


def _list_inner_words(word: str) -> list[str]:
    """Return the words inside a glued one that follow a verb of one character: 快递 in 送快递."""
    return [inner for inner in segment_for_index(word) if inner == word[1:] and len(inner) > 1]


def _split_fully(word: str) -> list[str]:
    """Return the shorter words inside a word; an empty list if they do not cover the whole word."""
    inner_words = [inner for inner in segment_for_index(word) if inner != word]
    return inner_words if len("".join(inner_words)) >= len(word) else []


def list_query_spellings(word: str) -> list[str]:
    """Return the spellings to highlight in a text for a word of the query."""
    spelled_words = group_words_by_pinyin().get(word, ()) if word.isascii() else ()
    inner_words = [inner for inner in _split_fully(word) if len(inner) > 1]
    return [word, *spelled_words, *inner_words, *_list_inner_words(word), *list_synonyms(word)]


def match_all(queries: Iterable[str]) -> str:
    return " & ".join(f"({query})" for query in queries)


def match_any(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def quote_lexeme(token: str) -> str:
    """Return a token as a quoted lexeme of tsquery text."""
    return "'" + token[:MAX_TOKEN].replace("\\", "\\\\").replace("'", "''") + "'"
