"""What the work is called, and which kinds of work it may be."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from listings.post_reader.post_text import FieldReading, PostText, Span
from listings.vocabulary.categories import CATEGORIES
from textkit.synonyms import list_synonyms

_WORDS = Path(__file__).with_name("category_words.toml")
MAX_GUESSES = 3
LONGEST_TITLE = 30
_IN_TITLE = 3  # times the weight of a word in running text
_CALL = re.compile(
    r"急需|有没有.{0,8}想做|(?:急|诚|现|大量|长期)?(?:招聘|招募|招收|招工|聘请|急聘|诚聘|招|找|聘|缺|求)(?:一下|啦|了)?"
    r"|要(?!的|求|不要)|(?<!申)请(?!勿)"
)
_COUNT = r"(?:十来|[\d一二两三四五六七八九十]{1,3}(?:[-–—~]\d+)?|几)?\s?(?:名|位|个|人)"
_HEAD = re.compile(rf"^[\s:、的啦了!！]*(?:{_COUNT})?(?:暑假|寒假)?(?=[\u4e00-\u9fffa-z])")
# No words are read twice (`++`): 的小伙伴 is one word or two, which doubles the ways with each.
_TAIL = re.compile(
    rf"(?:的?(?:{_COUNT}(?:左右)?)|兼职信息|的小伙伴|小伙伴|的朋友|的同学|的?要不要|的|啦|了|吗|呀|要|中|来|\s|[:、(（])++$"
)
_SHOP = re.compile(
    r"(?:火锅|奶茶|米粉|咖啡|服装|健身|烤鱼|花|电子|手机|快递|超市|托管|皮具)?(?:店|馆|房|厂|超市|酒店|酒吧|公司|班|分拣|画室)$"
)
_NO_TITLE = re.compile(
    r"^(?:招兼职|招人|缺人|兼职|招聘信息|招聘|急招|人|兼职小伙伴|@.*|.*[一两]个|今[天晚]|明[天早晚])?$"
)


@cache
def _map_words() -> dict[str, str]:
    """Return the code of each word, the longest words first."""
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    codes: dict[str, str] = {}
    for code, words in table.items():
        for word in (*words.split(), *re.split("[·/]", CATEGORIES[code].shipped_label)):
            codes.setdefault(word, code)
    for word, code in list(codes.items()):
        for synonym in list_synonyms(word):
            if not synonym.isascii() and len(synonym) > 1:
                codes.setdefault(synonym, code)
    return dict(sorted(codes.items(), key=lambda pair: -len(pair[0])))


@cache
def _compile_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _map_words())))


def find_category_words(text: str) -> Iterator[tuple[str, Span]]:
    """Yield (code, span) of each word that names a kind of work."""
    for match in _compile_words().finditer(text.lower()):
        yield _map_words()[match[0]], match.span()


def guess_categories(title: str, text: str = "") -> list[str]:
    """Return the likeliest codes, the best first; the title counts most."""
    points: dict[str, float] = {}
    for words, weight in ((title, _IN_TITLE), (text, 1)):
        for code, (start, end) in find_category_words(words):
            points[code] = points.get(code, 0) + weight * (end - start)
    return sorted(points, key=lambda code: -points[code])[:MAX_GUESSES]


def read_work(post: PostText) -> dict[str, FieldReading]:
    """Return title and category; the first of several kinds that fit is chosen, all are offered."""
    readings: dict[str, FieldReading] = {}
    title = _read_title(post)
    if title:
        readings["title"] = title
    words = title.values[0] if title else ""
    codes = guess_categories(words, post.text)
    if codes:
        spans = [span for code, span in find_category_words(post.text) if code == codes[0]][:2]
        labels = "、".join(CATEGORIES[code].label for code in codes[1:])
        note = "按标题和正文猜的，请确认。" + (f"也可能是{labels}。" if labels else "")
        readings["category"] = FieldReading(codes[:1], spans, note)
    return readings


def _read_title(post: PostText) -> FieldReading | None:
    best: tuple[float, FieldReading] | None = None
    for number, clause in enumerate(post.clauses):
        if clause.label not in ("", "title"):
            continue
        span = clause.start, clause.end
        words = _clean_title(post, span)
        if len(words) < 2 or _NO_TITLE.match(words):
            continue
        weight = 5.0 if clause.label == "title" else 0.0
        weight += 3 if any(True for _ in find_category_words(words)) else 0
        weight += 2 if _CALL.search(post.text, *span) else 0
        weight -= number * 0.4 + max(0, len(words) - 16) * 0.2
        if best is None or weight > best[0]:
            written = post.cut(span).strip()
            note = "" if words == written else f"由“{written[:30]}”改短。"
            best = weight, FieldReading([words], [span], note)
    return best[1] if best else None


def _clean_title(post: PostText, span: Span) -> str:
    """Return the work that a clause names: what it calls for, with the kind of shop before it."""
    free = post.nameable[span[0] : span[1]].strip("\0 ")
    before, after = "", free
    if match := _CALL.search(free):
        before, after = free[: match.start()], free[match.end() :]
    after = re.split(r"[\0:(（]", after.strip("\0 :"), maxsplit=1)[0]
    words = _cut_tail(_HEAD.sub("", after))
    before = re.sub("^我们", "", before.rstrip("\0 人"))
    if len(words) < 2 or _NO_TITLE.match(words):
        words, before = _cut_tail(re.split(r"[\0]", before)[-1] or words), ""
    shop = _SHOP.search(before)
    if shop and shop[0] not in words and len(shop[0]) > 1:
        words = shop[0] + words
    start = post.text.find(words, *span)
    written = post.written[start : start + len(words)] if start >= 0 else words
    return written.strip(" ，,:-—·")[:LONGEST_TITLE]


def _cut_tail(words: str) -> str:
    """Take away what a call ends with; the end of more than a title can hold is not looked at."""
    return _TAIL.sub("", words[: 2 * LONGEST_TITLE])


def find_category_by_words(words: str) -> str:
    """Return the code of the category that somebody searches for; "" if none is known."""
    words = words.strip()
    labelled = [code for code, category in CATEGORIES.items() if words and words in category.label]
    exact = [code for code in labelled if CATEGORIES[code].label == words]
    return next(iter(exact or guess_categories(words) or labelled), "")
