"""Visits begin when they are due, whether earlier ones were answered or not: so waiting counts."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

THREADS = 64
LATE_SECONDS = 20.0  # what has not begun so long after it was due is given up


@dataclass
class Samples:
    """Seconds of each answer by kind, and what went wrong by its words."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    late: float = 0.0  # seconds from the last arrival to the last answer
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, kind: str, seconds: float) -> None:
        with self._lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def add_error(self, words: str) -> None:
        with self._lock:
            self.errors[words] += 1

    @property
    def answers(self) -> int:
        return sum(map(len, self.seconds.values()))


class Clock:
    """Times the answers of one visit; of the first the time counts from when it was due."""

    def __init__(self, samples: Samples, kind: str, due: float) -> None:
        self.samples, self.kind = samples, kind
        self._began: float | None = due

    def measure[T](self, ask: Callable[[], T]) -> T:
        began = self._began or time.monotonic()
        self._began = None
        answer = ask()
        self.samples.add(self.kind, time.monotonic() - began)
        return answer


type Perform = Callable[[str, Clock], None]


def run_visits(
    arrivals: Iterable[tuple[float, str]], perform: Perform, threads: int = THREADS
) -> Samples:
    """Perform each visit at its moment; return when all are answered or given up."""
    samples, lock, visits = Samples(), threading.Lock(), iter(arrivals)
    began = time.monotonic() + 0.05
    last = [began]

    def work() -> None:
        while (visit := _take_next(visits, lock)) is not None:
            due, kind = began + visit[0], visit[1]
            with lock:
                last[0] = max(last[0], due)
                samples.visits += 1
            time.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() - due > LATE_SECONDS:
                samples.add_error(f"{kind}: not begun within {LATE_SECONDS:g} s")
                continue
            try:
                perform(kind, Clock(samples, kind, due))
            except Exception as error:  # whatever it is, it is counted, and others go on
                samples.add_error(f"{kind}: {type(error).__name__}: {error}"[:160])

    workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    samples.late = max(0.0, time.monotonic() - last[0])
    return samples


def _take_next(
    visits: Iterator[tuple[float, str]], lock: threading.Lock
) -> tuple[float, str] | None:
    with lock:
        return next(visits, None)
