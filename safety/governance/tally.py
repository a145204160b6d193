"""What was counted of one place in one month: plain numbers that add up."""

from collections import Counter
from dataclasses import dataclass, field

from safety.governance.figures import FIGURES


def convert_to_coarse_minutes(seconds: float) -> int:
    """Whole minutes, of which the first two digits are kept: 27, 480, 2800."""
    minutes = max(int(seconds // 60), 0)
    step = 10 ** max(len(str(minutes)) - 2, 0)
    return minutes - minutes % step


@dataclass
class Tally:
    """`parts` by figure and part; `times` by figure and rounded minutes."""

    counts: Counter = field(default_factory=Counter)
    parts: dict[str, Counter] = field(default_factory=dict)
    times: dict[str, Counter] = field(default_factory=dict)

    def add(self, code: str, part: str = "", n: int = 1) -> None:
        self.counts[code] += n
        if part:
            self.parts.setdefault(code, Counter())[part] += n

    def took(self, code: str, seconds: float) -> None:
        self.times.setdefault(code, Counter())[convert_to_coarse_minutes(seconds)] += 1

    def merge(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        for mine, theirs in ((self.parts, other.parts), (self.times, other.times)):
            for code, counter in theirs.items():
                mine.setdefault(code, Counter()).update(counter)

    def __bool__(self) -> bool:
        return any(self.counts.values())

    def as_json(self) -> dict:
        """Sorted and without zeros, so that the same figures are the same text."""
        return {
            "counts": {code: self.counts[code] for code in FIGURES if self.counts[code]},
            "parts": _plain(self.parts),
            "times": _plain(self.times),
        }

    @classmethod
    def from_json(cls, data: dict) -> "Tally":
        return cls(
            Counter(data.get("counts", {})),
            {code: Counter(parts) for code, parts in data.get("parts", {}).items()},
            {
                code: Counter({int(minutes): n for minutes, n in times.items()})
                for code, times in data.get("times", {}).items()
            },
        )


def _plain(counters):
    return {
        code: {str(key): counters[code][key] for key in sorted(counters[code])}
        for code in FIGURES
        if counters.get(code)
    }
