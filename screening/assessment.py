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

    `forbidden` is the kind of work that may not be offered, or empty; it says nothing about fraud.
    `is_doubtful`: the text is so close to a finding that a person looks before an offer is published.
    `required_changes` are the codes of what the author must change before the text is accepted; `stops` are those
    of them that are certain enough to refuse a text that nobody can change, such as a repost.
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
    """Return the combined weight. Two findings of 50 make 75: each removes its share of the remaining doubt."""
    return round(100 * (1 - math.prod(1 - weight / 100 for weight in weights)))


def get_level(score: int) -> str:
    if score >= HIGH:
        return RiskLevel.HIGH.value
    return RiskLevel.MEDIUM.value if score >= MEDIUM else RiskLevel.LOW.value
