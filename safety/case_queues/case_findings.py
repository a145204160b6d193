"""What stands beside the text of a case: each finding once, however often the check speaks of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from screening.explanation import DOUBT
from screening.fraud_types import RiskLevel
from textkit.marked_text import number_reasons

# It names the heaviest of the findings, which are marked in the text.
_OF_HEAVIEST = "risk"
_OF_DOUBT = "doubt"  # of assessments from before the words of a doubt were marked, the reason alone


def describe_risk(level: str, score: int) -> str:
    """Return that of the words: what stands in a photo does not count in it."""
    return f"文字风险{dict(RiskLevel.choices).get(level, '')}，{score} 分"


def list_unmarked_reasons(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the reasons that say what no mark in the text says: rules of the queue, missing facts."""
    codes = {signal.get("code") for signal in signals}
    return [
        reason
        for reason in reasons
        if not (
            reason.get("code") in codes
            or (signals and reason.get("code") == _OF_HEAVIEST)
            or (DOUBT in codes and reason.get("code") == _OF_DOUBT)
            # What refuses a text by its words quotes words that a signal marks.
            or (signals and reason.get("is_stop") and reason.get("quote"))
        )
    ]


def list_case_findings(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return all findings as sentences, those that are marked in the text first."""
    marked = [reason.words for reason in number_reasons(signals)[0]]
    return [*marked, *(row.get("words", "") for row in list_unmarked_reasons(reasons, signals))]
