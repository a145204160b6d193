"""Which lists have listings, and when the newest of each was published: one reading of the search table."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from cities.directory.regions import (
    NATION_KEY,
    get_region,
    get_region_ancestors,
    get_region_site,
    require_region,
)
from listings.choices import WorkMode
from listings.models import ListingSearch
from listings.vocabulary.categories import CATEGORIES, get_address_code
from listings.vocabulary.list_addresses import ONLINE, Narrowing, find_canonical_path


class ListLastmods(NamedTuple):
    """The newest publication in each list, by its canonical path, and in each place with a home, by its code."""

    lists: dict[str, datetime]
    places: dict[int, datetime]


def compute_list_lastmods() -> ListLastmods:
    """Return the newest publication of all lists that have listings."""
    newest: dict[tuple[int, str], datetime] = {}
    list_places, list_works = cache(_list_places), cache(_list_works)
    for code, category, mode, moment in _read_groups():
        works = list_works(category, mode)
        for place, has_works in list_places(None if mode == WorkMode.ONLINE else code):
            for work in works if has_works else ("",):
                key = (place, work)
                newest[key] = max(newest.get(key, moment), moment)
    newest.pop((NATION_KEY, ""), None)  # its list has nothing to do with any listing
    lists: dict[str, datetime] = {}
    for (code, work), moment in newest.items():
        path = _build_path(code, work)
        lists[path] = max(lists.get(path, moment), moment)
    sites = {code: moment for (code, work), moment in newest.items() if not work and _is_site(code)}
    return ListLastmods(lists, sites)


def _read_groups() -> Iterator[tuple[int | None, str, str, datetime]]:
    """Yield place, category, mode, and the newest publication of each group."""
    live = ListingSearch.objects.filter(live_until__gte=timezone.localdate()).order_by()
    columns = ("district_id", "city_id", "province_id", "further_districts", "category", "mode")
    groups = live.values_list(*columns).annotate(Max("published_at"))
    for district, city, province, further, category, mode, newest in groups:
        for code in (district or city or province, *(further or ())):
            yield code, category, mode, newest


def _list_places(code: int | None) -> list[tuple[int, bool]]:
    """Return the places whose lists show listings of this one, and whether they have lists of kinds of work."""
    chain = [place.adcode for place in get_region_ancestors(get_region(code))]
    return [(NATION_KEY, True), *((code, _is_site(code)) for code in chain)]


def _list_works(category: str, mode: str) -> tuple[str, ...]:
    """Return the kinds of work in addresses that a listing belongs to; "" for all work."""
    kind = CATEGORIES.get(category)
    works = {get_address_code(kind), kind.group} - {ONLINE} if kind else set()
    return ("", *works, *([ONLINE] if mode == WorkMode.ONLINE else []))


def _is_site(code: int) -> bool:
    return get_region_site(require_region(code)).adcode == code


def _build_path(code: int, work: str) -> str:
    narrowing = Narrowing.by_work(work) if work else None
    return find_canonical_path(get_region(code), narrowing)
