"""What screening says about a text, as plain values."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from screening.fraud_types import RiskLevel

HIGH, MEDIUM = 70, 40


class Signal(NamedTuple):
    """One explained finding. `start` and `end` point into the text as written."""

    code: str
    weight: int  # 0-100: how far this finding alone speaks for the fraud
    start: int
    end: int
    reason: str
    fraud_type: str = ""


@dataclass(frozen=True)
class Assessment:
    """`fraud_type` is empty where none is likely; `second_type` where the first is sure.

    `forbidden` is the kind of work that may not be offered, or empty: it says nothing of fraud.
    `is_doubtful`: nothing is found, but so close to it that an offer is not published unseen.
    `required_changes` are the codes of what an author is told to change before the text is taken; `stops` are those
    of them that are certain enough to refuse a text which nobody can change, as that of a repost.
    """

    score: int  # 0-100
    level: str
    fraud_type: str
    signals: tuple[Signal, ...]
    second_type: str = ""
    forbidden: str = ""
    required_changes: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    is_doubtful: bool = False


def combine_weights(weights: Iterable[int]) -> int:
    """Two findings of 50 make 75: each takes its share of the doubt that is left."""
    return round(100 * (1 - math.prod(1 - weight / 100 for weight in weights)))


def get_level(score: int) -> str:
    if score >= HIGH:
        return RiskLevel.HIGH.value
    return RiskLevel.MEDIUM.value if score >= MEDIUM else RiskLevel.LOW.value
