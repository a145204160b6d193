"""Findings of rules and pay as values that add up with those of the model."""

from collections.abc import Iterable

from screening.assessment import Signal
from screening.context import Context
from screening.facts.pay import find_pay_signals
from screening.reading.folded_text import FoldedText
from screening.rules.fraud_rules import add_up_by_type, find_rule_signals


def measure_findings(folded: FoldedText, context: Context) -> dict[str, float]:
    """Find and weigh them, in one text."""
    return weigh_findings(find_rule_signals(folded), find_pay_signals(folded, context))


def weigh_findings(rules: Iterable[Signal], pay: Iterable[Signal]) -> dict[str, float]:
    """Return from 0 to 1 each: the rules of the fraud type they speak most for, and the worst pay."""
    return {
        "rules": max(add_up_by_type(rules).values(), default=0) / 100,
        "pay": max((signal.weight for signal in pay), default=0) / 100,
    }
