"""All that may be suggested in a city, in one answer: a browser chooses among it, so nothing typed is sent."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmployerKind
from accounts.models import Employer
from cities.models import Region
from listings.search.facets import FacetCounts, count_facets
from listings.search.listing_search import TABLE, ListingSearchQuery, join_conditions
from listings.search.scope import get_search_scope
from listings.vocabulary.categories import CATEGORIES, GROUPS, get_address_code
from listings.vocabulary.list_addresses import Narrowing, build_narrowed_path, list_inner_places
from sitekit.databases.replica_routing import open_read_cursor
from sitekit.kept_pages.store import keep_while_told
from textkit.sounds import spell_sound
from textkit.synonyms import list_synonyms

MAX_EMPLOYERS = 200  # those with the most listings; about 15 KB
WORK, PLACE, EMPLOYER = "类别", "地区", "单位"


class Suggestion(NamedTuple):
    """`words` are what it is called besides: its pinyin by syllables first, then its code and synonyms."""

    kind: str
    label: str
    words: tuple[str, ...]
    address: str
    number: int  # of listings


def list_suggestions(city: Region | None, hidden: tuple[int, ...] = ()) -> list[Suggestion]:
    """Return what has listings, the kinds of work first, each kind by number; two queries, none if kept.

    `hidden` are listings that the reader does not want to see.
    """
    search = ListingSearchQuery(get_search_scope(city), hidden=hidden)
    return keep_while_told(
        ("suggestions", city.adcode if city else None, timezone.localdate(), hidden),
        [search.scope.rows, "employers", "site"],
        lambda: _build_suggestions(city, search),
        2**15,
    )


def _build_suggestions(city: Region | None, search: ListingSearchQuery) -> list[Suggestion]:
    counts = count_facets(search, {})
    suggestions = [*_list_works(city, counts), *_list_places(city, counts)]
    # A province or the nation has too many to send.
    suggestions += [] if search.scope.is_wide else _list_employers(search)
    kinds = (WORK, PLACE, EMPLOYER)
    return sorted(
        suggestions, key=lambda suggestion: (kinds.index(suggestion.kind), -suggestion.number)
    )


def _list_works(city: Region | None, counts: FacetCounts) -> Iterator[Suggestion]:
    numbers = counts.get("category", {})
    labels = {category.label for category in CATEGORIES.values()}
    named: list[tuple[str, str, tuple[str, ...]]] = [
        (category.label, get_address_code(category), (category.code,))
        for category in CATEGORIES.values()
    ]
    for group in GROUPS.values():
        if group.label not in labels:
            codes = tuple(category.code for category in group.categories)
            named.append((group.label, group.code, codes))
    for label, address, codes in named:
        if count := sum(numbers.get(code, 0) for code in codes):
            words = (spell_sound(label), address.replace("_", " "), *list_synonyms(label))
            path = build_narrowed_path(city, Narrowing.by_work(address))
            yield Suggestion(WORK, label, words, path, count)


def _list_places(city: Region | None, counts: FacetCounts) -> Iterator[Suggestion]:
    numbers: dict[str, int] = {}
    for column in ("province_id", "city_id", "district_id"):
        numbers |= counts.get(column, {})
    for place in list_inner_places(city):
        if count := numbers.get(str(place.adcode)):
            path = build_narrowed_path(city, Narrowing.by_place(place))
            yield Suggestion(PLACE, place.name, (place.pinyin,), path, count)


def _list_employers(search: ListingSearchQuery) -> Iterator[Suggestion]:
    """Yield those that recruit there now, but no private persons: nobody need be found by a name."""
    conditions, params = join_conditions([*search.scope.conditions, *search.list_base_conditions()])
    with open_read_cursor() as cursor:
        cursor.execute(
            "SELECT employer.id, employer.name, employer.checked_name, count(*) "  # noqa: S608
            f"FROM (SELECT listing_id FROM {TABLE} WHERE {conditions}) found "
            "JOIN listings_listing listing ON listing.id = found.listing_id "
            "JOIN accounts_employer employer ON employer.id = listing.employer_id "
            "WHERE employer.kind <> %s GROUP BY employer.id ORDER BY 4 DESC, 1 LIMIT %s",
            [*params, EmployerKind.PERSON.value, MAX_EMPLOYERS],
        )
        for pk, name, checked_name, count in cursor.fetchall():
            label = Employer(name=name, checked_name=checked_name).public_name
            path = reverse("listings:employer", args=[pk])
            yield Suggestion(EMPLOYER, label, (spell_sound(label),), path, count)
