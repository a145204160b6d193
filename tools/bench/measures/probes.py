"""What is measured inside this process: searches, counts, and the queries behind each page; in ms at the median."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings

from listings.search.facets import count_facets
from listings.search.listing_search import (
    LISTING_PAGE_SIZE,
    TABLE,
    ListingSearchQuery,
    join_conditions,
)
from listings.search.scope import get_search_scope
from listings.search.search_request import parse_search_request
from listings.search.sort_orders import MATCH, NEAR, SORTS
from news.models import Article
from news.pages.article_views import select_page_columns
from news.related.related_articles import find_related_articles
from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.listener import LISTENER
from sitekit.kept_pages.store import forget_values
from sitekit.web.paging import encode_cursor
from tools.bench.filling.fill import COMMON, RARE, UNCOMMON, UNKNOWN, Filled
from tools.bench.report import Figure, get_percentile

SECTION = "In the database"
TRUSTED_WITHIN = 10.0  # seconds
KEYWORD_MS, SMALL_MS, LARGE_MS, COLD_MS = 20, 5, 20, 400


@dataclass(frozen=True)
class Probe:
    """`budget` in ms at the median, or at the 95th percentile where `at_95`; None: only shown.

    `is_there` tells whether the rows that were filled have what it measures.
    """

    name: str
    work: Callable[[], object]
    budget: float | None = None
    at_95: bool = False
    most_rounds: int = 1000
    is_there: Callable[[], bool] = lambda: True


def measure_yardstick(section: str = SECTION) -> Figure:
    """Measure a fixed computation in Python, to compare the figures of this section with those of another run: on a
    machine that others share, the same work takes twice as long at some hours."""
    return measure_probe(Probe("yardstick: the same sum in Python", _add_numbers), 50, section)


def _add_numbers() -> None:
    sum(number % 7 for number in range(100_000))


def measure_probe(probe: Probe, rounds: int, section: str = SECTION) -> Figure:
    probe.work()
    taken = []
    for _ in range(min(rounds, probe.most_rounds)):
        began = time.perf_counter()
        row_count = probe.work()
        taken.append((time.perf_counter() - began) * 1000)
    note = f"{row_count} rows" if isinstance(row_count, int) else str(row_count or "")
    return _build_figure(probe, taken, note, section)


def _build_figure(probe: Probe, taken: list[float], note: str, section: str) -> Figure:
    taken.sort()
    p95, median = get_percentile(taken, 0.95), statistics.median(taken)
    second_figure = f"median {median:.1f}" if probe.at_95 else f"p95 {p95:.1f}"
    name = f"{probe.name}, p95" if probe.at_95 else probe.name
    note = ", ".join(filter(None, (f"least {taken[0]:.1f}, {second_figure} ms", note)))
    value = p95 if probe.at_95 else median
    return Figure(section, name, round(value, 2), "ms", probe.budget, note=note)


@contextmanager
def heard_changes() -> Iterator[None]:
    """Hear of changes as a web process does: else values are kept for half a second only."""
    LISTENER.ensure_running()
    until = time.monotonic() + TRUSTED_WITHIN
    while not CHANGES.is_trusted() and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield
    finally:
        LISTENER.stop()


def list_bench_scopes(filled: Filled):
    return {
        "small city": filled.small,
        "largest city": filled.largest,
        "its district": filled.district,
        "province": filled.province,
        "nation": None,
    }


def list_probes(filled: Filled):
    """All of them, in the order of the table."""
    for where, place in list_bench_scopes(filled).items():
        budget = SMALL_MS if place == filled.small else LARGE_MS
        yield Probe(f"newest, {where}", _build_page_fetcher(place), budget)
        yield Probe(
            f"category + slot, {where}",
            _build_page_fetcher(place, category=["waiter"], slots=["3a"]),
            budget,
        )
        yield Probe(f"pay from 60, {where}", _build_page_fetcher(place, pay_min="60"), budget)
        for kind, word in {
            "common": COMMON, "uncommon": UNCOMMON, "rare": RARE, "unknown": UNKNOWN,
        }.items():  # fmt: skip
            yield Probe(
                f"{kind} word, {where}",
                _build_page_fetcher(place, q=word),
                KEYWORD_MS,
                at_95=True,
            )
        for sort in ("pay", "start"):
            yield Probe(f"sorted by {sort}, {where}", _build_page_fetcher(place, sort=sort), budget)
    for where, place in list_bench_scopes(filled).items():
        if place in (filled.small, filled.district):
            continue
        for sort in sorted(SORTS.keys() - {MATCH.code, NEAR.code}):  # for words, and from a place
            find_cursor = cache(partial(_find_page_cursor, place, sort, page=500))
            yield Probe(
                f"page 500 by {sort}, {where}",
                _build_late_fetcher(place, sort, find_cursor),
                LARGE_MS,
                is_there=partial(_has_late_page, find_cursor),
            )
    yield from _list_facet_probes(filled)


def _list_facet_probes(filled):
    for where, place in list_bench_scopes(filled).items():
        budget = SMALL_MS if place == filled.small else LARGE_MS
        if get_search_scope(place).is_wide:
            yield Probe(f"counts kept, {where}", _build_facet_counter(place), budget)
            yield Probe(
                f"counts anew, {where}",
                _build_facet_counter(place, anew=True),
                COLD_MS,
                most_rounds=3,
            )
        else:
            yield Probe(f"counts, {where}", _build_facet_counter(place), budget)
        yield Probe(
            f"counts, category + slot, {where}",
            _build_facet_counter(place, category=["waiter"], slots=["3a"]),
            budget,
        )
        for kind, word in (("common", COMMON), ("rare", RARE)):
            yield Probe(
                f"counts, {kind} word, {where}", _build_facet_counter(place, q=word), budget
            )


def _build_search_query(place, **parameters):
    """The search and its conditions, as a page of these parameters asks for them."""
    search_request = parse_search_request(_build_query_dict(parameters), place)
    return search_request.search, search_request.conditions


def _build_query_dict(filters):
    query = QueryDict(mutable=True)
    for name, value in filters.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def _build_page_fetcher(place, **parameters):
    search_query, _ = _build_search_query(place, **parameters)
    return lambda: len(search_query.fetch_page()[0])


def _has_late_page(find_cursor):
    return bool(find_cursor())


def _build_late_fetcher(place, sort, find_cursor):
    """The page is found by the first call, which is not measured."""
    get_fetcher = cache(lambda: _build_page_fetcher(place, sort=sort, after=find_cursor()))

    def work():
        return get_fetcher()()

    return work


def _build_facet_counter(place, anew=False, **parameters):
    search_query, conditions = _build_search_query(place, **parameters)

    def work():
        if anew:
            forget_values()
        return count_facets(search_query, conditions).get("total", {}).get("", 0)

    return work


def _find_page_cursor(place, sort, page):
    """The address of a late page, found the slow way; "" where the list is shorter."""
    search_query = ListingSearchQuery(get_search_scope(place), sort=SORTS[sort])
    conditions, params = join_conditions(
        [*search_query.scope.conditions, *search_query.list_base_conditions()]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {search_query.sort.column}, listing_id FROM {TABLE} WHERE {conditions} "
            f"ORDER BY {search_query.sort.order} OFFSET %s LIMIT 1",
            [*params, (page - 1) * LISTING_PAGE_SIZE - 1],
        )
        row = cursor.fetchone()
    if row is None:
        return ""
    sort_key, pk = row
    return encode_cursor(sort_key, pk, search_query.sort.cursor_key)


def pages_probe(name: str, addresses: list[str], budget: float, rounds: int) -> Figure:
    """The time in the database and the number of queries of a page, drawn by its view."""
    client = Client()

    def ask(number):
        address = addresses[number % len(addresses)]
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")
        return f"{len(answer.content) // 1000} kB"

    # Static files are not collected for this process, and it is asked without HTTPS.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        ALLOWED_HOSTS=["testserver"],
        SECURE_SSL_REDIRECT=False,
        STORAGES={**settings.STORAGES, "staticfiles": plain},
    ):
        return database_probe(name, ask, budget, rounds)


def database_probe(name: str, work, budget: float, rounds: int) -> Figure:
    """The time in the database and the number of queries of `work(0)`, `work(1)`, …"""
    spent: list[float] = []
    numbers: list[int] = []

    def wrapper(execute, *args):
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent[-1] += (time.perf_counter() - began) * 1000
            numbers[-1] += 1

    with connection.execute_wrapper(wrapper):
        for number in range(-1, rounds):
            spent.append(0.0)
            numbers.append(0)
            note = work(number)
    note = f"{max(numbers[1:])} queries, {note}"
    return _build_figure(Probe(name, lambda: None, budget), spent[1:], note, SECTION)


def related_probes(filled: Filled, rounds: int):
    """What is related to articles, alone."""
    step = max(1, filled.articles // (rounds + 2))
    numbers = [(i + 1) * step for i in range(rounds + 1)]
    shown = select_page_columns(Article.objects.filter(pk__in=numbers)).in_bulk()
    for where, place in (("small city", filled.small), ("largest city", filled.largest)):
        yield database_probe(
            f"related, {where}",
            lambda i, place=place: f"{len(find_related_articles(shown[numbers[i]], place))} rows",
            SMALL_MS if place == filled.small else LARGE_MS,
            rounds,
        )
