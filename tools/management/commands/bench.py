import signal
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings

from tools.bench.database import prepare_bench_database
from tools.bench.filling.fill import Filled, choose_bench_places, fill_bench_database
from tools.bench.machine import describe_load, describe_machine
from tools.bench.plan import FULL, QUICK, BenchPlan
from tools.bench.report import Figure, Report
from tools.bench.sections import has_name, list_names, list_sections

LEAST = 10_000
QUICK_NOTICE = (
    "A quick run: few rows, short times. Its figures are for comparing one day with the next."
)


def _require_known_name(plan: BenchPlan, planned: Filled) -> None:
    """Before minutes of filling."""
    if plan.only and not has_name(plan, names := list_names(planned)):
        name_lines = "\n".join(f"  {name}" for name in names)
        raise CommandError(
            f"--only {plan.only}: nothing has this in its name. There is:\n{name_lines}"
        )


class Command(BaseCommand):
    help = "Measure the site's speed in a database of its own, which is dropped afterwards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--quick", action="store_true", help="within three minutes, for every day"
        )
        parser.add_argument("--listings", type=int)
        parser.add_argument("--city-size", type=int, default=450, help="of a small city")
        parser.add_argument("--articles", type=int, help="a tenth of the listings if not given")
        parser.add_argument("--only", default="", help="measure only what has this in its name")
        parser.add_argument("--no-server", action="store_true", help="leave out the web server")
        parser.add_argument("--seconds", type=float, help="of the mixed load")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="screenshots and the largest demo too, minutes more",
        )
        parser.add_argument(
            "--notice", default="", help="what the report says of the circumstances"
        )
        parser.add_argument(
            "--report", type=Path, default=settings.VAR_DIR / "bench" / "performance.md",
            help="where the report is written, with the JSON beside it",
        )  # fmt: skip

    def handle(self, *args, report: Path, listings, city_size, articles, notice, **options):
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, lambda *_: sys.exit(1))  # an exit stops the server, a signal not
        plan = QUICK if options["quick"] else FULL
        plan = plan.change(
            only=options["only"],
            no_server=options["no_server"],
            is_whole=options["whole"],
            seconds=options["seconds"] or plan.seconds,
        )
        listings = max(listings or plan.listings, LEAST)
        with prepare_bench_database() as database:
            began = time.monotonic()
            filled = choose_bench_places(listings, articles or listings // 10)
            _require_known_name(plan, filled)
            fill_bench_database(filled, city_size)
            seconds = time.monotonic() - began
            self.stdout.write(f"{database}: filled in {seconds:.0f} s\n\n")
            result = Report(describe_machine(), [words for words in (notice,) if words])
            if options["quick"]:
                result.notices.insert(0, QUICK_NOTICE)
            result.facts["rows"] = f"{filled.listings:,} listings, {filled.articles:,} articles"
            with override_settings(DEBUG=False):  # else each query is kept for the developer
                self._measure(plan, filled, result)
        result.facts["load after"] = describe_load()
        result.facts["took"] = f"{time.monotonic() - began:.0f} s"
        result.write_files(report)
        self.stdout.write(f"\n{report}")
        missed = result.list_missed()
        self.stdout.write(f"\n{len(missed)} missed: {'; '.join(f.name for f in missed)}")

    def _measure(self, plan: BenchPlan, filled: Filled, report: Report) -> None:
        """Show each figure when it is there, and add it to the report."""
        for figure in list_sections(plan, filled):
            report.figures.append(figure)
            self._show(figure)

    def _show(self, figure: Figure) -> None:
        self.stdout.write(figure.words)
        self.stdout.flush()
