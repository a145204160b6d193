"""Assesses a text with its context and explains the findings. It reads neither the database nor the network.

Three parts add up, each able to lower the score as well as to raise it: the rules, and the trained
model's judgement of the whole text and of its worst window. Facts (known contacts, copies elsewhere)
are added to that.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from screening import forbidden_work
from screening.assessment import HIGH, MEDIUM, Assessment, Signal, combine_weights, get_level
from screening.context import Context
from screening.explanation import (
    OF_DOUBT,
    OF_UNREAD,
    OF_UNSURE_KIND,
    SHOWN,
    explain_by_clauses,
    explain_doubt,
)
from screening.facts.contact_evasion import find_contact_signals
from screening.facts.discrimination import find_discrimination_signals
from screening.facts.distribution import find_distribution_signals
from screening.facts.known_contacts import find_known_contact_signals
from screening.facts.pay import find_pay_signals
from screening.fraud_types import RiskLevel, is_fraud_type
from screening.linear_model.features import ModelText
from screening.linear_model.model import (
    FORBIDDEN,
    FRAUD,
    Judgement,
    MeasuredText,
    ScreeningModel,
    combine_log_odds,
    load_shipped_model,
)
from screening.linear_model.trap_sentences import find_trap_sentences
from screening.reading.folded_text import FoldedText, fold_text
from screening.rules import fraud_rules
from screening.rules.denial import is_about_fraud
from screening.thresholds import Thresholds, load_thresholds

NAME = "model-34"  # stored with each assessment; change it with every change of answers
NOTHING = Context()
# The log-odds and the length of the text, and of each of its paragraphs.
type PieceOdds = Sequence[tuple[float, int]]
type Judgements = Mapping[str, list[Judgement]]  # by subject
SURE, LIKELY = 0.5, 0.3  # shares of the probability from which a type, or a law, is named
# The worst of several paragraphs is worse by chance, and one that denies something ("不贷款，不签协议")
# reads like what it denies. So one paragraph accuses only if it is far beyond the threshold (with 1.0 honest texts
# were accused three times as often as with 3.0, which finds fewer scams among other sentences); a person
# looks long before (docs/screening.md).
PARAGRAPH_MARGIN, DOUBT_MARGIN = 1.5, 1.0
# A paragraph adds at most so much to the whole: one line of a talk that is harmless as a whole accuses nobody.
MAX_PARAGRAPH_GAIN = 5.0
# One sentence in an ordinary offer (先交50押金) weighs little in the whole, by itself much.
SENTENCE_MARGIN = 5.2
# Different characters: for a shorter text without a finding (开了十年的茶店) the model has little but its bias.
FEWEST_IN_DOUBT = 10
SHORTEST_PARAGRAPH = 15  # characters: a line of one short clause is not judged alone


def assess_offer(
    text: str | FoldedText, context: Context = NOTHING, model: ScreeningModel | None = None
) -> Assessment:
    """Return the assessment of an offer: signals of fraud and of all other faults, in one list."""
    model = model or load_shipped_model()
    folded = fold_text(text)
    measured = model.measure(ModelText(folded.text))
    judgements = measured.judge()
    rules = list(fraud_rules.find_rule_signals(folded))
    facts = [*find_known_contact_signals(context), *find_distribution_signals(context)]
    pay = list(find_pay_signals(folded, context))
    others = [*find_contact_signals(folded), *find_discrimination_signals(folded)]
    findings = fraud_rules.weigh_findings(rules, pay)
    odds = _list_odds(model, FRAUD, judgements, findings)
    # The share of the rules is subtracted where the model has to agree with them: they would agree with themselves.
    by_rules = model.combination[FRAUD]["rules"] * findings["rules"]
    required_changes, stops = _list_fraud_stops(rules, odds, by_rules)
    forbidden, forbidden_stops, unsure = _find_forbidden(measured, folded, judgements)
    if (required_changes or forbidden_stops) and is_about_fraud(folded.written):
        required_changes, stops, forbidden_stops = [], [], []
    odds_of_text = _choose_odds(odds, PARAGRAPH_MARGIN, MAX_PARAGRAPH_GAIN)
    of_text = compute_score(odds_of_text, load_thresholds())
    of_text = max(of_text, HIGH) if required_changes else of_text
    # Only the heaviest of each family counts: three known contacts are no more suspect than one.
    heaviest = {s.code.partition(".")[0]: s.weight for s in sorted(facts, key=lambda s: s.weight)}
    score = combine_weights([of_text, *heaviest.values()])
    level = get_level(score)
    points = fraud_rules.add_up_by_type([*rules, *facts])
    first, second = choose_types(measured, points, get_level(of_text))
    if of_text >= MEDIUM:
        rules += explain_by_clauses(measured, folded, rules, first, of_text)
    signals = [*rules, *facts, *pay, *others, *forbidden]
    is_text_doubtful = level == RiskLevel.LOW and _is_doubtful(measured, rules, pay, odds)
    if level == RiskLevel.LOW:
        signals += explain_doubt(measured, folded, unsure, OF_UNSURE_KIND)
    if is_text_doubtful:
        signals += _explain_doubtful_text(measured, folded, rules, pay, odds)
    return Assessment(
        score=score,
        level=level,
        fraud_type=first,
        second_type=second,
        signals=tuple(sorted(signals, key=lambda s: (s.start, s.end, s.code))),
        forbidden=next((forbidden_work.get_forbidden_kind(s.code) for s in forbidden), ""),
        required_changes=(*required_changes, *forbidden_stops),
        stops=(*stops, *forbidden_stops),
        is_doubtful=is_text_doubtful or (level == RiskLevel.LOW and bool(unsure)),
    )


def _list_fraud_stops(
    rules: list[Signal], odds: PieceOdds, by_rules: float
) -> tuple[list[str], list[str]]:
    """Return the codes of what the author must change, and those among them that refuse the offer."""
    thresholds = load_thresholds()
    # A stop is found in one paragraph, so the model judges that paragraph, however short it is.
    worst = max(log_odds for log_odds, _length in odds)
    required_changes = _list_stops(
        rules, fraud_rules.list_stop_codes(), worst >= thresholds.required_changes
    )
    return required_changes, required_changes if worst - by_rules >= thresholds.fraud_stop else []


def _is_doubtful(
    measured: MeasuredText, rules: list[Signal], pay: list[Signal], odds: PieceOdds
) -> bool:
    if fraud_rules.list_doubted(rules):
        return True
    if not (rules or pay or len(set(measured.text.text)) >= FEWEST_IN_DOUBT):
        return False
    doubt = load_thresholds().doubt
    return (
        _choose_odds(odds, DOUBT_MARGIN) >= doubt
        or any(log_odds >= doubt for log_odds in _list_sentence_odds(measured))
        or bool(find_trap_sentences(measured.text))
    )


def _explain_doubtful_text(
    measured: MeasuredText,
    folded: FoldedText,
    rules: list[Signal],
    pay: list[Signal],
    odds: PieceOdds,
) -> Iterable[Signal]:
    """Return signals for the words that cause the doubt; none if a rule causes it, since it marks its own words."""
    if fraud_rules.list_doubted(rules):
        return ()
    if odds[0][1]:  # a length: the model judges the text
        return explain_doubt(measured, folded, _list_doubted_spans(measured, odds), OF_DOUBT)
    if rules or pay:
        return ()
    unread = measured.text.list_paragraphs() or [(0, len(measured.text.text))]
    return explain_doubt(measured, folded, unread[:SHOWN], OF_UNREAD)


def _list_doubted_spans(measured: MeasuredText, odds: PieceOdds) -> list[tuple[int, int]]:
    """Return where in the model text the cause of the doubt is: the sentences that are doubtful by themselves; else the
    worst paragraph; or, for a text that is doubtful only as a whole, its heaviest sentence."""
    doubt = load_thresholds().doubt
    sentences = zip(_list_sentence_odds(measured), measured.text.list_sentences(), strict=True)
    by_weight = sorted(sentences, reverse=True)
    alone = [span for log_odds, span in by_weight if log_odds >= doubt]
    if alone := [*dict.fromkeys([*alone, *find_trap_sentences(measured.text)])]:
        return alone[:SHOWN]
    (of_text, _length), *of_paragraphs = odds
    paragraphs = [
        (log_odds - DOUBT_MARGIN, span)
        for (log_odds, length), span in zip(
            of_paragraphs, measured.text.list_paragraphs(), strict=True
        )
        if length >= SHORTEST_PARAGRAPH
    ]
    worst = max(paragraphs, default=None)
    return [worst[1]] if worst and worst[0] > of_text else [span for _own, span in by_weight[:1]]


def _list_sentence_odds(measured: MeasuredText) -> list[float]:
    """Return the log-odds of each sentence by itself, less a margin."""
    values = measured.sentence_values
    if not values:
        return []
    return (combine_log_odds(measured.model.combination[FRAUD], values) - SENTENCE_MARGIN).tolist()


def _list_odds(
    model: ScreeningModel, subject: str, judgements: Judgements, findings: Mapping[str, float]
) -> PieceOdds:
    coefficients = model.combination[subject]
    return [
        (combine_log_odds(coefficients, {**findings, **judgement.values}), judgement.length)
        for judgement in judgements.get(subject, ())
    ] or [(combine_log_odds(coefficients, findings), 0)]


def _choose_odds(odds: PieceOdds, margin: float, max_gain: float = math.inf) -> float:
    """Return the log-odds of the text, or of its worst paragraph less a margin if they are higher: one field of a
    form, or one line of a long advertisement, can be the trap."""
    (of_text, _length), *paragraphs = odds
    long = (log_odds - margin for log_odds, length in paragraphs if length >= SHORTEST_PARAGRAPH)
    return max(of_text, min(max(long, default=of_text), of_text + max_gain))


def compute_score(odds: float, thresholds: Thresholds) -> int:
    """Return 0 to 100: 40 at the threshold of medium, 70 at that of high."""
    # Not .395: a score just at a threshold is rounded up.
    medium, high = _compute_logit(0.3951), _compute_logit(0.6951)
    odds = max(-50.0, min(50.0, odds))
    slope = (high - medium) / (thresholds.high - thresholds.medium)
    return round(100 / (1 + math.exp(-(medium + slope * (odds - thresholds.medium)))))


def _compute_logit(share: float) -> float:
    return math.log(share / (1 - share))


def choose_types(measured: MeasuredText, points: Mapping[str, int], level: str) -> tuple[str, str]:
    """Return the likeliest fraud type and, if it is not sure, the second; each empty if unlikely.

    `level` is that of the text alone: the model knows no type of a text that it does not suspect.
    """
    if level == RiskLevel.LOW:
        return max(points, key=lambda kind: points[kind], default=""), ""
    kinds = [kind for kind in measured.model.kinds if is_fraud_type(kind)]
    shares = dict(measured.rank_kinds(kinds))
    for kind, type_points in points.items():
        # For a type that the model was not trained on only its rules speak, so they count twice.
        shares[kind] = shares.get(kind, type_points / 100) + type_points / 100
    total = sum(shares.values()) or 1.0
    ranked = sorted(shares, key=lambda kind: -shares[kind])
    likely = [kind for kind in ranked[:2] if shares[kind] / total >= LIKELY]
    if not likely:
        return "", ""
    is_sure = shares[likely[0]] / total >= SURE
    return likely[0], "" if is_sure or len(likely) < 2 else likely[1]


def _find_forbidden(
    measured: MeasuredText, folded: FoldedText, judgements: Judgements
) -> tuple[list[Signal], list[str], list[tuple[int, int]]]:
    """Return the findings and the codes of stops: of the rules, or, if they find nothing, of the model if it is sure
    enough. The third value says where the model text speaks of such work, if the model is sure of that but not of the
    kind; then no law is named."""
    if not judgements:
        return [], [], []
    thresholds = load_thresholds()
    odds = _choose_odds(_list_odds(measured.model, FORBIDDEN, judgements, {}), DOUBT_MARGIN)
    signals = list(forbidden_work.find_forbidden_work(folded))
    if signals:
        codes = forbidden_work.list_stop_codes()
        return signals, _list_stops(signals, codes, odds >= thresholds.forbidden_stop), []
    if odds < thresholds.forbidden:
        return [], [], []
    of_paragraphs = judgements[FORBIDDEN][1:] or judgements[FORBIDDEN]
    worst = max(of_paragraphs, key=lambda judgement: judgement.window)
    kind = _choose_forbidden_kind(measured, folded, worst)
    if not kind:
        return [], [], [worst.span]
    span = folded.span(*measured.text.locate(*worst.span))
    reason = forbidden_work.load_forbidden_work()[kind].reason
    return [Signal(f"{forbidden_work.FAMILY}.{kind}.model", 0, *span, reason)], [], []


def _choose_forbidden_kind(measured: MeasuredText, folded: FoldedText, worst: Judgement) -> str:
    """Return the kind of which the model is sure, by the whole text or by the heaviest words, because other fields
    of a form say little about it. Return "" if it is not sure, and for minors if the text asks for adults
    ("25-50岁，初中文化")."""
    kinds = forbidden_work.load_forbidden_work()
    window = ModelText(measured.text.text[slice(*worst.span)])
    for judged in (measured, measured.model.measure(window)):
        kind, share = max(judged.rank_kinds(kinds), key=lambda ranked: ranked[1], default=("", 0.0))
        if share >= SURE:
            is_wrong = kinds[kind].of_minors and forbidden_work.asks_for_adults(folded)
            return "" if is_wrong else kind
    return ""


def _list_stops(signals: Iterable[Signal], codes: frozenset[str], is_agreed: bool) -> list[str]:
    """Return the codes of stops among the signals, each once; none if the model does not agree."""
    return [*dict.fromkeys(s.code for s in signals if is_agreed and s.code in codes)]
