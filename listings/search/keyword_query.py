"""What a visitor typed into the search field: a place, and words."""

from dataclasses import dataclass, field

from cities.directory.regions import (
    get_current_region,
    get_region_ancestors,
    get_region_by_slug,
    list_regions_by_name,
)
from cities.models import Region, RegionLevel
from listings.vocabulary.categories import spell_out_categories
from textkit.segmentation import group_words_by_pinyin, read_field_words
from textkit.tsearch import (
    build_close_query,
    build_word_query,
    cut_query_words,
    list_query_spellings,
    match_all,
    weigh_word,
)

MAX_LENGTH = 60
MAX_WORDS = 8


@dataclass(frozen=True)
class KeywordQuery:
    text: str = ""
    place: Region | None = None
    words: tuple[str, ...] = field(default=())
    typed_words: str = ""  # the text without the place

    @property
    def tokens(self) -> str:
        """The words as tsquery text; every word must match."""
        return match_all(build_word_query(word) for word in self.words)

    @property
    def closest(self) -> str:
        """As tsquery text: the most telling words occur in the title or its labels."""
        most = max(map(weigh_word, self.words), default=0)
        return match_all(build_close_query(w) for w in self.words if weigh_word(w) == most)

    @property
    def spellings(self) -> list[str]:
        return [spelling for word in self.words for spelling in list_query_spellings(word)]


def parse_keyword_query(text: str, page: Region | None = None) -> KeywordQuery:
    """Split the text into the place it names, if any, and the remaining words."""
    text = " ".join(text.replace("\0", " ").split())[:MAX_LENGTH]
    place: Region | None = None
    words: list[str] = []
    typed_words = text
    for word in cut_query_words(spell_out_categories(text)):
        named = None if place else _find_place(word, page)
        if named:
            place = named
            typed_words = " ".join(text.replace(word, " ", 1).split())
        else:
            words.append(word)
    return KeywordQuery(text, place, tuple(words[:MAX_WORDS]), typed_words if words else "")


def _find_place(word: str, page: Region | None) -> Region | None:
    """Return the place that a word names: inside the page's place first, then a well-known one.

    The short name of a county elsewhere (和平, 鼓楼) is more often an ordinary word, so it is ignored.
    """
    if word in read_field_words():
        return None
    places = _list_places_named(word)
    if page:
        places_inside = [
            p for p in places if p.adcode != page.adcode and page in get_region_ancestors(p)
        ]
        if places_inside:
            return places_inside[0]
    known_places = [
        p for p in places if p.hot_rank or p.level != RegionLevel.DISTRICT or p.name == word
    ]
    known_places.sort(key=lambda p: (p.hot_rank or 999, p.level == RegionLevel.DISTRICT, p.adcode))
    return known_places[0] if known_places else None


def _list_places_named(word: str) -> list[Region]:
    if word.isascii():
        place = get_region_by_slug(word) if word.isalpha() and len(word) > 3 else None
        is_word = word in group_words_by_pinyin()
        return [] if place is None or is_word else [get_current_region(place)]
    return list_regions_by_name(word)
