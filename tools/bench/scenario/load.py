"""The mixed load of a day against addresses that are there, and its figures."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from tools.bench.processes import MemoryFigures, MemoryWatch, sum_processor_seconds
from tools.bench.report import Figure, get_percentile
from tools.bench.scenario.addresses import list_busy_cities, read_addresses
from tools.bench.scenario.arrivals import Clock, Samples, run_visits
from tools.bench.scenario.freshness import Freshness, FreshnessProbe, start_probe
from tools.bench.scenario.mix import KINDS, PACE, StaffPace, schedule_visits
from tools.bench.scenario.rates import FIRST_RATE, RateStep, find_highest_rate
from tools.bench.scenario.staff import StaffWork, make_moderator, staff_at_work
from tools.bench.scenario.visits import Visitors

SECTION = "A mixed load"
PUBLIC_P99_MS, FRESH_SECONDS, GROWTH_PERCENT, WORKER_MB = 150, 1.0, 5.0, 180
MEMORY_SAMPLES, PREPARED_SESSIONS = 20, 8


@dataclass(frozen=True)
class LoadPlan:
    """How the load is run. `rate` is in visits per second; 0 means half of the highest rate that the site sustains.
    `processes` are the ids of the site's main processes; their memory and that of their descendants is counted."""

    bases: list[str]
    seconds: float
    rate: float = 0.0
    step_seconds: float = 30.0
    processes: list[int] = field(default_factory=list)
    pace: StaffPace = PACE


@dataclass(frozen=True)
class LoadResult:
    plan: LoadPlan
    rate: float
    highest: float
    steps: list[RateStep]
    addresses: int
    samples: Samples
    work: StaffWork
    freshness: Freshness
    memory: list[MemoryFigures]
    processor_seconds: float  # of the site's processes


def run_load(plan: LoadPlan, tell: Callable[[str], object] = lambda *_: None) -> LoadResult:
    """Bounded: steps to find the rate, then the scenario, then at most a minute for what is unfinished."""
    addresses = read_addresses()
    visitors = Visitors(plan.bases, addresses)
    tell(f"{addresses.total:,} addresses")
    seeds = itertools.count(11)

    def run_at(rate: float, seconds: float) -> Samples:
        random = Random(next(seeds))  # noqa: S311 - a spread, no secret
        return run_visits(schedule_visits(random, rate, seconds), visitors.perform)

    def try_rate(rate: float) -> Samples:
        """With those who write, as in the scenario: each change makes pages be drawn anew."""
        with staff_at_work(plan.pace, plan.step_seconds):
            return run_at(rate, plan.step_seconds)

    steps: list[RateStep] = []
    _sign_in_visitors(visitors)
    run_at(plan.rate or FIRST_RATE, plan.step_seconds)  # workers load what they load once
    highest, rate = 0.0, plan.rate
    if not rate:
        highest, steps = find_highest_rate(try_rate)
        rate = (highest or FIRST_RATE) / 2
        tell("; ".join(f"{s.rate:.0f}/s p95 {s.p95 * 1000:.0f} ms" for s in steps))
    tell(f"{rate:.1f} visits a second for {plan.seconds:g} s")
    cities, moderator = list_busy_cities()[:30], make_moderator()
    with staff_at_work(plan.pace, plan.seconds) as wait_for_staff:
        end_probe = start_probe(
            FreshnessProbe(plan.bases, cities, moderator), plan.pace.freshness_seconds
        )
        watch = MemoryWatch(plan.processes, max(1.0, plan.seconds / MEMORY_SAMPLES))
        used = sum_processor_seconds(plan.processes)
        samples = run_at(rate, plan.seconds)
        used = sum_processor_seconds(plan.processes) - used
        memory, freshness, work = watch.end(), end_probe(), wait_for_staff()
    return LoadResult(
        plan, rate, highest, steps, addresses.total, samples, work, freshness, memory, used
    )


def _sign_in_visitors(visitors: Visitors) -> None:
    """Sign in some visitors before the visits begin. Fail at once, with the reason, if nobody can sign in."""
    visitors.prepare(PREPARED_SESSIONS, Clock(Samples(), "sign-in", monotonic()))


