"""How much is measured: all of it, or what three minutes hold."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class BenchPlan:
    """`rounds` are those of each probe; `seconds` those of the mixed load, `step_seconds` of each rate tried."""

    listings: int
    rounds: int
    seconds: float
    step_seconds: float
    answers: int  # of each page through the web server
    import_rows: int
    is_quick: bool = False
    only: str = ""
    no_server: bool = False
    is_whole: bool = False  # with what takes minutes by itself: screenshots, the largest demo

    def change(self, **changes: Any) -> "BenchPlan":
        return replace(self, **changes)

    def includes(self, name: str) -> bool:
        return self.only in name


FULL = BenchPlan(50_000, 15, 600, 30, 240, 1000)
QUICK = BenchPlan(10_000, 5, 20, 3, 40, 60, is_quick=True)
