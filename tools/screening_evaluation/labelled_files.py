"""Texts with labels, from three kinds of file: tables (TSV with `text`, or `title` and `description`),
corpus files (`screening.linear_model.corpus`), and TOML named after a fraud type, with lists `scam` and
`honest`.
"""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.fraud_types import is_fraud_type
from screening.linear_model.corpus import FORBIDDEN, HONEST, SCAM, read_corpus_file

UNKNOWN = "unknown"
_LABELS = {"1": SCAM, "0": HONEST}
_REVIEWS = {"unreviewed_normal": HONEST, "scam_by_eye": SCAM}  # others are neither


@dataclass(frozen=True)
class LabelledExample:
    text: str
    label: str
    kind: str  # the data's own word for what it is
    confidence: str = ""
    fraud_type: str = ""  # where the file names one


def read_labelled_file(path: Path) -> Iterator[LabelledExample]:
    """Raises `ValueError` for a file of another kind."""
    if path.suffix == ".toml":
        yield from _read_own_set(path)
    elif path.suffix == ".txt":
        yield from _read_corpus_file(path)
    elif path.suffix == ".tsv":
        with path.open(encoding="utf-8", newline="") as lines:
            yield from map(_parse_row, csv.DictReader(lines, delimiter="\t"))
    else:
        raise ValueError(f"{path.name}: neither .tsv, .txt nor .toml")


def _read_own_set(path: Path) -> Iterator[LabelledExample]:
    fraud_type = path.stem if is_fraud_type(path.stem) else ""
    texts = tomllib.loads(path.read_text(encoding="utf-8"))
    for label in (SCAM, HONEST):
        for text in texts.get(label, ()):
            text_type = fraud_type if label == SCAM else ""
            yield LabelledExample(text, label, path.stem, fraud_type=text_type)


def _read_corpus_file(path: Path) -> Iterator[LabelledExample]:
    for text in read_corpus_file(path):
        fraud_type = text.kind if text.label == SCAM else ""
        kind = text.kind if text.label == FORBIDDEN else text.register
        yield LabelledExample(text.text, text.label, kind, fraud_type=fraud_type)


def _parse_row(row: dict[str, str]) -> LabelledExample:
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
    return LabelledExample(text, label, kind, row.get("confidence") or "", named)
