"""What a model learned from moderators' decisions says, where one is switched on.

Enough to make a person look, never enough for more: it does not refuse, and lowers nothing.
"""

from collections.abc import Iterator

from screening.assessment import MEDIUM, Signal
from screening.context import Context
from screening.fraud_types import FraudType
from screening.reading import Reading

SPREAD = 20  # from just sure enough to entirely sure


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    for opinion in context.learned:
        sureness = (opinion.probability - opinion.threshold) / max(1 - opinion.threshold, 0.01)
        words = "、".join(term.replace(" ", "") for term in opinion.terms)
        label = FraudType(opinion.fraud_type).label
        reason = f"用词接近以前查实的「{label}」：{words}。要由人看过再定。"
        span = _where(reading, opinion.terms)
        weight = MEDIUM + round(SPREAD * sureness)
        yield Signal(f"learned.{opinion.fraud_type}", weight, *span, reason, opinion.fraud_type)


def _where(reading: Reading, terms: tuple[str, ...]) -> tuple[int, int]:
    """Where the weightiest of its terms stands that can be found as it is."""
    for term in terms:
        piece = term.replace(" ", "")
        if "#" not in piece and (at := reading.text.find(piece)) >= 0:
            return reading.span(at, at + len(piece))
    return 0, 0
