"""The words of a text that can say what it is about, and how rare they are in general."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from textkit.segmentation import is_word, read_field_words, read_word_file, tag_words

DATA = Path(__file__).with_name("data")
# Rarity of words that are not in the background table; the words of this trade are less rare.
UNKNOWN, OF_THE_TRADE = 10.5, 9.0
# Parts of speech as jieba marks them: names of things and places, set phrases; verbs, idioms.
TRADE = "trade"
_NAMES = frozenset((TRADE, *"n nz nt ns nl ng j l eng vn".split()))
_ACTS = frozenset("v vi b i an".split())
_TERM = re.compile(r"(?:[㐀-鿿𠀀-𲎯]{2,10}|[a-z][a-z0-9]{1,11})")
# Characters that no term begins or ends with: the segmenter sometimes returns such pieces.
_PIECE = re.compile(
    r"^[一二三四五六七八九十两几的了在是和与及或这那该此每各某不没很更最被把将向从对为以其之所着过]|^先(?![进锋])|[的了着过们吗呢吧]$"
)

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈"
    "姚卢姜崔钟谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向"
)
# Forms of address that the segmenter takes for things: 小周, 老李.
_PERSON = re.compile(rf"[小老阿][{SURNAMES}]")


@cache
def _read_ignored_words() -> frozenset[str]:
    return read_word_file(DATA / "not_terms.txt")


@cache
def _read_background() -> dict[str, float]:
    rarity: dict[str, float] = {}
    for name in ("background.txt", "background_field.txt"):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            value, *words = line.split()
            if value != "#":
                rarity.update(dict.fromkeys(words, float(value)))
    return rarity


def get_term_rarity(term: str) -> float:
    """Return the idf of a word in running text: 4 for an everyday word, 10 for a rare one."""
    known_rarity = _read_background().get(term)
    if known_rarity is not None:
        return known_rarity
    return OF_THE_TRADE if term in read_field_words() else UNKNOWN


def is_known(term: str) -> bool:
    """Whether the term is in a dictionary, and not a guess of the segmenter."""
    return get_term_rarity(term) < UNKNOWN


def extract_content_terms(text: str) -> Counter[str]:
    """Count the nouns and verbs of a text; no names of persons."""
    return Counter(term for term, _ in _tag_terms(text))


def extract_nameable_terms(text: str) -> Counter[str]:
    """Count the terms that can be a tag of their own: things, no verbs or idioms."""
    return Counter(
        term for term, part in _tag_terms(text) if part in _NAMES and not _PERSON.fullmatch(term)
    )


def complete_term(term: str, text: str) -> str:
    """Return a guess of the segmenter with the one character that always precedes it: 看+房员."""
    if is_word(term):
        return term
    words = [word for word, _ in tag_words(text)]
    before = {words[at - 1] if at else "" for at, word in enumerate(words) if word == term}
    first = before.pop() if len(before) == 1 else ""
    is_part = len(first) == 1 and _TERM.fullmatch(first + term) and not _PIECE.search(first + term)
    return first + term if is_part else term


def _tag_terms(text: str) -> Iterator[tuple[str, str]]:
    """Yield (term, part of speech), which is TRADE for the words of this trade."""
    trade_words, ignored_words = read_field_words(), _read_ignored_words()
    for word, part in tag_words(text):
        if word in ignored_words or not _TERM.fullmatch(word):
            continue
        if word in trade_words:
            yield word, TRADE
        elif (part in _NAMES or part in _ACTS) and not _PIECE.search(word):
            yield word, part
