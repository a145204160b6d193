"""Explains which clauses made the model suspect a text if no rule explains it, and marks the words that caused a
doubt for the moderator."""

from collections.abc import Iterable, Iterator, Sequence

from screening.assessment import Signal
from screening.fraud_types import get_fraud_type
from screening.linear_model.model import MeasuredText
from screening.reading.folded_text import FoldedText

FAMILY = "model"
PLAIN_RULE = 30  # a rule of this weight explains the text by itself
SHOWN = 3
SHORTEST_CLAUSE = 4  # characters: a word by itself ("号" of an address) is no reason
# The code of signals that accuse nobody. Only moderators see them, and not visitors of the checker.
DOUBT = f"{FAMILY}.doubt"
OF_TYPE = "这句话和查实的“{label}”说法很像。"
OF_NONE = "这样的话在骗人的招聘里常见，正经招人很少这么说。"

OF_DOUBT = "系统拿不准这里：有点像骗人的说法，正经招人也可能这么写。"
OF_UNREAD = "这里没几个汉字，系统看不懂，要人来看。"
OF_UNSURE_KIND = "系统拿不准这里：有点像不许招的活，说不准是哪一种。"


def explain_by_clauses(
    measured: MeasuredText,
    folded: FoldedText,
    rules: Sequence[Signal],
    fraud_type: str,
    score: int,
) -> Iterator[Signal]:
    """Yield signals for the heaviest clauses, the heaviest first, each a point lighter than the one before. After the
    first one only clauses that speak for fraud follow. Yield none if a rule explains the fraud type, or the text if no
    type is named."""
    plain = [signal.fraud_type for signal in rules if signal.weight >= PLAIN_RULE]
    if fraud_type in plain or (plain and not fraud_type):
        return
    name = get_fraud_type(fraud_type).known_name if fraud_type else ""
    reason = OF_TYPE.format(label=name) if name else OF_NONE
    clauses = measured.score_clauses()
    long = [
        (odds, (start, end)) for odds, (start, end) in clauses if end - start >= SHORTEST_CLAUSE
    ]
    heaviest = sorted(long or clauses, reverse=True)[:SHOWN]
    for place, (odds, clause) in enumerate(heaviest):
        if place and odds <= 0:
            break
        span = folded.span(*measured.text.locate(*clause))
        yield Signal(f"{FAMILY}.clause", score - place, *span, reason, fraud_type)


def explain_doubt(
    measured: MeasuredText, folded: FoldedText, spans: Iterable[tuple[int, int]], reason: str
) -> Iterator[Signal]:
    """Yield a signal without weight for each of these pieces of the model text."""
    for piece in spans:
        span = folded.span(*measured.text.locate(*piece))
        yield Signal(DOUBT, 0, *span, reason)