def list_load_figures(result: LoadResult) -> list[Figure]:
    samples = result.samples
    rows = [
        Figure(SECTION, "highest sustained rate", result.highest, "visits/s", note=_format_rate_steps(result.steps)),
        Figure(
            SECTION, "rate of the scenario", result.rate, "visits/s",
            note=f"{samples.visits:,} visits, {samples.answers:,} answers in {result.plan.seconds:g} s, "
            f"{result.addresses:,} addresses, {len(result.plan.bases)} site address(es)",
        ),
    ]  # fmt: skip
    if not result.steps:
        del rows[0]
    public = [name for name, kind in KINDS.items() if kind.is_public]
    merged = sorted(itertools.chain(*(samples.seconds.get(name, []) for name in public)))
    rows.append(_describe_kind("all public pages", merged, PUBLIC_P99_MS))
    for name in KINDS:
        budget = PUBLIC_P99_MS if name in public else None
        rows.append(_describe_kind(name, sorted(samples.seconds.get(name, [])), budget))
    for name, seconds in sorted(result.work.seconds.items()):
        rows.append(_describe_kind(f"staff: {name}", sorted(seconds), None))
    rows.append(_count_errors(result))
    fresh = result.freshness
    rows.append(
        Figure(
            SECTION, "freshness: a removed listing was last shown after", max(fresh.seconds, default=0.0),
            "s", FRESH_SECONDS, note=f"{len(fresh.seconds)} removals, {fresh.reads:,} reads",
        )
    )  # fmt: skip
    if result.processor_seconds:
        answer_ms = round(1000 * result.processor_seconds / max(1, samples.answers), 1)
        busy = 100 * result.processor_seconds / result.plan.seconds
        note = f"of the web processes, {busy:.0f} % of one core; the database not counted"
        rows.append(Figure(SECTION, "processor time of an answer", answer_ms, "ms", note=note))
    return [*rows, *_list_memory_figures(result.memory)]


def _describe_kind(name: str, ordered: list[float], budget: float | None) -> Figure:
    p50, p95, p99 = (1000 * get_percentile(ordered, share) for share in (0.5, 0.95, 0.99))
    note = f"p50 {p50:.0f}, p95 {p95:.0f} ms; {len(ordered):,} times"
    return Figure(SECTION, f"{name}, p99", round(p99, 1), "ms", budget, note=note)


def _count_errors(result: LoadResult) -> Figure:
    errors = result.samples.errors + result.work.errors
    for words in result.freshness.errors:
        errors[f"freshness: {words}"] += 1
    outcomes = ", ".join(
        f"{name} {number}" for name, number in sorted(result.work.outcomes.items())
    )
    worst = "; ".join(f"{words} ({number})" for words, number in errors.most_common(3))
    note = worst.replace("|", "/").replace("\n", " ") or outcomes
    return Figure(SECTION, "errors", errors.total(), "", 0, note=note)


def _format_rate_steps(steps: list[RateStep]) -> str:
    return ", ".join(f"{s.rate:.0f}{'' if s.is_sustained else ' not'}" for s in steps)


def _list_memory_figures(memory: list[MemoryFigures]) -> list[Figure]:
    """Return how much memory the second half of the run added. In the first half the site begins to keep pages, so that
    it needs more anyway."""
    if not memory or not memory[-1].total:
        return []
    begin, middle, end = memory[0], memory[len(memory) // 2], memory[-1]
    growth = 100 * (end.total - middle.total) / middle.total
    note = f"{begin.total} MB at the beginning, {middle.total} halfway, {end.total} at the end"
    note += f" ({end.processes} processes)"
    worker = f"PSS; {end.total // max(1, end.processes)} MB for each process"
    return [
        Figure(
            SECTION,
            "memory added in the second half",
            round(growth, 1),
            "%",
            GROWTH_PERCENT,
            note=note,
        ),
        Figure(SECTION, "memory of the largest process", end.largest, "MB", WORKER_MB, note=worker),
    ]
