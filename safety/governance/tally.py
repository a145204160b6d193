"""The counts of one place in one month: plain numbers that can be added up."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from safety.governance.figures import FIGURES


def convert_to_coarse_minutes(seconds: float) -> int:
    """Return whole minutes with only the first two digits kept: 27, 480, 2800."""
    minutes = max(int(seconds // 60), 0)
    step = 10 ** max(len(str(minutes)) - 2, 0)
    return minutes - minutes % step


@dataclass
class FigureTally:
    """`parts` by figure and part; `times` by figure and rounded minutes."""

    counts: Counter[str] = field(default_factory=Counter)
    parts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    times: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, code: str, part: str = "", n: int = 1) -> None:
        self.counts[code] += n
        if part:
            self.parts[code][part] += n

    def add_time(self, code: str, seconds: float) -> None:
        self.times[code][convert_to_coarse_minutes(seconds)] += 1

    def merge(self, added: "FigureTally") -> None:
        self.counts.update(added.counts)
        for code, parts in added.parts.items():
            self.parts[code].update(parts)
        for code, times in added.times.items():
            self.times[code].update(times)

    def __bool__(self) -> bool:
        return any(self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """Return the counts sorted and without zeros, so that equal figures give equal text."""
        return {
            "counts": {code: self.counts[code] for code in FIGURES if self.counts[code]},
            "parts": _sort_counters(self.parts),
            "times": _sort_counters(self.times),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "FigureTally":
        tally = cls(Counter(stored.get("counts", {})))
        for code, parts in stored.get("parts", {}).items():
            tally.parts[code].update(parts)
        for code, times in stored.get("times", {}).items():
            tally.times[code].update({int(minutes): n for minutes, n in times.items()})
        return tally


def _sort_counters(counters: dict[str, Counter]) -> dict[str, dict[str, int]]:
    return {
        code: {str(key): counters[code][key] for key in sorted(counters[code])}
        for code in FIGURES
        if counters.get(code)
    }
