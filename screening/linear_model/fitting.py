"""Fits a whole model: its parts on all texts, and how they add up on texts that they had not seen.

Needs scikit-learn, as `screening.linear_model.training` does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from screening import forbidden_work
from screening.context import Context
from screening.facts.pay import find_pay_signals
from screening.forbidden_work import find_forbidden_work
from screening.linear_model.corpus import (
    FORBIDDEN,
    FRAGMENTS,
    HONEST,
    SCAM,
    CorpusText,
    compose_ads,
    list_filler,
    read_corpus,
)
from screening.linear_model.features import ModelText
from screening.linear_model.model import FRAUD, ScreeningModel, combine_log_odds
from screening.linear_model.training import TrainingText, train_parts
from screening.linear_model.variants import make_variants
from screening.reading.folded_text import FoldedText
from screening.rules import fraud_rules
from screening.rules.fraud_rules import find_rule_signals

FOLDS = 5
# Of honest texts that look like scams, and of all honest texts.
DOUBTED, ACCUSED, SURELY_ACCUSED = 0.065, 0.043, 0.009
# Of composed advertisements: their sentences were written to hold words that a naive filter suspects.
COMPOSED_DOUBTED, COMPOSED_ACCUSED, COMPOSED_SURELY_ACCUSED = 0.33, 0.25, 0.08
FALSELY_FORBIDDEN = 0.003
# Of honest or lawful texts in which a stop was found, by threshold. Most of them warn of fraud or such work, and are
# far more of the corpus than of what is posted.
FALSELY_STOPPED = {"required_changes": 0.06, "fraud_stop": 0.01, "forbidden_stop": 0.03}
# What a rule finds speaks for fraud, at least so much: a plain short sentence needs it ("入职要交押金 300 元").
# On the corpus no weight finds more than 0 does, since its honest texts use the words of the rules too; on
# what is posted this one finds more plain demands, and accuses no ordinary listing besides (docs/screening.md).
MIN_OF_RULES = 2.5


class UnseenScores(NamedTuple):
    """The scores of a text by parts that were not trained on it; `stopped` are the subjects of its stops."""

    text: CorpusText
    fraud: dict[str, float]
    forbidden: dict[str, float]
    stopped: frozenset[str]


def fit_model(texts: Sequence[CorpusText] | None = None) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the content of a model and the thresholds; by default fitted on the corpus alone."""
    texts = [*(read_corpus() if texts is None else texts), *compose_ads()]
    filler = list_filler()
    unseen = score_unseen(texts, filler)
    content = train_parts(prepare_texts(texts, filler))
    content["combination"] = {
        FRAUD: fit_combination([u for u in unseen if u.text.label != FORBIDDEN], FRAUD, SCAM),
        FORBIDDEN: fit_combination(unseen, FORBIDDEN, FORBIDDEN),
    }
    return content, choose_thresholds(unseen, content["combination"])


def prepare_texts(texts: Sequence[CorpusText], filler: Sequence[str]) -> list[TrainingText]:
    """Return the texts with their variants, which count a half."""
    variants = make_variants(texts, filler)
    return [*map(TrainingText.make, texts), *(TrainingText.make(text, 0.5) for text in variants)]


def score_unseen(texts: Sequence[CorpusText], filler: Sequence[str]) -> list[UnseenScores]:
    """Judge each text, and each variant, by parts trained without it: in five rounds. Advertisements of
    one trade stay together."""
    groups = [text.scheme if text.author == FRAGMENTS else str(n) for n, text in enumerate(texts)]
    unseen: list[UnseenScores] = []
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for fitted, held_out in folds.split(texts, groups=groups):
        learned = prepare_texts([texts[n] for n in fitted], filler)
        model = ScreeningModel.make(train_parts(learned, with_kinds=False) | {"combination": {}})
        others = [texts[n] for n in held_out]
        scores = (score_text(model, text) for text in (*others, *make_variants(others, filler)))
        unseen += filter(None, scores)
    return unseen


