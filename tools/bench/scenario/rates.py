"""The highest rate that is sustained: it rises step by step until answers no longer keep up."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.report import get_percentile
from tools.bench.scenario.arrivals import Samples

FIRST_RATE, FACTOR, MAX_STEPS, HALVINGS = 16.0, 2.0, 8, 2
LATE_SECONDS, P95_SECONDS = 1.5, 1.0


@dataclass(frozen=True)
class RateStep:
    rate: float
    is_sustained: bool
    p95: float  # seconds


def is_sustained(samples: Samples) -> bool:
    """Whether the site kept up: nothing failed, 95 of 100 answers within a second, no queue at the end."""
    seconds = sorted(value for values in samples.seconds.values() for value in values)
    is_quick = get_percentile(seconds, 0.95) <= P95_SECONDS and samples.late <= LATE_SECONDS
    return is_quick and not samples.errors


def find_highest_rate(run_at: Callable[[float], Samples]) -> tuple[float, list[RateStep]]:
    """Return the highest sustained rate, 0 if not even the first is, and all that was tried."""
    steps: list[RateStep] = []

    def try_rate(rate: float) -> bool:
        samples = run_at(rate)
        seconds = sorted(value for values in samples.seconds.values() for value in values)
        steps.append(RateStep(rate, is_sustained(samples), get_percentile(seconds, 0.95)))
        return steps[-1].is_sustained

    low, rate = 0.0, FIRST_RATE
    while len(steps) < MAX_STEPS and try_rate(rate):
        low, rate = rate, rate * FACTOR
    if low and low < rate:
        for _ in range(HALVINGS):
            middle = (low + rate) / 2
            low, rate = (middle, rate) if try_rate(middle) else (low, middle)
    return low, steps
