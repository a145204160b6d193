"""What screening finds in words that staff change."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from accounts.models import WordChanges
from screening.assessment import Signal
from screening.engine import SHORTEST_PARAGRAPH
from screening.fraud_types import RiskLevel
from screening.rules.fraud_rules import list_stop_codes
from screening.screen import screen_text

_OF_WORDING = ("contact_evasion.", "discrimination.")


class EditFindings(NamedTuple):
    """What screening finds in the new words; `field` is where the first of it stands."""

    sentences: tuple[str, ...] = ()
    field: str = ""
    is_refused: bool = False

    @property
    def mark(self) -> str:
        """What the tick carries: other findings need another tick."""
        return hashlib.sha256("\n".join(self.sentences).encode()).hexdigest()[:12]


def judge_words(changes: WordChanges, ignored: tuple[str, ...]) -> EditFindings:
    """Judge words that belong to no listing; `ignored` are beginnings of codes of signals.

    What the model finds in a name or a single clause says nothing: it knows offers of work.
    """
    signals: list[dict[str, Any]] = []
    is_stopped = False
    for name, (_old, new) in changes.items():
        assessment = screen_text(new)
        is_risky = assessment.level != RiskLevel.LOW or bool(assessment.forbidden)
        is_stopped = is_stopped or bool(assessment.stops)
        signals += [
            asdict(signal) | {"field": name}
            for signal in assessment.signals
            if not signal.code.startswith(ignored)
            if len(new) >= SHORTEST_PARAGRAPH or not _is_of_model(signal)
            if is_risky or signal.code in list_stop_codes() or signal.code.startswith(_OF_WORDING)
        ]
    sentences = dict.fromkeys(signal["reason"] for signal in signals)
    return collect_findings(sentences, signals, changes, is_stopped=is_stopped)


def _is_of_model(signal: Signal) -> bool:
    return signal.code.startswith("model.") or signal.code.endswith(".model")


def collect_findings(
    sentences: Iterable[str],
    signals: Sequence[Mapping[str, Any]],
    changes: WordChanges,
    *,
    is_stopped: bool,
) -> EditFindings:
    """`sentences` say what was found. What a certain rule finds in new words is refused even if the model
    doubts it: who may publish it is decided at the desk, by what its author wrote."""
    if new_stops := [signal for signal in signals if _is_new_stop(signal, changes)]:
        reasons = dict.fromkeys(signal["reason"] for signal in new_stops)
        return EditFindings(tuple(reasons), new_stops[0]["field"], is_refused=True)
    fields = [signal["field"] for signal in signals if signal["field"] in changes]
    return EditFindings(tuple(sentences), fields[0] if fields else "", is_refused=is_stopped)


def _is_new_stop(signal: Mapping[str, Any], changes: WordChanges) -> bool:
    if signal["code"] not in list_stop_codes() or signal["field"] not in changes:
        return False
    old, new = changes[signal["field"]]
    return new[signal["start"] : signal["end"]] not in old
