"""The addresses that visitors ask for, read from whatever database the site has."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from cities.directory.regions import get_region
from cities.models import Region
from listings.models import Listing, ListingSearch
from listings.search.sort_orders import NEAR, SORTS
from listings.sitemaps import ListingSitemap
from listings.vocabulary.categories import CATEGORIES, get_address_code
from listings.vocabulary.list_addresses import build_list_address
from news.models import Article
from sitekit.web.city_urls import reverse_in_city
from tools.bench.scenario.mix import ADDRESSES, KINDS, ZipfChoice

MAX_REACHED = 20_000  # listings whose contact is asked for, or that somebody applies for
WORDS, WORD_ROWS = 400, 5_000
SLOTS = ("6m", "6a", "6e", "7m", "7a", "3a", "5e")


@dataclass(frozen=True)
class SiteAddresses:
    """`choices` by the kind of visit; `reached` are listings with a contact, for reveal and application."""

    choices: dict[str, ZipfChoice]
    reached: list[str]

    @property
    def total(self) -> int:
        return sum(len(choice.values) for choice in self.choices.values())


def read_addresses(seed: int = 7, total: int = ADDRESSES) -> SiteAddresses:
    """Return `total` addresses in all, or as many as the database has; the most asked for come first."""
    numbers = {kind.name: round(total * kind.address_share) for kind in KINDS.values()}
    cities = list_busy_cities()
    listings = _list_listings(numbers["listing"])
    Random(seed).shuffle(listings)  # noqa: S311 - a spread, no secret
    pools = {
        "list": _list_lists(cities),
        "listing": listings,
        "search": _list_searches(cities, _list_words()),
        "article": _list_articles(numbers["article"]),
    }
    choices = {}
    for name, pool in pools.items():
        values = list(itertools.islice(dict.fromkeys(pool), numbers[name]))
        if not values:
            raise ValueError(f"The database has no address of the kind {name}.")
        choices[name] = ZipfChoice(values)
    return SiteAddresses(choices, _list_reached())


def list_busy_cities() -> list[Region]:
    """Return the cities that have listings, those with the most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT city_id FROM {ListingSearch._meta.db_table} WHERE city_id IS NOT NULL "
            "GROUP BY city_id ORDER BY count(*) DESC, city_id"
        )
        return [region for (code,) in cursor.fetchall() if (region := get_region(code))]


def _list_lists(cities: list[Region]) -> Iterator[str]:
    """Yield the lists of all cities, then those with one filter or order, then with two."""
    filters: list[tuple[str, str]] = [
        *(("category", get_address_code(kind)) for kind in CATEGORIES.values()),
        *(("slots", slot) for slot in SLOTS),
        *(("sort", sort.code) for sort in SORTS.values() if sort is not NEAR),
    ]
    pairs = (pair for pair in itertools.combinations(filters, 2) if pair[0][0] != pair[1][0])
    places = [None, *cities]
    for chosen in itertools.chain([()], ((pair,) for pair in filters), pairs):
        query = QueryDict(urlencode(chosen))
        for place in places:
            yield build_list_address(place, query)


def _list_searches(cities: list[Region], words: list[str]) -> Iterator[str]:
    """Yield the words in the busiest cities and the nation first."""
    places = [*cities[:3], None, *cities[3:]]
    for place, word in itertools.product(places, words):
        yield f"{reverse_in_city('listings:list', place)}?{urlencode({'q': word})}"


def _list_words() -> list[str]:
    """Return words that the newest listings have, the commonest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM (SELECT unnest(tsvector_to_array(tokens)) AS word FROM "
            f"(SELECT tokens FROM {ListingSearch._meta.db_table} ORDER BY listing_id DESC LIMIT %s) newest) w "
            "WHERE word !~ '[:a-z0-9]' OR word ~ '^词' GROUP BY word ORDER BY count(*) DESC, word LIMIT %s",
            [WORD_ROWS, WORDS],
        )
        return [word for (word,) in cursor.fetchall()]


def _list_listings(number: int) -> list[str]:
    """Return the newest."""
    return _write_addresses(Listing.objects.live(), number)


def _list_reached() -> list[str]:
    """Return the newest that have an employer and a contact."""
    live = Listing.objects.live().exclude(employer=None).exclude(contact_phone="")
    return _write_addresses(live, MAX_REACHED)


def _write_addresses(listings: QuerySet[Listing], number: int) -> list[str]:
    rows = listings.order_by("-pk").values_list("pk", "mode", "region_id", "updated_at")
    return [address for address, _ in ListingSitemap().list_entries(rows[:number])]


def _list_articles(number: int) -> list[str]:
    numbers = Article.objects.published().newest().values_list("pk", flat=True)[:number]
    return [reverse("news:article", args=[pk]) for pk in numbers]
