"""Finds where a text tells of a demand that somebody made to the writer, or to somebody close to them.

The screening engine judges offers. A text that tells of a demand ("客服让我再交两万解冻") is no offer, so the engine
finds low risk.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from screening.assessment import Signal
from screening.reading.folded_text import FoldedText
from screening.rules.denial import is_contradicted

FAMILY = "told"
WEIGHT = 80  # enough to make the risk of a text high by itself


class ToldDemand(NamedTuple):
    code: str
    fraud_type: str
    reason: str
    pattern: re.Pattern[str]


@cache
def load_told_demands() -> tuple[ToldDemand, ...]:
    """Read them from `told_demands.toml`."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    words = tables["words"]
    return tuple(
        ToldDemand(
            row["code"],
            row["fraud_type"],
            row["reason"],
            re.compile("|".join(pattern.format(**words) for pattern in row["patterns"])),
        )
        for row in tables["demand"]
    )


def list_told_demands(text: str) -> list[Signal]:
    """Return where a demand is told of, unless the text warns of it."""
    folded, signals = FoldedText(text), []
    for demand in load_told_demands():
        for match in demand.pattern.finditer(folded.text):
            start, end = folded.span(*match.span())
            if not is_contradicted(text, start, end, by_denial=False):
                code = f"{FAMILY}.{demand.code}"
                signals.append(Signal(code, WEIGHT, start, end, demand.reason, demand.fraud_type))
    return signals
