"""What screening says about a text, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass

from .fraud_types import FraudType, RiskLevel

HIGH, MEDIUM = 70, 40


@dataclass(frozen=True)
class Signal:
    """One explained finding. `start` and `end` point into the text as written."""

    code: str
    weight: int  # 0-100: how far this finding alone speaks for the fraud
    start: int
    end: int
    reason: str
    fraud_type: str = ""


@dataclass(frozen=True)
class Assessment:
    score: int
    level: str
    fraud_type: str
    signals: tuple[Signal, ...]


def assessment(signals: Iterable[Signal]) -> Assessment:
    """Findings joined: those of one type add up, each kind of finding counts once. Those that say
    nothing of the type (pay, contacts) add to each, the heaviest of each family: three contacts
    are no more suspect than one.
    """
    signals = tuple(sorted(signals, key=lambda signal: (signal.start, signal.end, signal.code)))
    by_type: dict[str, dict[str, int]] = {}
    for signal in signals:
        found = by_type.setdefault(signal.fraud_type, {})
        what = signal.code if signal.fraud_type else signal.code.partition(".")[0]
        found[what] = max(signal.weight, found.get(what, 0))
    untyped = by_type.pop("", {})
    scores = {
        kind: together([*found.values(), *untyped.values()]) for kind, found in by_type.items()
    }
    scores = scores or {"": together(untyped.values())}
    best = max(scores, key=lambda kind: scores[kind])
    score = scores[best]
    told = tuple(_told_once(signals, best))
    return Assessment(score, level(score), str(FraudType(best)) if best else "", told)


def _told_once(signals: Iterable[Signal], best: str) -> Iterable[Signal]:
    """A role that tells the same of several types is told of the one that the text is."""
    kept: dict[tuple, Signal] = {}
    for signal in signals:
        place = (signal.start, signal.end, signal.reason)
        other = kept.get(place)
        if not other or (signal.fraud_type == best, signal.weight) > (
            other.fraud_type == best,
            other.weight,
        ):
            kept[place] = signal
    return kept.values()


def together(weights: Iterable[int]) -> int:
    """Two findings of 50 make 75: each takes its share of the doubt that is left."""
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - weight / 100
    return round(100 * (1 - doubt))


def level(score: int) -> str:
    if score >= HIGH:
        return RiskLevel.HIGH.value
    return RiskLevel.MEDIUM.value if score >= MEDIUM else RiskLevel.LOW.value
