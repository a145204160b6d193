"""Memory and processor time of processes, by the kernel's count; PSS counts what several share for each its part."""

import contextlib
import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class MemoryFigures:
    """MB; `largest` is that of the largest process."""

    processes: int
    total: int
    largest: int


def measure_pss(roots: Iterable[int]) -> MemoryFigures:
    """Return the memory of these processes and of all their descendants; zeros on a system without /proc."""
    sizes = []
    for pid in list_descendants(roots):
        with contextlib.suppress(OSError):
            if line := _PSS.search((PROC / str(pid) / "smaps_rollup").read_text()):
                sizes.append(int(line[1]))
    return MemoryFigures(len(sizes), sum(sizes) // 1000, max(sizes, default=0) // 1000)


def list_descendants(roots: Iterable[int]) -> list[int]:
    pids, waiting = [], list(roots)
    while waiting:
        pids.append(pid := waiting.pop())
        for children in PROC.glob(f"{pid}/task/*/children"):
            with contextlib.suppress(OSError):
                waiting += map(int, children.read_text().split())
    return pids


def sum_processor_seconds(roots: Iterable[int]) -> float:
    """Return the processor time that these processes and all their descendants have used. Other load on the machine
    changes it little.

    The time of children that have ended is counted at their parent: gunicorn replaces its workers now and then.
    """
    ticks = 0
    for pid in list_descendants(roots):
        with contextlib.suppress(OSError):
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class MemoryWatch:
    """Takes the figures now and then, until it is ended."""

    def __init__(self, roots: list[int], every: float) -> None:
        self.figures: list[MemoryFigures] = []
        self._roots, self._every = roots, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            self.figures.append(measure_pss(self._roots))
            if self._ended.wait(self._every):
                return

    def end(self) -> list[MemoryFigures]:
        self._ended.set()
        self._thread.join()
        self.figures.append(measure_pss(self._roots))
        return self.figures
