"""How good the engine is, over labelled texts: recall, false positives, precision, right types."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from screening.assessment import Assessment
from screening.fraud_types import RiskLevel
from screening.linear_model.corpus import HONEST, SCAM
from tools.screening_evaluation.labelled_files import LabelledExample

type Tally = Counter[str]  # of what `list_counts` names


def list_counts(example: LabelledExample, assessment: Assessment) -> list[str]:
    """Return what an example counts as."""
    is_flagged = assessment.level != RiskLevel.LOW
    is_named = is_flagged and bool(example.fraud_type)
    counts = {
        "total": True,
        # not published before somebody looked
        "waits": is_flagged or assessment.is_doubtful or bool(assessment.forbidden),
        "medium": is_flagged,  # medium and high
        "high": assessment.level == RiskLevel.HIGH,
        "stopped": bool(assessment.stops),  # refused without a person
        "forbidden": bool(assessment.forbidden),  # work that may not be offered
        "named": is_named,  # of those flagged, whose fraud type the file names
        "right": is_named and example.fraud_type in (assessment.fraud_type, assessment.second_type),
    }
    return [name for name, is_so in counts.items() if is_so]


class EvaluationResult:
    """Tallies by label and kind, by label and confidence, and by label."""

    def __init__(
        self, examples: Iterable[LabelledExample], assess: Callable[[str], Assessment]
    ) -> None:
        self.kinds: defaultdict[tuple[str, str], Tally] = defaultdict(Counter)
        self.confidence: defaultdict[tuple[str, str], Tally] = defaultdict(Counter)
        self.labels: defaultdict[str, Tally] = defaultdict(Counter)
        for example in examples:
            counts = list_counts(example, assess(example.text))
            self.kinds[example.label, example.kind].update(counts)
            self.labels[example.label].update(counts)
            if example.confidence:
                self.confidence[example.label, example.confidence].update(counts)

    def compute_precision(self, name: str) -> float | None:
        """Of the scams and honest texts at this level, the share that are scams."""
        true, false = self.labels[SCAM][name], self.labels[HONEST][name]
        return true / (true + false) if true + false else None
