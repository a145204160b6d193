"""The words of a text that can say what it is about, and how rare they are in any text."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

from textkit.segmentation import field_words, is_word, tag_words

DATA = Path(__file__).with_name("data")
LONGEST = 20
# Rarer than all that the table of the background has; the trade's own words are not that rare.
UNKNOWN, OF_THE_TRADE = 10.5, 9.0
# Parts of speech, as jieba marks them: names of things and places, set phrases; acts, and idioms.
TRADE = "trade"
_NAMES = frozenset((TRADE, *"n nz nt ns nl ng j l eng vn".split()))
_ACTS = frozenset("v vi b i an".split())
_TERM = re.compile(r"(?:[㐀-鿿𠀀-𲎯]{2,10}|[a-z][a-z0-9]{1,11})")
# What no term begins or ends with: pieces of a sentence that the cutter took for a word.
_PIECE = re.compile(
    r"^[一二三四五六七八九十两几的了在是和与及或这那该此每各某不没很更最被把将向从对为以其之所着过]|^先(?![进锋])|[的了着过们吗呢吧]$"
)

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈"
    "姚卢姜崔钟谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向"
)
# Persons whose name is left out, which the cutter takes for things: 小周, 老李.
_PERSON = re.compile(rf"[小老阿][{SURNAMES}]")


@cache
def _listed(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _background():
    rarity = {}
    for name in ("background.txt", "background_field.txt"):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            value, *words = line.split()
            if value != "#":
                rarity.update(dict.fromkeys(words, float(value)))
    return rarity


def get_term_rarity(term: str) -> float:
    """The idf of a word in running text: 4 for an everyday word, 10 for a rare one."""
    known = _background().get(term)
    if known is not None:
        return known
    return OF_THE_TRADE if term in field_words() else UNKNOWN


def is_known(term: str) -> bool:
    """Is it in a dictionary, rather than a guess of the cutter?"""
    return get_term_rarity(term) < UNKNOWN


def extract_content_terms(text: str) -> Counter[str]:
    """The nouns and acts of a text with how often it says them; no names of persons."""
    return Counter(term for term, _ in _marked(text))


def extract_nameable_terms(text: str) -> Counter[str]:
    """Those of the terms that can stand alone as a tag: things, not acts or turns of phrase."""
    return Counter(
        term for term, part in _marked(text) if part in _NAMES and not _PERSON.fullmatch(term)
    )


def complete_term(term: str, text: str) -> str:
    """A guess of the cutter, with the one character that always stands before it: 看+房员."""
    if is_word(term):
        return term
    found = [word for word, _ in tag_words(text)]
    before = {found[at - 1] if at else "" for at, word in enumerate(found) if word == term}
    first = before.pop() if len(before) == 1 else ""
    is_part = len(first) == 1 and _TERM.fullmatch(first + term) and not _PIECE.search(first + term)
    return first + term if is_part else term


def _marked(text):
    """(term, part of speech); the words of the trade are all nouns."""
    field, nothing = field_words(), _listed("not_terms.txt")
    for word, part in tag_words(text):
        if word in nothing or not _TERM.fullmatch(word):
            continue
        if word in field:
            yield word, TRADE
        elif (part in _NAMES or part in _ACTS) and not _PIECE.search(word):
            yield word, part
