"""What came of each fault, as a table."""

from dataclasses import dataclass

from tools.cluster.load import LoadResult
from tools.failover.faults import Fault


@dataclass(frozen=True)
class Row:
    fault: Fault
    gap: float  # seconds without a write
    lost: int
    doubled: int
    load: LoadResult
    whole: float  # seconds from mending until all followed again

    def list_misses(self) -> list[str]:
        """Return what is not as it should be."""
        most = self.fault.most_seconds
        misses = [f"{self.lost} writes lost"] if self.lost else []
        misses += [f"{self.doubled} writes doubled"] if self.doubled else []
        misses += [f"{self.gap:.1f} s without a write, {most} at most"] if self.gap > most else []
        misses += [text for text in self.load.write_errors if "own write" in text][:1]
        return [f"{self.fault.words}: {miss}" for miss in misses]

    def build_cells(self) -> list[str]:
        load = self.load
        return [
            self.fault.words,
            f"{self.gap:.1f} (≤ {self.fault.most_seconds})",
            str(self.lost),
            str(self.doubled),
            f"{len(load.milliseconds):,}",
            str(len(load.errors)),
            str(len(load.outdated)),
            f"{load.own_writes}, {len(load.write_errors)}",
        ]


HEAD = [
    *("fault", "seconds without a write", "lost", "doubled"),
    *("pages read", "failed", "shown as kept", "forms taken, refused"),
]


def format_table(rows: list[Row]) -> str:
    lines = [HEAD, ["---"] * len(HEAD), *(row.build_cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
