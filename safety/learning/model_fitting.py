"""Fits the linear model and measures it on texts that it was not fitted on.

Needs scikit-learn, which the site itself does not need: requirements-train.txt.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safety.learning.labelled_texts import HONEST, LabelledText
from screening.fraud_types import FraudType
from screening.learned import sigmoid, tokens
from textkit.text_sketches import estimate_similarity, sketch_text, split_sketch_bands

FOLDS = 5
FEWEST = 20  # examples of a type, from at least as many sources as there are folds
FEWEST_HONEST = 50
IN_TEXTS = 3  # terms in fewer texts are left out
ALIKE = 0.6
KEPT = 300  # terms of a type
SURE = 0.9  # the precision that the threshold is to have
STRONGEST = 0.5  # no threshold below


class TooFewExamples(Exception):
    """Says in English what is missing."""


@dataclass(frozen=True)
class FittedModels:
    """`terms` and `figures` as `TrainedModel` keeps them; `skipped` says which types had too few."""

    terms: dict[str, dict]
    figures: dict[str, dict]
    skipped: dict[str, int]


def fit_models(examples: Sequence[LabelledText]) -> FittedModels:
    """One model a type, each against all other texts. Raises `TooFewExamples`."""
    counts = Counter(example.fraud_type for example in examples)
    if counts[HONEST] < FEWEST_HONEST:
        raise TooFewExamples(
            f"{counts[HONEST]} honest texts were decided; at least {FEWEST_HONEST} are needed."
        )
    groups = _group_related(examples)
    tokens_by_text = [tokens(example.text) for example in examples]
    terms: dict[str, dict] = {}
    figures: dict[str, dict] = {}
    skipped: dict[str, int] = {}
    for kind in FraudType.values:
        truth = [example.fraud_type == kind for example in examples]
        sources = len({group for group, is_it in zip(groups, truth, strict=True) if is_it})
        if counts[kind] < FEWEST or sources < FOLDS:
            skipped |= {kind: counts[kind]} if counts[kind] else {}
            continue
        unseen = _cross_validate(tokens_by_text, truth, groups)
        threshold = _choose_threshold(unseen, truth)
        figures[kind] = _measure(unseen, truth, threshold)
        terms[kind] = _fit_model(tokens_by_text, truth) | {"threshold": threshold}
    if not terms:
        raise TooFewExamples(f"No fraud type has {FEWEST} decided texts from {FOLDS} sources.")
    return FittedModels(terms, figures, skipped)


def _group_related(examples: Sequence[LabelledText]) -> list[int]:
    """Return the group of each text: those of one source, and nearly equal ones, share one, so that
    no fold separates them."""
    parent = list(range(len(examples)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[object, int] = {}
    sketches = [sketch_text(example.text) for example in examples]
    for n, example in enumerate(examples):
        parent[root(n)] = root(first.setdefault(example.source, n))
        for band in split_sketch_bands(sketches[n]):
            other = first.setdefault(band, n)
            if estimate_similarity(sketches[n], sketches[other]) >= ALIKE:
                parent[root(n)] = root(other)
    return [root(n) for n in range(len(examples))]


def _create_estimators() -> tuple[Any, Any]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    return DictVectorizer(), LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)


def _cross_validate(
    tokens_by_text: list[set[str]], truth: list[bool], groups: list[int]
) -> list[float]:
    """Return for every text the probability by a model that was fitted without its group."""
    from sklearn.model_selection import StratifiedGroupKFold

    unseen = [0.0] * len(tokens_by_text)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    for fitted, held_out in folds.split(tokens_by_text, truth, groups):
        model = _fit_model([tokens_by_text[n] for n in fitted], [truth[n] for n in fitted])
        for n in held_out:
            unseen[n] = _compute_probability(model, tokens_by_text[n])
    return unseen


def _fit_model(tokens_by_text: list[set[str]], truth: list[bool]) -> dict[str, Any]:
    """Return {bias, terms}, fitted twice: the second time with the heaviest terms of the first."""
    text_counts = Counter(term for text_tokens in tokens_by_text for term in text_tokens)
    common = {term for term, n in text_counts.items() if n >= IN_TEXTS}
    _bias, weights = _fit_weights([text_tokens & common for text_tokens in tokens_by_text], truth)
    heaviest = set(sorted(weights, key=lambda term: (-abs(weights[term]), term))[:KEPT])
    bias, weights = _fit_weights([text_tokens & heaviest for text_tokens in tokens_by_text], truth)
    return {"bias": round(bias, 4), "terms": {t: round(w, 4) for t, w in sorted(weights.items())}}


def _fit_weights(
    tokens_by_text: list[set[str]], truth: list[bool]
) -> tuple[float, dict[str, float]]:
    vectorizer, regression = _create_estimators()
    if not any(tokens_by_text):
        return 0.0, {}
    matrix = vectorizer.fit_transform(
        [dict.fromkeys(sorted(text_tokens), 1.0) for text_tokens in tokens_by_text]
    )
    regression.fit(matrix, truth)
    names = vectorizer.get_feature_names_out()
    weights = dict(zip(names, map(float, regression.coef_[0]), strict=True))
    return float(regression.intercept_[0]), weights


def _compute_probability(model: dict[str, Any], text_tokens: set[str]) -> float:
    return sigmoid(model["bias"] + sum(model["terms"].get(term, 0.0) for term in text_tokens))


def _choose_threshold(unseen: list[float], truth: list[bool]) -> float:
    """Return the lowest at which `SURE` of those that reach it are of the type, else nearly 1."""
    for threshold in sorted({round(p, 3) for p in unseen if p >= STRONGEST}):
        reached = [is_it for p, is_it in zip(unseen, truth, strict=True) if p >= threshold]
        if sum(reached) >= SURE * len(reached):
            return threshold
    return 0.999


def _measure(unseen: list[float], truth: list[bool], threshold: float) -> dict[str, Any]:
    reached = [p >= threshold for p in unseen]
    hits = sum(r and t for r, t in zip(reached, truth, strict=True))
    return {
        "texts": sum(truth),
        "precision": round(hits / sum(reached), 3) if any(reached) else None,
        "recall": round(hits / sum(truth), 3),
        "average_precision": round(_compute_average_precision(unseen, truth), 3),
        "threshold": threshold,
    }


def _compute_average_precision(unseen: list[float], truth: list[bool]) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, unseen))
