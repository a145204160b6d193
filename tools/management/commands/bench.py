import time

from django.core.management.base import BaseCommand

from tools.bench import screening
from tools.bench.database import own_database
from tools.bench.fill import fill_bench_database
from tools.bench.fingerprints import BUDGET_MS, look_ups
from tools.bench.pages import list_bench_pages
from tools.bench.probes import Probe, list_probes, measure_probe, pages_probe, related_probes
from tools.bench.screenshots import measure_screenshots
from tools.bench.server import measure_speed, run_bench_server, worker_memory

LEAST = 10_000
RATIO, KEPT_RATIO = 0.10, 0.70
MEMORY_MB = 180


class Command(BaseCommand):
    help = "Measure the site's speed in a database of its own, which is dropped afterwards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--listings", type=int, default=50_000)
        parser.add_argument("--city-size", type=int, default=450, help="of a small city")
        parser.add_argument("--articles", type=int, help="a tenth of the listings if not given")
        parser.add_argument("--only", default="", help="measure only what has this in its name")
        parser.add_argument("--no-server", action="store_true", help="leave out the web server")

    def handle(self, *args, listings, city_size, articles, only, no_server, **options):
        listings = max(listings, LEAST)
        with own_database() as own:
            began = time.monotonic()
            filled = fill_bench_database(listings, city_size, articles or listings // 10)
            self.stdout.write(
                f"{own}: {listings:,} listings, {filled.articles:,} articles, "
                f"{time.monotonic() - began:.0f} s to fill\n\n"
            )
            self._table("| work | least ms | median ms | p95 ms | budget ms | |", 6)
            asked_once = (*self._screened(), *self._same_texts(listings))
            for probe in (*list_probes(filled), *asked_once):
                if only in probe.name:
                    self._write(measure_probe(probe))
            if only in "related":
                for result in related_probes(filled):
                    self._write(result)
            asked = {name: page for name, page in list_bench_pages(filled).items() if only in name}
            for name, (addresses, budget) in asked.items():
                self._write(pages_probe(name, addresses, budget))
            if not no_server:
                self._serve(asked)
        if only in "screenshots" and (figures := measure_screenshots()):
            self.stdout.write(f"\n{figures.describe()}")

    def _same_texts(self, listings):
        for name, work in look_ups(listings):
            yield Probe(name, work, BUDGET_MS, at_95=True, rounds=60)

    def _screened(self):
        for name, work in screening.list_bench_texts():
            yield Probe(name, work, screening.BUDGET_MS, rounds=60)

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

    def _serve(self, asked):
        self.stdout.write("")
        self._table("| page | requests/s | of the null view | processor ms | budget |", 5)
        with run_bench_server(keeps_pages=False) as (port, process):
            self._measure_speeds(port, process, asked, RATIO, 240)
            memory = worker_memory(process)
        kept = {f"kept {name}": page for name, page in asked.items() if name.startswith("page:")}
        with run_bench_server(keeps_pages=True) as (port, process):
            self._measure_speeds(port, process, kept, KEPT_RATIO, 1500)
            kept_memory = worker_memory(process)
        self.stdout.write(
            f"\nA web worker after these pages: {memory} MB (budget {MEMORY_MB}), "
            f"{kept_memory} MB with pages kept."
        )

    def _measure_speeds(self, port, process, asked, ratio, number):
        null = measure_speed(port, process, ["/bench/null/"], 1500)
        self.stdout.write(f"| null view | {null.per_second:.0f} | | {null.processor_ms:.2f} | |")
        for name, (addresses, _) in asked.items():
            speed = measure_speed(port, process, addresses, number)
            reached = speed.per_second / null.per_second
            mark = "" if reached >= ratio else " **under**"
            self.stdout.write(
                f"| {name} | {speed.per_second:.0f} | {reached:.1%} | {speed.processor_ms:.2f} | "
                f"{ratio:.0%}{mark} |"
            )
