"""Scheme wording: how each kind of fraud speaks, and how reports speak of it."""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.fraud_types import FraudType
from screening.reading import Reading

from .clue import Clue, Clues
from .fee_scams import FEE_SCAMS
from .helping_crimes import HELPING_CRIMES
from .job_scams import JOB_SCAMS
from .trapping_scams import TRAPPING_SCAMS
from .wider import WIDER

CLUES: dict[FraudType, tuple[Clue, ...]] = {
    **JOB_SCAMS,
    **FEE_SCAMS,
    **TRAPPING_SCAMS,
    **HELPING_CRIMES,
    **WIDER,
}
_ready = Clues((kind, clue) for kind, clues in CLUES.items() for clue in clues)


def find(reading: Reading) -> Iterator[Signal]:
    for kind, clue, first, last in _ready.find(reading):
        start, end = reading.span(first, last)
        code = f"wording.{kind.value}.{clue.name}"
        yield Signal(code, clue.weight, start, end, clue.reason, kind.value)
