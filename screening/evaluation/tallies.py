"""How good the engine is, over labelled texts: recall, false positives, precision, right types."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from screening.assessment import Assessment
from screening.evaluation.labelled_files import LabelledExample
from screening.fraud_types import RiskLevel
from screening.linear_model.corpus import HONEST, SCAM


@dataclass
class Tally:
    """What came out for some of the examples."""

    total: int = 0
    medium: int = 0  # medium and high
    high: int = 0
    stopped: int = 0  # refused without a person
    forbidden: int = 0  # work that may not be offered
    right: int = 0  # of those flagged, whose first or second type is the one that the file names
    named: int = 0  # of those flagged, whose fraud type the file names

    def add(self, example: LabelledExample, assessment: Assessment) -> None:
        self.total += 1
        self.high += assessment.level == RiskLevel.HIGH
        self.stopped += bool(assessment.stops)
        self.forbidden += bool(assessment.forbidden)
        if assessment.level == RiskLevel.LOW:
            return
        self.medium += 1
        self.named += bool(example.fraud_type)
        types = (assessment.fraud_type, assessment.second_type)
        self.right += bool(example.fraud_type) and example.fraud_type in types


class EvaluationResult:
    def __init__(self, judged: Iterable[tuple[LabelledExample, Assessment]]) -> None:
        self.kinds: dict[tuple[str, str], Tally] = {}
        self.confidence: dict[tuple[str, str], Tally] = {}
        self.labels: dict[str, Tally] = {}
        for example, assessment in judged:
            tallies = [
                self.kinds.setdefault((example.label, example.kind), Tally()),
                self.labels.setdefault(example.label, Tally()),
            ]
            if example.confidence:
                key = (example.label, example.confidence)
                tallies.append(self.confidence.setdefault(key, Tally()))
            for tally in tallies:
                tally.add(example, assessment)

    def compute_precision(self, name: str) -> float | None:
        """Of the scams and honest texts at this level, the share that are scams."""
        true = getattr(self.labels.get(SCAM, Tally()), name)
        false = getattr(self.labels.get(HONEST, Tally()), name)
        return true / (true + false) if true + false else None


def evaluate_examples(
    examples: Iterable[LabelledExample], assess: Callable[[str], Assessment]
) -> EvaluationResult:
    return EvaluationResult((example, assess(example.text)) for example in examples)
