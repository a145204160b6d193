"""The words that home pages offer: what many people search for in the place, if it finds listings and is harmless."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from accounts.public_text.quoted_words import is_quotable
from cities.directory.regions import NATION_KEY, get_city, get_region, list_regions_by_name
from cities.models import Region
from listings.models import HotWords, SearchedWord
from listings.search.search_request import parse_search_request
from listings.search.sort_orders import MATCH
from listings.search_suggestions.search_counts import get_monday
from sitekit.databases.replica_routing import open_read_cursor

MAX_WORDS = 10
MAX_TRIED = 40  # of the words of a place
MIN_SEARCHERS = 2  # of a word of the site; of others more, or they are not written down
MIN_LISTINGS = 3


def refresh_hot_words(stopped: Callable[[], bool] = lambda: False) -> int:
    """Choose the words of each place anew from this week and the one before; return how many places changed."""
    stored_rows = {row.place: row for row in HotWords.objects.all()}
    harmless: dict[str, bool] = {}
    changed = 0
    searched = _count_searchers()
    for place in {*searched, *stored_rows}:
        if stopped():
            break
        words = _choose_words(place, searched.get(place, Counter()), harmless)
        row = stored_rows.get(place)
        if words == (row.words if row else []):
            continue
        if words:
            HotWords.objects.update_or_create(place=place, defaults={"words": words})
        elif row:
            row.delete()
        changed += 1
    return changed


def read_hot_words(city: Region | None) -> list[str]:
    """Return the words of its home page; one query."""
    place = (get_city(city) or city).adcode if city else NATION_KEY
    with open_read_cursor() as cursor:
        cursor.execute("SELECT words FROM listings_hotwords WHERE place = %s", [place])
        row = cursor.fetchone()
    return row[0] if row else []


def build_hot_word_url(word: str) -> str:
    """Return the query of a list that finds it. With an order, by which it is known that nobody typed it."""
    return "?" + urlencode({"q": word, "sort": MATCH.code})


def _count_searchers() -> dict[int, Counter[str]]:
    """Return {place: number of searchers by word}, the two weeks added up."""
    since = get_monday(timezone.localdate()) - datetime.timedelta(days=7)
    rows = SearchedWord.objects.filter(week__gte=since, searchers__gte=MIN_SEARCHERS).exclude(
        text=""
    )
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for place, word, number in rows.values_list("place", "text", "searchers"):
        counts[place][word] += number
    return counts


def _choose_words(place: int, counts: Counter[str], harmless: dict[str, bool]) -> list[str]:
    city = get_region(place) if place else None
    if place and city is None:
        return []
    chosen: list[str] = []
    for word in _rank_words(counts):
        if word not in harmless:
            harmless[word] = is_quotable(word)
        # Readers see them side by side, so they are judged together too.
        if harmless[word] and _finds_enough(word, city) and is_quotable("\n".join([*chosen, word])):
            chosen.append(word)
        if len(chosen) == MAX_WORDS:
            break
    return chosen


def _rank_words(counts: Counter[str]) -> Iterable[str]:
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return ranked[:MAX_TRIED]


def _finds_enough(word: str, city: Region | None) -> bool:
    """Return whether enough listings have the word in their titles or labels: a word that stands only in texts may
    name no work.

    False for names of places and for searches that leave something out.
    """
    search_request = parse_search_request(QueryDict(urlencode({"q": word})), city)
    if "without" in search_request.filters.values:
        return False
    if search_request.keyword_query.place is not None or list_regions_by_name(word):
        return False
    called_so = replace(search_request.search, tokens=search_request.search.closest)
    return called_so.count_matches() >= MIN_LISTINGS
