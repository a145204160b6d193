"""From which log-odds on a text is medium, high, or refused: see `cuts.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("cuts.toml")


@dataclass(frozen=True)
class Cuts:
    doubt: float
    medium: float
    high: float
    required_changes: float
    fraud_stop: float
    forbidden: float
    forbidden_stop: float


@cache
def load_cuts() -> Cuts:
    return Cuts(**tomllib.loads(FILE.read_text("utf-8"))["cuts"])
