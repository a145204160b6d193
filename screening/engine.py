"""Text and what stands around it in, explained findings out. Pure: it asks nothing of anybody.

Three parts add up, each able to lower the score as well as to raise it: the rules, and the trained
model's judgement of the whole text and of its worst window. Facts (pay, known contacts, copies
elsewhere) are added to that.
"""

import math
from collections.abc import Iterable, Mapping

from screening import forbidden_work
from screening.assessment import HIGH, Assessment, Signal, combine_weights, get_level
from screening.context import Context
from screening.cuts import Cuts, load_cuts
from screening.explanation import explain_by_clauses
from screening.facts.contact_evasion import find_contact_signals
from screening.facts.discrimination import find_discrimination_signals
from screening.facts.distribution import find_distribution_signals
from screening.facts.known_contacts import find_known_contact_signals
from screening.facts.pay import find_pay_signals
from screening.fraud_types import RiskLevel, is_fraud_type
from screening.linear_model.features import ModelText
from screening.linear_model.findings import weigh_findings
from screening.linear_model.model import (
    FORBIDDEN,
    FRAUD,
    Judgement,
    ScreeningModel,
    combine,
    load_shipped_model,
)
from screening.linear_model.stops import measure_stops
from screening.reading.folded_text import FoldedText
from screening.rules import fraud_rules

NAME = "model-1"  # stored with each assessment; a change that changes answers changes it
NOTHING = Context()
Judgements = Mapping[str, Judgement]
SURE, LIKELY = 0.5, 0.3  # shares of the probability from which a fraud type is named


def assess(
    text: str, context: Context = NOTHING, model: ScreeningModel | None = None
) -> Assessment:
    """What speaks for fraud, and what else is wrong with an offer: all in one list of signals."""
    model = model or load_shipped_model()
    folded = FoldedText(text)
    model_text = ModelText(folded.text)
    judgements = model.judge(model_text)
    rules = list(fraud_rules.find_rule_signals(folded))
    facts = [*find_known_contact_signals(context), *find_distribution_signals(context)]
    pay = list(find_pay_signals(folded, context))
    others = [*find_contact_signals(folded), *find_discrimination_signals(folded)]
    odds = combine(
        model.combination[FRAUD], weigh_findings(rules, pay) | _list_values(judgements, FRAUD)
    )
    forbidden = _find_forbidden(model, folded, model_text, judgements)
    stops = _list_stops([*rules, *forbidden], model, folded, model_text)
    score = combine_weights([compute_score(odds, load_cuts()), *_list_fact_weights(facts)])
    if any(signal.code in stops for signal in rules):
        score = max(score, HIGH)
    level = get_level(score)
    points = fraud_rules.add_up_by_type([*rules, *facts])
    first, second = choose_types(model, model_text, points, level)
    if level != RiskLevel.LOW:
        rules += explain_by_clauses(model, folded, model_text, rules, first, score)
    signals = [*rules, *facts, *pay, *others, *forbidden]
    return Assessment(
        score=score,
        level=level,
        fraud_type=first,
        second_type=second,
        signals=tuple(sorted(signals, key=lambda s: (s.start, s.end, s.code))),
        forbidden=next((forbidden_work.get_forbidden_kind(s.code) for s in forbidden), ""),
        stops=tuple(stops),
    )


def compute_score(odds: float, cuts: Cuts) -> int:
    """Return 0 to 100: 40 at the cut of medium, 70 at that of high."""
    medium, high = _logit(0.395), _logit(0.695)
    odds = max(-50.0, min(50.0, odds))
    slope = (high - medium) / (cuts.high - cuts.medium)
    return round(100 / (1 + math.exp(-(medium + slope * (odds - cuts.medium)))))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _list_fact_weights(facts: Iterable[Signal]) -> list[int]:
    """The heaviest of each family: three known contacts are no more suspect than one."""
    heaviest: dict[str, int] = {}
    for signal in facts:
        family = signal.code.partition(".")[0]
        heaviest[family] = max(signal.weight, heaviest.get(family, 0))
    return list(heaviest.values())


def choose_types(
    model: ScreeningModel, text: ModelText, points: Mapping[str, int], level: str
) -> tuple[str, str]:
    """Return the likeliest fraud type and, if it is not sure, the second; each empty if unlikely."""
    if level == RiskLevel.LOW:
        return max(points, key=lambda kind: points[kind], default=""), ""
    kinds = [kind for kind in model.kinds if is_fraud_type(kind)]
    shares = dict(model.rank_kinds(text.text, kinds))
    for kind, own in points.items():
        shares[kind] = shares.get(kind, 0.0) + own / 100
    total = sum(shares.values()) or 1.0
    ranked = sorted(shares, key=lambda kind: -shares[kind])
    likely = [kind for kind in ranked[:2] if shares[kind] / total >= LIKELY]
    if not likely:
        return "", ""
    is_sure = shares[likely[0]] / total >= SURE
    return likely[0], "" if is_sure or len(likely) < 2 else likely[1]


def _list_values(judgements: Judgements, subject: str) -> dict[str, float]:
    return judgements[subject].values if judgements else {}


def _find_forbidden(
    model: ScreeningModel, folded: FoldedText, text: ModelText, judgements: Judgements
) -> list[Signal]:
    """Findings of the rules; where there is none, of the model if it is sure enough."""
    signals = list(forbidden_work.find_forbidden_work(folded))
    if signals or not judgements:
        return signals
    odds = combine(model.combination[FORBIDDEN], _list_values(judgements, FORBIDDEN))
    kinds = forbidden_work.load_forbidden_work()
    ranked = model.rank_kinds(text.text, kinds) if odds >= load_cuts().forbidden else []
    if not ranked:
        return []
    kind = kinds[ranked[0][0]]
    span = folded.span(*text.locate(*judgements[FORBIDDEN].span))
    return [Signal(f"{forbidden_work.FAMILY}.{kind.code}.model", 0, *span, kind.reason)]


def _list_stops(
    signals: Iterable[Signal], model: ScreeningModel, folded: FoldedText, text: ModelText
) -> list[str]:
    """Codes of the signals that refuse the text: a stop counts only where the model agrees."""
    cuts = load_cuts()
    stops: list[str] = []
    for subject, codes, cut in (
        (FRAUD, fraud_rules.list_stop_codes(), cuts.fraud_stop),
        (FORBIDDEN, forbidden_work.list_stop_codes(), cuts.forbidden_stop),
    ):
        scores = measure_stops(signals, subject, codes, model, folded, text)
        stops += [code for code, score in scores.items() if score >= cut]
    return stops
