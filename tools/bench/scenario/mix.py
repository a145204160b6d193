"""What comes in on an ordinary day, as data: the kinds of visits, how often each, and who writes meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

ADDRESSES = 100_000
ZIPF_EXPONENT = 1.0


@dataclass(frozen=True)
class VisitKind:
    """`share` of all visits; `address_share` of all addresses, 0 where a visit has no address to choose."""

    name: str
    share: float
    address_share: float = 0.0

    @property
    def is_public(self) -> bool:
        """Whether it only reads a page that everybody may see."""
        return self.address_share > 0


KINDS = {
    kind.name: kind
    for kind in (
        VisitKind("list", 0.30, 0.20),
        VisitKind("listing", 0.40, 0.50),
        VisitKind("search", 0.15, 0.20),
        VisitKind("article", 0.10, 0.10),
        VisitKind("check", 0.02),
        VisitKind("sign-in", 0.01),
        VisitKind("reveal", 0.01),
        VisitKind("application", 0.01),
    )
}


@dataclass(frozen=True)
class StaffPace:
    """How many people write, and the seconds between two acts of each."""

    writers: int = 2
    writer_seconds: float = 3.0
    moderator_seconds: float = 4.0
    freshness_seconds: float = 4.0


PACE = StaffPace()


class ZipfChoice:
    """Chooses the nth of some values in proportion to 1/n."""

    def __init__(self, values: list[str], exponent: float = ZIPF_EXPONENT) -> None:
        self.values = values
        self._sums: list[float] = []
        total = 0.0
        for rank in range(1, len(values) + 1):
            total += rank**-exponent
            self._sums.append(total)

    def choose(self, random: Random) -> str:
        return random.choices(self.values, cum_weights=self._sums)[0]


def schedule_visits(random: Random, rate: float, seconds: float) -> Iterator[tuple[float, str]]:
    """Yield (seconds after the start, kind) of visits that know nothing of each other: a Poisson process."""
    names, shares = list(KINDS), [kind.share for kind in KINDS.values()]
    due = random.expovariate(rate)
    while due < seconds:
        yield due, random.choices(names, shares)[0]
        due += random.expovariate(rate)
