"""Which lists have listings, and when the newest of each was published: one reading of the search table."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from cities.directory.regions import get_region, get_region_ancestors, get_region_site
from listings.choices import WorkMode
from listings.models import ListingSearch
from listings.vocabulary.categories import CATEGORIES, get_address_code
from listings.vocabulary.list_addresses import ONLINE, Narrowing, find_canonical_path
from sitekit.web.city_urls import reverse_in_city


class ListLastmods(NamedTuple):
    """The newest publication in each list, by its canonical path, and in each place with a home, by its code."""

    lists: dict[str, datetime]
    places: dict[int, datetime]


def compute_list_lastmods() -> ListLastmods:
    """Return them for all lists that have listings."""
    lists: dict[str, datetime] = {}
    places: dict[int, datetime] = {}
    list_paths = cache(_list_paths)
    for code, category, mode, newest in _read_groups():
        for path in list_paths(code, category, mode):
            lists[path] = max(lists.get(path, newest), newest)
        if region := get_region(code):
            site = get_region_site(region).adcode
            places[site] = max(places.get(site, newest), newest)
    return ListLastmods(lists, places)


def _read_groups() -> Iterator[tuple[int | None, str, str, datetime]]:
    """Yield place, category, mode, and the newest publication of each group."""
    live = ListingSearch.objects.filter(live_until__gte=timezone.localdate()).order_by()
    groups = live.values_list("district_id", "city_id", "province_id", "category", "mode")
    for district, city, province, category, mode, newest in groups.annotate(Max("published_at")):
        yield district or city or province, category, mode, newest


def _list_paths(code: int | None, category: str, mode: str) -> tuple[str, ...]:
    """Return the lists that show listings of this place and kind."""
    kind = CATEGORIES.get(category)
    works = {get_address_code(kind), kind.group} - {ONLINE} if kind else set()
    if mode == WorkMode.ONLINE:
        works.add(ONLINE)
    paths = {reverse_in_city("listings:list_work", None, work=work) for work in works}
    for place in [] if mode == WorkMode.ONLINE else get_region_ancestors(get_region(code)):
        paths.add(find_canonical_path(place, None))
        if get_region_site(place).adcode == place.adcode:
            narrowings = map(Narrowing.by_work, works)
            paths |= {find_canonical_path(place, narrowing) for narrowing in narrowings}
    return tuple(sorted(paths))