def score_text(model: ScreeningModel, corpus_text: CorpusText) -> UnseenScores | None:
    """Return the scores; None for a text with too few known signs, which the model does not judge."""
    folded = FoldedText(corpus_text.text)
    judgements = model.measure(ModelText(folded.text)).judge()
    if not judgements:
        return None
    rules, forbidden = list(find_rule_signals(folded)), list(find_forbidden_work(folded))
    findings = fraud_rules.weigh_findings(rules, find_pay_signals(folded, Context()))
    stopped = {
        FRAUD: fraud_rules.list_stop_codes() & {signal.code for signal in rules},
        FORBIDDEN: forbidden_work.list_stop_codes() & {signal.code for signal in forbidden},
    }
    return UnseenScores(
        corpus_text,
        findings | judgements[FRAUD][0].values,
        judgements[FORBIDDEN][0].values,
        frozenset(subject for subject, codes in stopped.items() if codes),
    )


def fit_combination(
    unseen: Sequence[UnseenScores], subject: str, positive: str
) -> dict[str, float]:
    """Return the weight of each part."""
    rows = [getattr(scores, subject) for scores in unseen]
    names = list(rows[0])
    regression = LogisticRegression(C=100.0, class_weight="balanced", max_iter=2000)
    regression.fit(
        [[row[name] for name in names] for row in rows],
        [scores.text.label == positive for scores in unseen],
    )
    coefficients = dict(zip(names, map(float, regression.coef_[0]), strict=True))
    if "rules" in coefficients:
        coefficients["rules"] = max(coefficients["rules"], MIN_OF_RULES)
    return {"bias": round(float(regression.intercept_[0]), 4)} | {
        name: round(value, 4) for name, value in coefficients.items()
    }


def choose_thresholds(
    unseen: Sequence[UnseenScores], combination: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return the thresholds as `cuts.toml` has them, each from the texts that it must not accuse."""
    honest = [scores for scores in unseen if scores.text.label == HONEST]
    odds = [combine_log_odds(combination["fraud"], scores.fraud) for scores in honest]
    without_rules = {**combination["fraud"], "rules": 0.0}
    unaided = [combine_log_odds(without_rules, scores.fraud) for scores in honest]
    lawful = [combine_log_odds(combination["forbidden"], scores.forbidden) for scores in honest]
    is_written = np.array([scores.text.author != FRAGMENTS for scores in honest])
    written, composed = np.array(odds)[is_written], np.array(odds)[~is_written]
    shares = {
        "doubt": (DOUBTED, COMPOSED_DOUBTED),
        "medium": (ACCUSED, COMPOSED_ACCUSED),
        "high": (SURELY_ACCUSED, COMPOSED_SURELY_ACCUSED),
    }
    thresholds = {
        name: max(np.quantile(written, 1 - of_written), np.quantile(composed, 1 - of_composed))
        for name, (of_written, of_composed) in shares.items()
    }
    return {name: round(float(threshold), 2) for name, threshold in thresholds.items()} | {
        "required_changes": _choose_stop_threshold(honest, odds, FRAUD, "required_changes"),
        "fraud_stop": _choose_stop_threshold(honest, unaided, FRAUD, "fraud_stop"),
        "forbidden": round(float(np.quantile(lawful, 1 - FALSELY_FORBIDDEN)), 2),
        "forbidden_stop": _choose_stop_threshold(honest, lawful, FORBIDDEN, "forbidden_stop"),
    }


def _choose_stop_threshold(
    honest: Sequence[UnseenScores], odds: Sequence[float], subject: str, threshold: str
) -> float:
    """Return the threshold from which on a stop counts."""
    stopped = [
        value for value, scores in zip(odds, honest, strict=True) if subject in scores.stopped
    ]
    return round(float(np.quantile(stopped, 1 - FALSELY_STOPPED[threshold])), 2) if stopped else 0.0
