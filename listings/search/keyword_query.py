"""What a visitor typed into the search field: a place, and words."""

from dataclasses import dataclass, field

from cities.directory.regions import by_name, by_slug, get_region_ancestors
from cities.models import Region, RegionLevel
from textkit.segmentation import field_words, words_by_pinyin
from textkit.tsearch import list_query_spellings, match_all, query_words, word_query

MAX_LENGTH = 60
MAX_WORDS = 8


@dataclass(frozen=True)
class KeywordQuery:
    text: str = ""
    place: Region | None = None
    words: tuple[str, ...] = field(default=())

    @property
    def tokens(self):
        """The words as tsquery text; every word must be found."""
        return match_all(word_query(word) for word in self.words)

    @property
    def spellings(self):
        return [spelling for word in self.words for spelling in list_query_spellings(word)]


def parse_keyword_query(text: str, page: Region | None = None) -> KeywordQuery:
    """Split a question into the place it names, if any, and the words that remain."""
    text = " ".join(text.replace("\0", " ").split())[:MAX_LENGTH]
    place, words = None, []
    for word in query_words(text):
        named = None if place else _place(word, page)
        if named:
            place = named
        else:
            words.append(word)
    return KeywordQuery(text, place, tuple(words[:MAX_WORDS]))


def _place(word, page):
    """The place a word names: inside the page's city first, then one that is widely known.

    A county's short name far away (和平, 鼓楼) is more often an ordinary word, so it does not count.
    """
    if word in field_words():
        return None
    named = _named(word)
    if page:
        inside = [p for p in named if p.adcode != page.adcode and page in get_region_ancestors(p)]
        if inside:
            return inside[0]
    known = [p for p in named if p.hot_rank or p.level != RegionLevel.DISTRICT or p.name == word]
    known.sort(key=lambda p: (p.hot_rank or 999, p.level == RegionLevel.DISTRICT, p.adcode))
    return known[0] if known else None


def _named(word):
    if word.isascii():
        place = by_slug(word) if word.isalpha() and len(word) > 3 else None
        known = word in words_by_pinyin()
        return [] if place is None or known else [place]
    return by_name(word)
