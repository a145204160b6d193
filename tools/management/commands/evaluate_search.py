"""Measure the search field on the judged searches, over the medium demo."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tools.evaluation.judged_searches import (
    SearchOutcome,
    judge_searches,
    list_live_listings,
    read_judged_searches,
)
from tools.evaluation.metrics import compute_mean

LEAST = 2000
GOAL = 0.9


class Command(BaseCommand):
    help = (
        "Judge the search field: nDCG@10 overall, by kind of question, and of the half kept aside."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--looked-at", action="store_true", help="list those not kept aside, the worst first"
        )

    def handle(self, *, looked_at: bool, **options: Any) -> None:
        listings = list_live_listings()
        if len(listings) < LEAST:
            raise CommandError("There are too few listings: run `manage.py demo --scale medium`.")
        outcomes = judge_searches(read_judged_searches(), listings)
        if looked_at:
            self._list_single(row for row in outcomes if not row.search.is_kept_aside)
        self._write_mean("all", outcomes)
        self._write_mean("looked at", [row for row in outcomes if not row.search.is_kept_aside])
        self._write_mean("kept aside", [row for row in outcomes if row.search.is_kept_aside])
        for kind in dict.fromkeys(row.search.kind for row in outcomes):
            self._write_mean(f"  {kind}", [row for row in outcomes if row.search.kind == kind])
        if compute_mean(row.ndcg for row in outcomes) < GOAL:
            self.stderr.write(f"goal missed: {GOAL}")

    def _list_single(self, outcomes: Iterable[SearchOutcome]) -> None:
        for row in sorted(outcomes, key=lambda row: -1 if row.ndcg is None else row.ndcg):
            value = " -   " if row.ndcg is None else f"{row.ndcg:.3f}"
            grades = "".join(map(str, row.grades))
            followed = f" → {row.followed}" if row.followed else ""
            self.stdout.write(
                f"{value} {grades:10} {row.search.kind:9} {row.search.city.slug:9} "
                f"{row.search.text}{followed}"
            )

    def _write_mean(self, name: str, outcomes: list[SearchOutcome]) -> None:
        judged = [row for row in outcomes if row.ndcg is not None]
        mean = compute_mean(row.ndcg for row in judged)
        empty = sum(not row.grades for row in judged)
        self.stdout.write(f"{name}: nDCG@10 {mean:.3f} ({len(judged)} searches, {empty} empty)")
