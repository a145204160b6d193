"""The findings of screening in words that the staff change, and what follows from them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from accounts.models import WordChanges
from screening.rules.fraud_rules import list_stop_codes


class EditFindings(NamedTuple):
    """What screening finds in the new words; `field` is where the first of it stands."""

    sentences: tuple[str, ...] = ()
    field: str = ""
    is_refused: bool = False

    @property
    def mark(self) -> str:
        """Return what the tick of the form sends: it holds for these findings only."""
        return hashlib.sha256("\n".join(self.sentences).encode()).hexdigest()[:12]


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
        shown = sentences if is_stopped else reasons
        return EditFindings(tuple(shown), new_stops[0]["field"], is_refused=True)
    fields = [signal["field"] for signal in signals if signal["field"] in changes]
    return EditFindings(tuple(sentences), fields[0] if fields else "", is_refused=is_stopped)


def _is_new_stop(signal: Mapping[str, Any], changes: WordChanges) -> bool:
    if signal["code"] not in list_stop_codes() or signal["field"] not in changes:
        return False
    old, new = changes[signal["field"]]
    return new[signal["start"] : signal["end"]] not in old
