"""What each kind of fraud does next, and what to do about it, in plain words."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from screening.fraud_types import FOLDER, is_fraud_type


@dataclass(frozen=True)
class Advice:
    """A short name, sentences, and codes of hotlines in the order in which to call ("app" is no number)."""

    finding: str  # the name of a finding of this kind
    signs: tuple[str, ...]  # what gives it away
    continues: tuple[str, ...]  # what comes next
    now: tuple[str, ...]  # while nothing is given yet
    paid: tuple[str, ...]  # once money, papers or help were given
    calls: tuple[str, ...]


@cache
def get_advice(fraud_type: str) -> Advice:
    """Return what helps with any fraud where the type is unknown or empty, or says nothing else."""
    entries = _read_advice_file("advice.toml")
    if is_fraud_type(fraud_type):
        entries |= _read_advice_file(f"{fraud_type}/advice.toml")
    finding = entries.pop("finding")
    return Advice(finding, **{name: tuple(sentences) for name, sentences in entries.items()})


def _read_advice_file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
