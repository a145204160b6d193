"""The counts of one place in one month: plain numbers that can be added up."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from safety.governance.figures import FIGURES


def convert_to_coarse_minutes(seconds: float) -> int:
    """Return whole minutes with only the first two digits kept: 27, 480, 2800."""
    minutes = max(int(seconds // 60), 0)
    step = 10 ** max(len(str(minutes)) - 2, 0)
    return minutes - minutes % step


@dataclass
class Tally:
    """`parts` by figure and part; `times` by figure and rounded minutes."""

    counts: Counter[str] = field(default_factory=Counter)
    parts: dict[str, Counter[str]] = field(default_factory=dict)
    times: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, code: str, part: str = "", n: int = 1) -> None:
        self.counts[code] += n
        if part:
            self.parts.setdefault(code, Counter())[part] += n

    def add_time(self, code: str, seconds: float) -> None:
        self.times.setdefault(code, Counter())[convert_to_coarse_minutes(seconds)] += 1

    def merge(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        for code, parts in other.parts.items():
            self.parts.setdefault(code, Counter()).update(parts)
        for code, times in other.times.items():
            self.times.setdefault(code, Counter()).update(times)

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
    def from_json(cls, data: dict[str, Any]) -> "Tally":
        return cls(
            Counter(data.get("counts", {})),
            {code: Counter(parts) for code, parts in data.get("parts", {}).items()},
            {
                code: Counter({int(minutes): n for minutes, n in times.items()})
                for code, times in data.get("times", {}).items()
            },
        )


def _sort_counters(counters: dict[str, Counter]) -> dict[str, dict[str, int]]:
    return {
        code: {str(key): counters[code][key] for key in sorted(counters[code])}
        for code in FIGURES
        if counters.get(code)
    }
