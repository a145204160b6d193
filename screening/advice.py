"""What each kind of fraud does next, and what to do about it, in plain words."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "advice.toml"
USUAL = "usual"


@dataclass(frozen=True)
class Advice:
    """Sentences, and codes of hotlines in the order in which to call ("app" is no number)."""

    signs: tuple[str, ...]
    continues: tuple[str, ...]
    now: tuple[str, ...]  # while nothing is given yet
    paid: tuple[str, ...]  # once money, papers or help were given
    calls: tuple[str, ...]


def of(fraud_type: str) -> Advice:
    """What helps with any fraud where the type is unknown or empty."""
    return _advice().get(fraud_type) or _advice()[USUAL]


@cache
def _advice() -> dict[str, Advice]:
    entries = tomllib.loads(FILE.read_text("utf-8"))
    usual = entries[USUAL]
    return {
        kind: Advice(**{name: tuple(said) for name, said in (usual | entry).items()})
        for kind, entry in entries.items()
    }
