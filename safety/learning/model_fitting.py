"""Fits the linear model and says how well it did on texts that it had not seen.

Needs scikit-learn, which the site itself does not: requirements-train.txt.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from safety.learning.labelled_texts import HONEST, LabelledText
from screening.fraud_types import FraudType
from screening.learned import sigmoid, tokens
from textkit.text_sketches import estimate_similarity, sketch_text, split_sketch_bands

FOLDS = 5
FEWEST = 20  # examples of a type, from at least as many sources as there are folds
FEWEST_HONEST = 50
IN_TEXTS = 3  # a term that fewer texts have is chance
ALIKE = 0.6
KEPT = 300  # terms of a type
SURE = 0.9  # the precision that the threshold is to have
STRONGEST = 0.5  # no threshold below


class TooFewExamples(Exception):
    """Says what is lacking."""


@dataclass(frozen=True)
class FittedModels:
    """`terms` and `figures` as `TrainedModel` keeps them; `skipped` says which types had too few."""

    terms: dict[str, dict]
    figures: dict[str, dict]
    skipped: dict[str, int]


def fit_models(examples: Sequence[LabelledText]) -> FittedModels:
    """One model a type, each against all other texts. Raises `TooFewExamples`."""
    found = Counter(example.fraud_type for example in examples)
    if found[HONEST] < FEWEST_HONEST:
        raise TooFewExamples(
            f"{found[HONEST]} honest texts were decided; at least {FEWEST_HONEST} are needed."
        )
    groups = _groups(examples)
    said = [tokens(example.text) for example in examples]
    terms: dict[str, dict] = {}
    figures: dict[str, dict] = {}
    skipped: dict[str, int] = {}
    for kind in FraudType.values:
        truth = [example.fraud_type == kind for example in examples]
        sources = len({group for group, is_it in zip(groups, truth, strict=True) if is_it})
        if found[kind] < FEWEST or sources < FOLDS:
            skipped |= {kind: found[kind]} if found[kind] else {}
            continue
        unseen = _cross_validated(said, truth, groups)
        threshold = _threshold(unseen, truth)
        figures[kind] = _figures(unseen, truth, threshold)
        terms[kind] = _fitted(said, truth) | {"threshold": threshold}
    if not terms:
        raise TooFewExamples(f"No fraud type has {FEWEST} decided texts from {FOLDS} sources.")
    return FittedModels(terms, figures, skipped)


def _groups(examples):
    """Texts of one source, and texts that say nearly the same, stay on one side of every fold."""
    parent = list(range(len(examples)))

    def root(n):
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


def _model():
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    return DictVectorizer(), LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)


def _cross_validated(said, truth, groups):
    """For every text the probability that a model gives which was fitted without its group."""
    from sklearn.model_selection import StratifiedGroupKFold

    unseen = [0.0] * len(said)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    for known, kept in folds.split(said, truth, groups):
        model = _fitted([said[n] for n in known], [truth[n] for n in known])
        for n in kept:
            unseen[n] = _probability(model, said[n])
    return unseen


def _fitted(said, truth):
    """{bias, terms}: fitted twice, the second time with the weightiest terms of the first alone."""
    common = {term for term, n in Counter(t for one in said for t in one).items() if n >= IN_TEXTS}
    _bias, weights = _weights([one & common for one in said], truth)
    kept = set(sorted(weights, key=lambda term: (-abs(weights[term]), term))[:KEPT])
    bias, weights = _weights([one & kept for one in said], truth)
    return {"bias": round(bias, 4), "terms": {t: round(w, 4) for t, w in sorted(weights.items())}}


def _weights(said, truth):
    vectorizer, regression = _model()
    if not any(said):
        return 0.0, {}
    matrix = vectorizer.fit_transform([dict.fromkeys(sorted(one), 1.0) for one in said])
    regression.fit(matrix, truth)
    names = vectorizer.get_feature_names_out()
    weights = dict(zip(names, map(float, regression.coef_[0]), strict=True))
    return float(regression.intercept_[0]), weights


def _probability(model, one):
    return sigmoid(model["bias"] + sum(model["terms"].get(term, 0.0) for term in one))


def _threshold(unseen, truth):
    """The lowest at which nine of ten that reach it are of the type; nearly 1 where none does."""
    for threshold in sorted({round(p, 3) for p in unseen if p >= STRONGEST}):
        reached = [is_it for p, is_it in zip(unseen, truth, strict=True) if p >= threshold]
        if sum(reached) >= SURE * len(reached):
            return threshold
    return 0.999


def _figures(unseen, truth, threshold):
    reached = [p >= threshold for p in unseen]
    hits = sum(r and t for r, t in zip(reached, truth, strict=True))
    return {
        "texts": sum(truth),
        "precision": round(hits / sum(reached), 3) if any(reached) else None,
        "recall": round(hits / sum(truth), 3),
        "average_precision": round(_average_precision(unseen, truth), 3),
        "threshold": threshold,
    }


def _average_precision(unseen, truth):
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, unseen))
