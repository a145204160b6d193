"""The rules of all fraud types, and their findings in a text."""

from collections.abc import Iterable, Iterator
from functools import cache

from screening.assessment import Signal, combine_weights
from screening.fraud_types import FOLDER, list_fraud_types
from screening.reading.folded_text import FoldedText
from screening.rules.denial import is_contradicted
from screening.rules.lexicon import SCREENING_WORDS
from screening.rules.matcher import RuleMatcher
from screening.rules.notation import load_concepts, load_rules

FAMILY = "rule"
# Weight of a rule from which a person looks, however harmless the model finds the rest of the text. None of the 741
# real listings that the thresholds were chosen on has one where nothing else is wrong.
DOUBTFUL_WEIGHT = 60
# Characters: the words of a stop that lie no farther apart name the scheme, which a text may deny: 没有充值返利.
SIDE_BY_SIDE = 5


@cache
def load_fraud_rules() -> RuleMatcher:
    rules = [
        rule
        for fraud_type in list_fraud_types()
        for rule in load_rules(fraud_type.folder / "rules.toml", fraud_type)
    ]
    concepts = load_concepts(FOLDER)
    return RuleMatcher(
        rules, concepts["work"].split(), concepts["not_meant"].split(), SCREENING_WORDS
    )


@cache
def list_stop_codes() -> frozenset[str]:
    """Return the codes of rules that are certain enough to refuse a text if the model agrees."""
    return frozenset(f"{FAMILY}.{rule.code}" for rule in load_fraud_rules().rules if rule.stops)


def list_doubted(signals: Iterable[Signal]) -> list[Signal]:
    """Return the findings for which a person looks at the text, even if the model finds it harmless."""
    stops = list_stop_codes()
    return [
        signal
        for signal in signals
        if signal.code in stops
        or (signal.code.startswith(f"{FAMILY}.") and signal.weight >= DOUBTFUL_WEIGHT)
    ]


def find_rule_signals(folded: FoldedText, *, in_report: bool = False) -> Iterator[Signal]:
    """Yield the findings of the rules that the text neither denies nor warns of. With `in_report` these count too,
    but rules about what an offer asks are left out."""
    for rule, first, last in load_fraud_rules().find_matches(folded):
        if in_report and rule.of_offers:
            continue
        start, end = folded.span(first, last)
        is_name = rule.is_name or (rule.stops and last - first <= SIDE_BY_SIDE)
        if in_report or not is_contradicted(folded.written, start, end, by_denial=is_name):
            fraud_type = rule.code.partition(".")[0]
            code = f"{FAMILY}.{rule.code}"
            yield Signal(code, rule.weight, start, end, rule.reason, fraud_type)


def add_up_by_type(signals: Iterable[Signal]) -> dict[str, int]:
    """Return the sum of the weights for each fraud type; each kind of finding counts once."""
    heaviest: dict[str, dict[str, int]] = {}
    for signal in signals:
        if signal.fraud_type:
            weights = heaviest.setdefault(signal.fraud_type, {})
            weights[signal.code] = max(signal.weight, weights.get(signal.code, 0))
    return {
        fraud_type: combine_weights(weights.values()) for fraud_type, weights in heaviest.items()
    }


def weigh_findings(rules: Iterable[Signal], pay: Iterable[Signal]) -> dict[str, float]:
    """Return two values from 0 to 1: the rules, of the fraud type they speak most for, and the worst pay."""
    return {
        "rules": max(add_up_by_type(rules).values(), default=0) / 100,
        "pay": max((signal.weight for signal in pay), default=0) / 100,
    }
