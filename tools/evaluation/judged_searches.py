"""The judged searches: what people type, which listings they want, and what the list shows them."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.utils import timezone

from cities.directory.regions import get_region_ancestors, get_region_by_slug
from cities.models import Region
from listings.choices import WorkMode
from listings.models import Listing, ListingSearch
from listings.pages.list_views import answer_list_request
from listings.search.search_request import parse_search_request
from listings.vocabulary.query_conditions import EVENINGS, WEEKEND
from listings.vocabulary.work_slots import encode_slots
from tools.evaluation.metrics import compute_ndcg

FILE = Path(__file__).with_name("judged_searches.toml")
_SLOTS = {
    "weekend": encode_slots(WEEKEND),
    "evening": encode_slots(EVENINGS),
    "night": encode_slots([f"{day}n" for day in range(1, 8)]),
}


@dataclass(frozen=True)
class JudgedSearch:
    text: str
    city: Region
    kind: str
    rules: tuple[tuple[int, str], ...]  # grade and rule

    @property
    def is_kept_aside(self) -> bool:
        """Whether nobody looks at it while the search is changed: every second one."""
        return hashlib.sha256(f"{self.text} {self.city.slug}".encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class SearchOutcome:
    search: JudgedSearch
    ndcg: float | None  # None if nothing could be shown
    grades: list[int]
    followed: str  # the correction whose link was followed


def read_judged_searches() -> Iterator[JudgedSearch]:
    for kind, part in tomllib.loads(FILE.read_text("utf-8")).items():
        for line in part["judged"].strip().splitlines():
            text, slug, *graded = (field.strip() for field in line.split("|"))
            city = get_region_by_slug(slug)
            if city is None:
                raise ValueError(f"no city of this name: {line}")
            rules = [(int(rule[0]), rule[1:].strip()) for rule in graded]
            yield JudgedSearch(text, city, kind, tuple(rules))


def list_live_listings() -> list[Listing]:
    rows = ListingSearch.objects.filter(live_until__gte=timezone.localdate()).values("pk")
    return list(Listing.objects.filter(pk__in=rows).select_related("employer"))


def judge_searches(
    searches: Iterable[JudgedSearch], listings: list[Listing]
) -> list[SearchOutcome]:
    return [_judge_search(search, listings) for search in searches]


def _judge_search(search: JudgedSearch, listings: list[Listing]) -> SearchOutcome:
    all_grades = {listing.pk: grade_listing(search, listing) for listing in listings}
    shown, followed = find_shown_listings(search)
    grades = [all_grades.get(pk, 0) for pk in shown]
    ndcg = compute_ndcg(grades, list(all_grades.values()))
    return SearchOutcome(search, ndcg, grades[:10], followed)


def find_shown_listings(search: JudgedSearch) -> tuple[list[int], str]:
    """Return the listings that the first page shows, and the correction that was followed to it.

    As the list does it; where nothing is found but a correction is offered, a reader opens that.
    """
    query = QueryDict(urlencode({"q": search.text}))
    answer = answer_list_request(parse_search_request(query, search.city))
    followed = ""
    if answer.correction and (not answer.rows or answer.notice):
        followed = answer.correction.text
        query = QueryDict(urlsplit(answer.correction.address).query)
        answer = answer_list_request(parse_search_request(query, search.city))
    return [row.pk for row in (*answer.rows, *answer.other_rows)], followed


def grade_listing(search: JudgedSearch, listing: Listing) -> int:
    """Return the best grade whose rule fits; without a rule on the place it is that of the search."""
    grades = [grade for grade, rule in search.rules if _fits_any(rule, listing, search.city)]
    return max(grades, default=0)


def _fits_any(rule: str, listing: Listing, city: Region) -> bool:
    return any(_fits_all(part, listing, city) for part in rule.split(" or "))


def _fits_all(rule: str, listing: Listing, city: Region) -> bool:
    conditions = [condition.split(":", 1) for condition in rule.split()]
    names = {name for name, _ in conditions}
    if "mode" not in names and listing.mode == WorkMode.ONLINE:
        return False
    if names.isdisjoint({"place", "mode"}):
        conditions.append(["place", city.slug])
    return all(
        any(_TESTS[name](listing, value) for value in values.split(","))
        for name, values in conditions
    )


def _read_text(listing: Listing) -> str:
    parts = (listing.title, listing.duties, listing.requirements, listing.address, listing.who)
    return " ".join(parts)


def _lies_in(listing: Listing, slug: str) -> bool:
    return any(place.slug == slug for place in get_region_ancestors(listing.place))


_TESTS: dict[str, Callable[[Listing, str], bool]] = {
    "cat": lambda listing, value: listing.category == value,
    "title": lambda listing, value: value in listing.title,
    "text": lambda listing, value: value in _read_text(listing),
    "by": lambda listing, value: value in listing.who,
    "place": _lies_in,
    "perk": lambda listing, value: value in listing.perks,
    "flag": lambda listing, value: value in listing.flags,
    "settle": lambda listing, value: listing.settlement == value,
    "term": lambda listing, value: listing.term == value,
    "mode": lambda listing, value: listing.mode == value,
    "slot": lambda listing, value: not listing.slots or bool(listing.slots & _SLOTS[value]),
    "hourly": lambda listing, value: (listing.hourly_fen or 0) >= Decimal(value) * 100,
}
