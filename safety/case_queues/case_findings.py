"""The findings beside the text of a case: each finding once, even if several parts of the check report it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from screening.explanation import DOUBT
from screening.fraud_types import RiskLevel
from textkit.marked_text import number_reasons

# The code of the reason that repeats the heaviest finding, which is also marked in the text.
_OF_HEAVIEST = "risk"
_OF_DOUBT = "doubt"  # in older assessments a doubt had this reason, and its words were not marked


def describe_risk(level: str, score: int) -> str:
    """Return the risk of the words in Chinese; what was read in photos does not count."""
    return f"文字风险{dict(RiskLevel.choices).get(level, '')}，{score} 分"


def list_unmarked_reasons(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the reasons that no mark in the text explains, such as rules of the queue or missing facts."""
    codes = {signal.get("code") for signal in signals}
    return [
        reason
        for reason in reasons
        if not (
            reason.get("code") in codes
            or (signals and reason.get("code") == _OF_HEAVIEST)
            or (DOUBT in codes and reason.get("code") == _OF_DOUBT)
            # A reason that refuses a text quotes words that are marked as well.
            or (signals and reason.get("is_stop") and reason.get("quote"))
        )
    ]


def list_case_findings(
    reasons: Iterable[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return all findings as sentences, those that are marked in the text first."""
    marked = [reason.words for reason in number_reasons(signals)[0]]
    return [*marked, *(row.get("words", "") for row in list_unmarked_reasons(reasons, signals))]
