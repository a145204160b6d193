"""From which log-odds on a text is medium, high, or refused: see `cuts.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("cuts.toml")


@dataclass(frozen=True)
class Thresholds:
    doubt: float
    medium: float
    high: float
    required_changes: float
    fraud_stop: float
    forbidden: float
    forbidden_stop: float


@cache
def load_thresholds() -> Thresholds:
    return Thresholds(**tomllib.loads(FILE.read_text("utf-8"))["cuts"])
