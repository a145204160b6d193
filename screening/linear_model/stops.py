"""Whether the model agrees with a rule that is a stop: by the clauses that hold the words of the rule."""

from collections.abc import Collection, Iterable

from screening.assessment import Signal
from screening.linear_model.features import ModelText
from screening.linear_model.model import ScreeningModel
from screening.reading.folded_text import FoldedText


def score_clauses(
    signal: Signal,
    subject: str,
    model: ScreeningModel,
    folded: FoldedText,
    text: ModelText,
) -> float:
    """Return the score of the clauses that hold the words of the signal, by themselves: a window would
    hold honest words around them as well."""
    clauses = [
        clause
        for clause in text.split_clauses()
        if _overlap(folded.span(*text.locate(*clause)), (signal.start, signal.end))
    ]
    if not clauses:
        return 0.0
    return model.score_pieces(text, [(clauses[0][0], clauses[-1][1])], subject)[0]


def measure_stops(
    signals: Iterable[Signal],
    subject: str,
    codes: Collection[str],
    model: ScreeningModel,
    folded: FoldedText,
    text: ModelText,
) -> dict[str, float]:
    """Return {code: score of its clauses} of those signals that are stops."""
    scores: dict[str, float] = {}
    for signal in signals:
        if signal.code in codes:
            score = score_clauses(signal, subject, model, folded, text)
            scores[signal.code] = max(score, scores.get(signal.code, score))
    return scores


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
