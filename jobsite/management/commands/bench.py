import time

from django.core.management.base import BaseCommand

from jobsite.bench import database, fill, probes, server
from listings.models import Listing
from listings.scope import scope_of
from listings.search import Search

LEAST = 10_000
RATIO = 0.10
MOST_QUERIES = 6


class Command(BaseCommand):
    help = "Measure the site's speed in a database of its own, which is dropped afterwards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--listings", type=int, default=50_000)
        parser.add_argument("--city-size", type=int, default=450, help="of a small city")
        parser.add_argument("--only", default="", help="measure only what has this in its name")
        parser.add_argument("--no-server", action="store_true", help="leave out the web server")

    def handle(self, *args, listings, city_size, only, no_server, **options):
        listings = max(listings, LEAST)
        with database.own_database() as own:
            began = time.monotonic()
            filled = fill.fill(listings, city_size)
            self.stdout.write(
                f"{own}: {listings:,} listings, {time.monotonic() - began:.0f} s to fill\n\n"
            )
            self._table("| work | least ms | median ms | p95 ms | budget ms | |", 6)
            for probe in probes.probes(filled):
                if only in probe.name:
                    self._write(probes.measure(probe))
            pages = _pages(filled)
            for name, (addresses, budget) in pages.items():
                if only in name:
                    self._write(probes.page_probe(name, addresses, budget))
            if not no_server:
                self._serve(pages)

    def _table(self, head, columns):
        self.stdout.write(f"{head}\n{'|---' * columns}|")

    def _write(self, result):
        budget = "" if result.budget is None else f"{result.budget:g}{' p95' * result.at_95}"
        mark = "" if result.kept else " **over**"
        self.stdout.write(
            f"| {result.name} | {result.least:.1f} | {result.median:.1f} | {result.p95:.1f} | {budget}{mark} "
            f"| {result.note} |"
        )
        self.stdout.flush()

    def _serve(self, pages):
        self.stdout.write("")
        self._table("| page | requests/s | of the null view | budget |", 4)
        with server.running() as port:
            null = server.per_second(port, ["/bench/null/"], 1500)
            self.stdout.write(f"| null view | {null:.0f} | | |")
            for name, (addresses, _) in pages.items():
                speed = server.per_second(port, addresses, 240)
                mark = "" if speed >= RATIO * null else " **under**"
                self.stdout.write(
                    f"| {name} | {speed:.0f} | {speed / null:.1%} | {RATIO:.0%}{mark} |"
                )


def _pages(filled):
    """{name: (addresses, budget of the time in the database in ms)}"""
    small, large = filled.small.slug, filled.largest.slug
    busy = "?category=waiter&slots=3a"
    numbers = range(1, filled.listings // 10, max(1, filled.listings // 2000))
    return {
        "page: list, small city": ([f"/{small}/jobs/"], probes.SMALL_MS),
        "page: list, largest city": ([f"/{large}/jobs/"], probes.LARGE_MS),
        "page: category + slot, small city": ([f"/{small}/jobs/{busy}"], probes.SMALL_MS),
        "page: category + slot, largest city": ([f"/{large}/jobs/{busy}"], probes.LARGE_MS),
        "page: list, nation": (["/jobs/"], probes.LARGE_MS),
        "page: category + slot, nation": ([f"/jobs/{busy}"], probes.LARGE_MS),
        "page: word, largest city": (
            [f"/{large}/jobs/?q=%E6%9C%8D%E5%8A%A1%E5%91%98"],
            probes.LARGE_MS,
        ),
        "page: listing, small city": (_listings(filled.small), probes.SMALL_MS),
        "page: listing, largest city": (_listings(filled.largest), probes.LARGE_MS),
        "page: article": ([f"/news/{n}/" for n in numbers], probes.SMALL_MS),
        "page: home of the largest city": ([f"/{large}/"], probes.LARGE_MS),
    }


def _listings(city):
    """Addresses of the city's newest live listings."""
    rows, _ = Search(scope_of(city)).page()
    found = Listing.objects.in_bulk([row.pk for row in rows])
    return [listing.get_absolute_url() for listing in found.values()]
