"""What a list does with a search that finds little or nothing: fewer words, or words that sound alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from urllib.parse import urlencode

from django.http import QueryDict

from cities.directory.name_search import search_places
from cities.directory.regions import get_region_ancestors
from listings.search.filters import UNQUOTED_WORDS
from listings.search.keyword_query import KeywordQuery
from listings.search.scope import SearchScope
from listings.search.search_request import SearchRequest, parse_search_request
from listings.vocabulary.categories import CATEGORIES
from sitekit.web.city_urls import reverse_in_city
from textkit.segmentation import read_field_words
from textkit.sounds import group_words_by_sound, replace_by_sound, spell_sound
from textkit.synonyms import list_known_words
from textkit.tsearch import build_word_query, quote_lexeme, weigh_word

MAX_PLACES = 10  # places that are compared by sound
FEW_LISTINGS = 5  # with fewer listings on a page, other searches are offered
_SEARCHABLE = re.compile(r"[0-9a-z\u3400-\u9fff]", re.IGNORECASE)


@dataclass(frozen=True)
class RelaxedSearch:
    """A search for fewer words, the sentence that says so, and the address of that search."""

    request: SearchRequest
    notice: str
    address: str

    @property
    def words(self) -> str:
        return " ".join(self.request.keyword_query.words)

    @property
    def quoted_words(self) -> str:
        return self.request.filters.quote_words(self.words)


def explain_unused_text(search_request: SearchRequest) -> str:
    """Return a sentence about typed text that is not searched for, such as 不要押金 or an emoji; "" if there is
    none."""
    if search_request.forbidden_words:
        named = search_request.filters.quote_words(search_request.forbidden_words)
        return f"{named}不用写：这些钱，这里的兼职一律不许收。"
    query = search_request.keyword_query
    if not query.text or query.words or query.place or _SEARCHABLE.search(query.text):
        return ""
    named = search_request.filters.quote_words(query.text)
    return f"{named}里没有汉字、字母或数字，没法搜，下面没有按它找。"


def relax_search(
    search_request: SearchRequest, *, finds_nothing: bool = True
) -> RelaxedSearch | None:
    """Return a search for fewer of the words: those that occur together in listings and say most about the work. One
    query; none if there is only one word.

    If there is only one word, or no listing has only some of the words, return None, except in one case: the search has
    other conditions, and no listing of the country has any of the words. Then return a search for the other conditions
    alone, which takes one more query. It needs `finds_nothing`, which says that the search itself found no listing.
    """
    words = search_request.keyword_query.words
    search = replace(search_request.search, after="")
    queries = [build_word_query(word) for word in words]
    masks = search.count_by_words(queries) if len(words) > 1 else {}
    masks.pop((1 << len(words)) - 1, None)
    if not masks and not finds_nothing:
        return None
    if not masks:
        everywhere = replace(search, scope=SearchScope(None), conditions=[])
        is_known = not search.conditions or everywhere.count_by_words(queries)
        return None if is_known else _drop_words(search_request)
    best = max(masks, key=lambda mask: (_weigh_mask(words, mask), masks[mask]))
    kept_words = _list_masked(words, best)
    query = search_request.keyword_query
    # The heading of the list names what is in it.
    named = _join_words(query.text, kept_words)
    keyword_query = replace(query, words=tuple(kept_words), typed_words=named)
    fewer = replace(search, tokens=keyword_query.tokens, closest=keyword_query.closest)
    return RelaxedSearch(
        replace(
            search_request,
            keyword_query=keyword_query,
            search=fewer,
            query=_build_query(search_request, named),
        ),
        _describe_dropped(search_request, kept_words, masks),
        _build_address(search_request, " ".join(kept_words)),
    )


def _drop_words(search_request: SearchRequest) -> RelaxedSearch:
    """Return the search without the words. They are removed from its filters too, so that links on the page drop
    them."""
    query, filters = search_request.keyword_query, search_request.filters
    text = query.place.short_name if query.place else ""
    parameters = filters.data.copy()
    parameters["q"] = text
    parameters.pop("after", None)  # the cursor belongs to the former list
    fewer = parse_search_request(parameters, filters.city, search_request.search.hidden)
    return RelaxedSearch(
        replace(fewer, typed_text=search_request.typed_text),
        f"没有{filters.quote_words(query.typed_words)}，下面按其余条件找。",
        _build_address(search_request, text),
    )


def _build_query(search_request: SearchRequest, text: str) -> QueryDict:
    """Return the query string with `text` as keywords. A typed pay is kept among them, so that the next page
    repeats it."""
    query, pay = search_request.filters.data.copy(), search_request.typed_pay
    # Without blanks, 一天200元 is read as pay wherever it stands.
    query["q"] = f"{text} {str(pay).replace(' ', '')}" if pay else text
    return query


def _list_masked(words: tuple[str, ...], mask: int) -> list[str]:
    return [word for number, word in enumerate(words) if mask >> number & 1]


def _weigh_mask(words: tuple[str, ...], mask: int) -> int:
    return sum(map(weigh_word, _list_masked(words, mask)))


def _describe_dropped(
    search_request: SearchRequest, kept_words: list[str], masks: dict[int, int]
) -> str:
    query, filters = search_request.keyword_query, search_request.filters
    if not filters.may_quote_words:
        return f"没有{UNQUOTED_WORDS}，下面是其中一部分词的结果。"
    words = query.words
    known_words = {word for mask in masks for word in _list_masked(words, mask)}
    unknown = [word for word in words if word not in known_words]
    shown = f"下面是{_quote_words(query.text, kept_words)}的结果。"
    if unknown and len(unknown) + len(kept_words) == len(words):
        return f"没有{_quote_words(query.text, unknown)}，{shown}"
    return f"没有{_quote_words(query.text, words)}都符合的，{shown}"


def _quote_words(text: str, words: Sequence[str]) -> str:
    return f"“{_join_words(text, words)}”"


def _join_words(text: str, words: Sequence[str]) -> str:
    """Join the words with blanks, but without a blank where they were typed as one word."""
    joined = words[0]
    for before, word in pairwise(words):
        joined += word if before + word in text else f" {word}"
    return joined


@dataclass(frozen=True)
class Correction:
    text: str
    address: str


def suggest_correction(
    search_request: SearchRequest, *, with_titles: bool = True
) -> Correction | None:
    """Return the search with misspelled words replaced by words of this site that sound alike, if it finds
    listings.

    No query if all words are words of this site; `with_titles` adds one query for each word.
    """
    query = search_request.keyword_query
    if not search_request.filters.may_quote_words:
        return None
    for text in _list_corrected_texts(search_request, with_titles=with_titles):
        parameters = search_request.filters.data.copy()
        parameters["q"] = text
        if text != query.text:
            corrected = parse_search_request(
                parameters, search_request.place, search_request.search.hidden
            )
            if corrected.filters.may_quote_words and corrected.search.count_matches():
                return Correction(text, _build_address(search_request, text))
    return None


def _build_address(search_request: SearchRequest, text: str) -> str:
    """Return the address of the list with other keywords and the same filters."""
    query_data = search_request.filters.data.copy()
    query_data["q"] = text
    names = [name for name in search_request.filters.fields if name in query_data]
    query = urlencode([(name, value) for name in names for value in query_data.getlist(name)])
    return f"{reverse_in_city('listings:list', search_request.filters.city)}?{query}"


def _list_corrected_texts(search_request: SearchRequest, *, with_titles: bool) -> Iterator[str]:
    query = search_request.keyword_query
    yield replace_by_sound(query.text, _group_site_words_by_sound())
    if with_titles and query.text.isascii() and query.text.isalpha():
        yield _find_place_by_sound(search_request)
    if with_titles:
        yield _correct_by_titles(search_request, query)


@cache
def _group_site_words_by_sound() -> dict[str, list[str]]:
    labels = [category.label for category in CATEGORIES.values()]
    return group_words_by_sound([*labels, *sorted(list_known_words()), *sorted(read_field_words())])


def _find_place_by_sound(search_request: SearchRequest) -> str:
    """Return the name of the place that is spelled as in the south, xianxi for 湘西; the page's own before others."""
    query = search_request.keyword_query
    places = search_places(query.text, MAX_PLACES, near_place=search_request.place)
    around = [place.adcode for place in get_region_ancestors(search_request.place)]
    near_places = [place for place in places if place.adcode in around]
    return next((place.short_name for place in [*near_places, *places]), query.text)


def _correct_by_titles(search_request: SearchRequest, query: KeywordQuery) -> str:
    """Return the text with words replaced by those of a listing's title that sound alike."""
    text = query.text
    for word in query.words:
        sound = spell_sound(word)
        if not sound:
            continue
        token = quote_lexeme(f"y:{sound.replace(' ', '')}")
        for title in replace(search_request.search, tokens=token, closest="").fetch_titles():
            windows = [title[at : at + len(word)] for at in range(len(title) - len(word) + 1)]
            text = replace_by_sound(text, group_words_by_sound(windows)) if windows else text
    return text
