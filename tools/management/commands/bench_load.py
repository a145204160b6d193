"""The mixed load alone, against a site that runs already."""

import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tools.bench.scenario.browser import split_base
from tools.bench.scenario.load import LoadPlan, list_load_figures, run_load

MAX_SECONDS, MAX_RATE = 3600, 2000


class Command(BaseCommand):
    help = (
        "Put the load of a day on a site of this machine that runs already. It writes accounts and listings: "
        "the site must be one for measuring, its settings (DATABASE_URL, SECRET_KEY …) in the environment, "
        "and no worker may send its mails meanwhile."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("base", nargs="+", help="such as http://127.0.0.1:8000")
        parser.add_argument("--seconds", type=float, default=600)
        parser.add_argument(
            "--rate", type=float, default=0, help="visits a second; else it is found"
        )
        parser.add_argument(
            "--step-seconds", type=float, default=30, help="of each rate that is tried"
        )
        parser.add_argument(
            "--process",
            type=int,
            action="append",
            default=[],
            help="root of processes whose memory is counted",
        )
        parser.add_argument(
            "--json", dest="json_file", type=Path, help="write the figures here too"
        )

    def handle(
        self, *args, base, seconds, rate, step_seconds, process, json_file: Path | None, **options
    ):
        signal.signal(
            signal.SIGTERM, lambda *_: sys.exit(1)
        )  # an exit ends the process of the writers
        try:
            for address in base:
                split_base(address)
        except ValueError as wrong:
            raise CommandError(str(wrong)) from wrong
        if not 0 < seconds <= MAX_SECONDS or not 0 <= rate <= MAX_RATE:
            raise CommandError(f"At most {MAX_SECONDS} seconds and {MAX_RATE} visits a second.")
        plan = LoadPlan(base, seconds, rate, step_seconds, process)
        figures = list_load_figures(run_load(plan, self._tell))
        for figure in figures:
            self.stdout.write(figure.words)
        if json_file:
            write_figures(json_file, figures)

    def _tell(self, words: str) -> None:
        self.stderr.write(words)
        self.stderr.flush()


def write_figures(path: Path, figures) -> None:
    path.write_text(json.dumps([asdict(figure) for figure in figures]), encoding="utf-8")
