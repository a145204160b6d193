"""How long a removed listing is still shown: it is removed, and the pages that had it are read."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.models import User
from cities.models import Region
from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import ListingMoveRefused, move_listing
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from sitekit.web.city_urls import reverse_in_city
from tools.bench.scenario.browser import Browser

WATCHED_SECONDS, PAUSE = 2.5, 0.05
KNOWN_AFTER = timedelta(seconds=3)  # a kept list may lack what was published within the last second
REASON = "压力测试：看页面多久更新。"


@dataclass
class Freshness:
    """`seconds`: for each removal, when the last request was sent whose answer still had the listing."""

    seconds: list[float] = field(default_factory=list)
    reads: int = 0
    errors: list[str] = field(default_factory=list)


class FreshnessProbe:
    def __init__(self, bases: list[str], cities: list[Region], moderator: User) -> None:
        self._bases, self._cities, self._moderator = bases, cities, moderator
        self._random = Random(3)  # noqa: S311 - a spread, no secret
        self.result = Freshness()

    def run(self, every: float, ended: threading.Event) -> None:
        try:
            while not ended.wait(every):
                try:
                    self.probe()
                except Exception as error:  # it is reported, and the next is tried
                    self.result.errors.append(f"{type(error).__name__}: {error}"[:160])
        finally:
            connection.close()

    def probe(self) -> None:
        listing, pages = self._choose_listing()
        for base, (page, mark) in [*product(self._bases, pages)] * 2:
            if not self._shows(base, page, mark):
                listing.refresh_from_db()
                raise RuntimeError(f"{mark} is not on {page}, now {listing.status}")
        try:
            move_listing(listing.pk, ListingStatus.REMOVED, self._moderator, REASON)
        except ListingMoveRefused:  # somebody else came first
            return
        self.result.seconds.append(self._watch(pages, time.monotonic()))

    def _watch(self, pages: list[tuple[str, str]], removed_at: float) -> float:
        """Return the seconds after the removal at which the last request was sent that still got it."""
        latest = 0.0
        while time.monotonic() - removed_at < WATCHED_SECONDS:
            for base, (page, mark) in product(self._bases, pages):
                sent = time.monotonic()
                if self._shows(base, page, mark):
                    latest = sent - removed_at
            time.sleep(PAUSE)
        return latest

    def _choose_listing(self) -> tuple[Listing, list[tuple[str, str]]]:
        """Return a listing of the first page of a city, and the pages that have it, each with its mark."""
        for city in self._random.sample(self._cities, len(self._cities)):
            if known_listings := _list_known(city):
                listing = self._random.choice(known_listings)
                mark = f"/jobs/{listing.pk}/"
                listing_page = (listing.get_absolute_url(), f"{mark}contact/")
                return listing, [(reverse_in_city("listings:list", city), mark), listing_page]
        raise RuntimeError("no city shows a listing that was known before")

    def _shows(self, base: str, page: str, mark: str) -> bool:
        self.result.reads += 1
        answer = Browser(base).get(page)
        if answer.status not in (200, 410):
            raise RuntimeError(f"answered {answer.status}")
        return mark in answer.text


def _list_known(city: Region) -> list[Listing]:
    """Return those on its first page that have been public for a while; what was imported shows no contact."""
    rows, _ = ListingSearchQuery(get_search_scope(city)).fetch_page()
    known_listings = Listing.objects.exclude(employer=None).filter(
        pk__in=[row.pk for row in rows[:10]], published_at__lt=timezone.now() - KNOWN_AFTER
    )
    return list(known_listings.order_by("pk"))


def start_probe(probe: FreshnessProbe, every: float) -> Callable[[], Freshness]:
    """Start it in a thread; what is returned ends it."""
    ended = threading.Event()
    thread = threading.Thread(target=probe.run, args=(every, ended), daemon=True)
    thread.start()

    def end_probe() -> Freshness:
        ended.set()
        thread.join(WATCHED_SECONDS + 30)
        return probe.result

    return end_probe
