"""How many people search for a word in a week, without storing who they are, and without storing rare words.

A search sets one bit of the word's sketch, chosen by the visitor's network; the same network sets the same bit
again. A row has a keyed hash of the word, with a new key each week, so rows do not tell the word. The word itself
is stored once `MIN_NETWORKS` networks searched for it, or at once if the site uses the word itself. The reasons are
in docs/decisions/0061-hot-words.md.
"""

import datetime
import re
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from cities.directory.regions import NATION_KEY, get_city
from cities.models import Region
from listings.figures.sketches import (
    SketchCounter,
    build_estimate,
    build_sketch_update,
    choose_bit,
    derive_key,
    format_bits,
)
from listings.models import SearchedWord
from listings.models.daily_counts import SKETCH_BITS, WORD_LENGTH
from listings.vocabulary.categories import CATEGORIES, GROUPS
from sitekit.telemetry.page_reads import is_read_by_person, write_after_responses
from sitekit.web.visitor_network import get_visitor_network
from textkit.segmentation import normalise_text, read_field_words
from textkit.synonyms import list_known_words

MIN_NETWORKS = 5  # a word searched from so many networks does not point to anybody
MAX_ROWS = 50_000  # rows a week, so that endless invented words cannot fill the disk
# Words and small numbers: nothing that could be an address, a link or a number to call.
_COUNTED = re.compile(rf"(?!.*\d{{4}})[\u4e00-\u9fffa-z0-9 +]{{2,{WORD_LENGTH}}}")
type WeekWord = tuple[datetime.date, int, str]  # Monday, place, word

_NEW_SKETCH = f"counted.sketch::bit({SKETCH_BITS})"
_ADD = f"""
    WITH room AS MATERIALIZED (
        SELECT count(*) < {MAX_ROWS} AS is_left
        FROM (SELECT FROM listings_searchedword WHERE week = ANY(%s::date[]) LIMIT {MAX_ROWS}) rows
    )
    INSERT INTO listings_searchedword AS kept (week, place, digest, text, sketch, searchers)
    SELECT week, place, digest, known, {_NEW_SKETCH}, {build_estimate(_NEW_SKETCH)}
    FROM unnest(%s::date[], %s::int[], %s::text[], %s::text[], %s::text[])
        AS counted (week, place, digest, known, sketch)
    WHERE known <> '' OR (SELECT is_left FROM room) OR EXISTS (
        SELECT FROM listings_searchedword
        WHERE (week, place, digest) = (counted.week, counted.place, counted.digest)
    )
    ORDER BY week, place, digest
    ON CONFLICT (week, place, digest) {build_sketch_update("searchers")}
"""  # noqa: S608 - no part of it comes from outside
_WRITE_WORDS = """
    UPDATE listings_searchedword AS kept SET text = counted.text
    FROM unnest(%s::date[], %s::int[], %s::text[], %s::text[]) AS counted (week, place, digest, text)
    WHERE (kept.week, kept.place, kept.digest) = (counted.week, counted.place, counted.digest)
    AND kept.text = '' AND kept.searchers >= %s
"""


class SearchCounter(SketchCounter[WeekWord]):
    def store(self, batch: Mapping[WeekWord, int]) -> None:
        weeks = [week for week, _, _ in batch]
        places = [place for _, place, _ in batch]
        words = [word for _, _, word in batch]
        digests = [_hash_word(word, week) for week, _, word in batch]
        known_words = [word if word in _list_own_words() else "" for word in words]
        sketches = [format_bits(bits) for bits in batch.values()]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [[*set(weeks)], weeks, places, digests, known_words, sketches])
            cursor.execute(_WRITE_WORDS, [weeks, places, digests, words, MIN_NETWORKS])


SEARCH_COUNTER = SearchCounter()
write_after_responses(lambda: SEARCH_COUNTER)


def note_search(request: HttpRequest, city: Region | None = None) -> None:
    """Count a search that somebody typed and that has nothing else: no next page, no filter, no order of one of our
    own links."""
    if [*request.GET] != ["q"] or not is_read_by_person(request):
        return
    word = read_counted_word(request.GET["q"])
    if word is None:
        return
    week, network = get_monday(timezone.localdate()), get_visitor_network(request)
    places = {NATION_KEY, (get_city(city) or city).adcode if city else NATION_KEY}
    for place in places:
        bit = choose_bit(f"{place} {word} {network}", f"searches {week}")
        SEARCH_COUNTER.note((week, place, word), 1 << bit)


def read_counted_word(typed: str) -> str | None:
    """Return the word in the form that is counted; None if it is too short, too long or not a word."""
    word = " ".join(normalise_text(typed[: 4 * WORD_LENGTH]).split())
    return word if _COUNTED.fullmatch(word) else None


def get_monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def drop_sketches_of_past_weeks() -> int:
    """Delete the sketches of past weeks, and the words of which only the keyed hash is stored."""
    past = SearchedWord.objects.filter(week__lt=get_monday(timezone.localdate()))
    deleted, _ = past.filter(text="").delete()
    return deleted + past.filter(sketch__isnull=False).update(sketch=None)


@cache
def _list_own_words() -> frozenset[str]:
    """Return the words that the site uses for kinds of work, and those for the same."""
    labels = {category.shipped_label for category in CATEGORIES.values()}
    labels |= {group.label for group in GROUPS.values()}
    return frozenset(map(normalise_text, labels)) | read_field_words() | list_known_words()


def _hash_word(word: str, week: datetime.date) -> str:
    return blake2b(
        word.encode(), key=derive_key(f"searched words {week}"), digest_size=16
    ).hexdigest()
