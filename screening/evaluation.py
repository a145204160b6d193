"""How good the engine is, over labelled texts: recall, false positives, precision, right types.

Reads two kinds of file: tables (TSV with `text`, or `title` and `description`) and the project's
own sets (TOML named after a fraud type, with lists `scam` and `honest`).
"""

import csv
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .assessment import Assessment
from .fraud_types import FraudType, RiskLevel

SCAM, HONEST, UNKNOWN = "scam", "honest", "unknown"
_LABELS = {"1": SCAM, "0": HONEST}
_REVIEWS = {"unreviewed_normal": HONEST, "scam_by_eye": SCAM}  # others are neither


@dataclass(frozen=True)
class Example:
    text: str
    label: str
    kind: str  # the data's own word for what it is
    confidence: str = ""
    fraud_type: str = ""  # where the file names one


@dataclass
class Tally:
    """What came out for some of the examples."""

    total: int = 0
    medium: int = 0  # medium and high
    high: int = 0
    right: int = 0  # of those flagged, with the fraud type that the file names
    named: int = 0  # of those flagged, whose fraud type the file names

    def add(self, example: Example, said: Assessment):
        self.total += 1
        self.high += said.level == RiskLevel.HIGH
        if said.level == RiskLevel.LOW:
            return
        self.medium += 1
        self.named += bool(example.fraud_type)
        self.right += bool(example.fraud_type) and said.fraud_type == example.fraud_type


class Result:
    def __init__(self, judged: Iterable[tuple[Example, Assessment]]):
        self.kinds: dict[tuple[str, str], Tally] = {}
        self.confidence: dict[tuple[str, str], Tally] = {}
        self.labels: dict[str, Tally] = {}
        for example, said in judged:
            where = [
                self.kinds.setdefault((example.label, example.kind), Tally()),
                self.labels.setdefault(example.label, Tally()),
            ]
            if example.confidence:
                key = (example.label, example.confidence)
                where.append(self.confidence.setdefault(key, Tally()))
            for tally in where:
                tally.add(example, said)

    def precision(self, name: str) -> float | None:
        """Of the scams and honest texts at this level, the share that are scams."""
        true = getattr(self.labels.get(SCAM, Tally()), name)
        false = getattr(self.labels.get(HONEST, Tally()), name)
        return true / (true + false) if true + false else None


def judge(examples: Iterable[Example], assess: Callable[[str], Assessment]) -> Result:
    return Result((example, assess(example.text)) for example in examples)


def read(path: Path) -> Iterator[Example]:
    """Raises `ValueError` for a file of another kind."""
    if path.suffix == ".toml":
        yield from _own_set(path)
    elif path.suffix == ".tsv":
        with path.open(encoding="utf-8", newline="") as lines:
            yield from map(_row, csv.DictReader(lines, delimiter="\t"))
    else:
        raise ValueError(f"{path.name}: neither .tsv nor .toml")


def _own_set(path):
    fraud_type = path.stem if path.stem in FraudType.values else ""
    texts = tomllib.loads(path.read_text(encoding="utf-8"))
    for label in (SCAM, HONEST):
        for text in texts.get(label, ()):
            known = fraud_type if label == SCAM else ""
            yield Example(text, label, path.stem, fraud_type=known)


def _row(row):
    if row.get("text"):
        text, kind = row["text"], row.get("kind") or "-"
        label = _LABELS.get(row.get("label") or "", UNKNOWN)
    elif row.get("description") is not None:
        text = f"{row.get('title', '')}\n{row['description']}"
        kind = row.get("review") or "-"
        label = _REVIEWS.get(kind, UNKNOWN)
    else:
        raise ValueError("a row has neither text nor description")
    named = row.get("fraud_type") or ""
    return Example(text, label, kind, row.get("confidence") or "", named)
