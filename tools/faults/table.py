"""A fault is a row: what is done to the site, what must hold, and the function that does it and looks."""

import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

SURVIVED, FAILED, LEFT_OUT = "survived", "FAILED", "left out"
HEAL_SECONDS = 60


class NotSurvived(Exception):
    """Something that must hold does not."""


class CannotTry(Exception):
    """This machine lacks what the fault is made with."""


class HealedSite(Protocol):
    """What a row needs of the site besides its own wishes."""

    def heal(self) -> None: ...


@dataclass(frozen=True)
class Fault:
    """`act` returns a figure for the report, or nothing; it raises `NotSurvived`."""

    name: str
    group: str
    done: str
    holds: str
    act: Callable[..., str | None]
    seconds: int
    needs_site: bool


@dataclass(frozen=True)
class FaultResult:
    fault: Fault
    outcome: str
    seconds: float
    words: str  # the figure, or the reason

    def describe(self) -> str:
        return f"{self.outcome:9}{self.seconds:6.1f}  {self.fault.name:34} {self.words}".rstrip()


FAULTS: list[Fault] = []


def add_fault[Act: Callable[..., str | None]](
    name: str, done: str, holds: str, *, seconds: int = 60, needs_site: bool = True
) -> Callable[[Act], Act]:
    """Add the decorated function to the table. `seconds` end it, whatever it waits for."""

    def add(act: Act) -> Act:
        group = act.__module__.rpartition(".")[2].replace("_", " ")
        FAULTS.append(Fault(name, group, done, holds, act, seconds, needs_site))
        return act

    return add


def try_fault(row: Fault, site: HealedSite) -> FaultResult:
    """Carry it out, and bring the site back to where the next row may begin."""
    begun = time.monotonic()
    outcome, words = _run_with_time_limit(lambda: row.act(site), row.seconds)
    if row.needs_site:
        healed, trouble = _run_with_time_limit(site.heal, HEAL_SECONDS)
        if healed == FAILED and outcome != FAILED:
            outcome, words = FAILED, f"afterwards: {trouble}"
    return FaultResult(row, outcome, time.monotonic() - begun, words)


def _run_with_time_limit(act: Callable[[], str | None], seconds: int) -> tuple[str, str]:
    try:
        with _limit_time(seconds):
            return SURVIVED, act() or ""
    except CannotTry as reason:
        return LEFT_OUT, str(reason)
    except NotSurvived as reason:
        return FAILED, " ".join(str(reason).split())
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        words = (
            f"{type(error).__name__} {error} ({place.filename.rpartition('/')[2]}:{place.lineno})"
        )
        return FAILED, " ".join(words.split())[:300]


@contextmanager
def _limit_time(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise NotSurvived(f"no end after {seconds} seconds")

    former = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


def require_that(condition: object, words: str) -> None:
    if not condition:
        raise NotSurvived(words)


def wait_for(condition: Callable[[], object], condition_words: str, seconds: float = 15) -> float:
    """Return after how many seconds it came true; that it does so in time must hold."""
    begun = time.monotonic()
    while not condition():
        require_that(
            time.monotonic() < begun + seconds, f"{condition_words}: not within {seconds:g} seconds"
        )
        time.sleep(0.05)
    return time.monotonic() - begun
