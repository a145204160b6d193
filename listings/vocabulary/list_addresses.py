"""Addresses of lists: a list that is narrowed by exactly one of the filters below has a path of its own.

/xiangxi/jobs/tutor/ is a kind of work, /xiangxi/jobs/online/ is online work, and /xiangxi/jobs/in/jishou/ is a
district. All other filters stand in the query string.
"""

from typing import NamedTuple

from django.http import QueryDict

from cities.directory.regions import (
    get_region,
    get_region_children,
    get_region_site,
    list_provinces,
)
from cities.models import Region
from listings.choices import WorkMode
from listings.vocabulary.categories import CATEGORIES, GROUPS, get_address_code
from sitekit.web.city_urls import reverse_in_city

# The kinds of work in addresses. Online work includes more than the categories of the group of that name.
ONLINE: str = WorkMode.ONLINE.value
WORK_CODES = {*GROUPS, *map(get_address_code, CATEGORIES.values()), ONLINE}
_KEPT = frozenset(("after", "sort", "near"))  # parameters that narrow nothing


class Narrowing(NamedTuple):
    """The one filter that a path stands for: its name and its value in a query."""

    name: str
    value: str

    @classmethod
    def by_work(cls, code: str) -> "Narrowing":
        return cls("mode" if code == ONLINE else "category", code)

    @classmethod
    def by_place(cls, place: Region) -> "Narrowing":
        return cls("district", str(place.adcode))

    def add_to(self, query: QueryDict) -> QueryDict:
        """Return the query with the filter among its own."""
        narrowed = query.copy()
        if self.value not in narrowed.getlist(self.name):
            narrowed.appendlist(self.name, self.value)
        return narrowed


def find_narrowing(query: QueryDict, city: Region | None) -> Narrowing | None:
    """Return the filter of the query if it is the only one and has a path of its own."""
    filled = {
        Narrowing(name, value)
        for name, values in query.lists()
        if name not in _KEPT
        for value in values
        if value
    }
    if len(filled) != 1:
        return None
    (narrowing,) = filled
    if narrowing.name == "category" and narrowing.value != ONLINE:
        return narrowing if narrowing.value in WORK_CODES else None
    if narrowing.name == "mode":
        return narrowing if narrowing.value == ONLINE else None
    return narrowing if _find_district(narrowing, city) else None


def build_list_address(city: Region | None, query: QueryDict) -> str:
    """Return the address of the list of a place with these filters."""
    narrowing = find_narrowing(query, city)
    if narrowing is None:
        path, remaining_query = reverse_in_city("listings:list", city), query
    else:
        path, remaining_query = build_narrowed_path(city, narrowing), query.copy()
        remaining_query.pop(narrowing.name)
    text = _encode_list_query(remaining_query)
    return f"{path}?{text}" if text else path


def build_narrowed_path(city: Region | None, narrowing: Narrowing) -> str:
    district = _find_district(narrowing, city)
    if district:
        return reverse_in_city("listings:list_place", city, inside=district.slug)
    return reverse_in_city("listings:list_work", city, work=narrowing.value)


def find_canonical_path(city: Region | None, narrowing: Narrowing | None) -> str:
    """Return the path under which search engines are to know a list that several addresses show.

    A place that is a site of its own has its own list; any other place is shown in the list of its city. The list
    of online work is the same in every city, so its canonical path names no city.
    """
    if narrowing is None:
        site = get_region_site(city) if city else None
        if city is None or site is None or site.adcode == city.adcode:
            return reverse_in_city("listings:list", city)
        if city in get_region_children(site):
            return reverse_in_city("listings:list_place", site, inside=city.slug)
        return reverse_in_city("listings:list", city)
    if narrowing.name == "mode":
        return build_narrowed_path(None, narrowing)
    district = _find_district(narrowing, city)
    if district and get_region_site(district).adcode == district.adcode:
        return reverse_in_city("listings:list", district)
    return build_narrowed_path(city, narrowing)


def list_inner_places(city: Region | None) -> list[Region]:
    """Return the places that a list can be narrowed to."""
    return get_region_children(city) if city else list_provinces()


def _find_district(narrowing: Narrowing, city: Region | None) -> Region | None:
    if narrowing.name != "district" or not narrowing.value.isdecimal():
        return None
    place = get_region(int(narrowing.value)) if len(narrowing.value) < 10 else None
    return place if place and place in list_inner_places(city) else None


def _encode_list_query(query: QueryDict) -> str:
    filled = QueryDict(mutable=True)
    for name, values in query.lists():
        if values := [value for value in values if value]:
            filled.setlist(name, values)
    return filled.urlencode()
