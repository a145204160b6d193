"""What came of each fault, as a table, which stands in docs/reliability.md."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tools.bench.machine import describe_host, describe_load
from tools.cluster.load import LoadResult
from tools.cluster.processes import build_program_path
from tools.failover.faults import Fault


@dataclass(frozen=True)
class Row:
    fault: Fault
    gap: float  # seconds without a write
    lost: int
    doubled: int
    load: LoadResult
    whole: float  # seconds from mending until all followed again
    words: str = ""  # what else came of it

    def list_misses(self) -> list[str]:
        """Return what is not as it should be."""
        most = self.fault.most_seconds
        misses = [f"{self.lost} writes lost"] if self.lost else []
        misses += [f"{self.doubled} writes doubled"] if self.doubled else []
        misses += [f"{self.gap:.1f} s without a write, {most} at most"] if self.gap > most else []
        failed = len(self.load.errors)
        misses += [f"{failed} pages failed"] if failed and self.fault.is_short else []
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
            f"{max(load.milliseconds, default=0) / 1000:.1f}",
            f"{load.own_writes}, {len(load.write_errors)}",
        ]


HEAD = [
    *("fault", "seconds without a write", "lost", "doubled"),
    *("pages read", "failed", "shown as kept", "longest page", "forms taken, refused"),
]


REPORT = Path(settings.BASE_DIR) / "docs" / "reliability.md"
_WRITTEN = re.compile(r"(?<=<!-- written by the command -->\n).*(?=<!-- to here -->)", re.DOTALL)
_VERSION = re.compile(r"\d+\.[\d.]+")
_VERSION_COMMANDS = {
    "Patroni": ["patroni", "--version"],
    "etcd": ["etcd", "--version"],
    "HAProxy": ["haproxy", "-v"],
    "PgBouncer": ["pgbouncer", "--version"],
    "Valkey": ["valkey-server", "--version"],
    "nginx": ["nginx", "-v"],
}


def format_table(rows: Sequence[Row]) -> str:
    return _format_lines([HEAD, ["---"] * len(HEAD), *(row.build_cells() for row in rows)])


def describe_trial(postgres: Path) -> dict[str, str]:
    """Return machine and versions; `postgres` is the folder of the server."""
    commands = {"PostgreSQL": [str(postgres / "bin" / "postgres"), "--version"]}
    commands |= _VERSION_COMMANDS
    versions = ", ".join(f"{name} {_read_version(words)}" for name, words in commands.items())
    return describe_host() | {"versions": versions, "load before": describe_load()}


def write_report(machine: dict[str, str], rows: Sequence[Row]) -> None:
    lines = [["machine", ""], ["---", "---"], *([name, words] for name, words in machine.items())]
    notes = "".join(f"\n{row.fault.words}: {row.words}\n" for row in rows if row.words)
    written = f"{_format_lines(lines)}\n\n{format_table(rows)}\n{notes}"
    REPORT.write_text(_WRITTEN.sub(lambda _: written, REPORT.read_text()))


def _format_lines(lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _read_version(command: list[str]) -> str:
    done = subprocess.run(
        command,
        env={"PATH": build_program_path()},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    match = _VERSION.search(done.stdout)
    return match[0] if match else ""
