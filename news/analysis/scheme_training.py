"""Trains the scheme model from articles. Needs scikit-learn, which the site itself does not need."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from news.analysis.scheme_corpus import CorpusArticle
from news.analysis.schemes import fold_opening
from screening.linear_model.features import ModelText, list_ngrams
from screening.linear_model.model import FORBIDDEN, FRAUD, SCALE, WHOLE, WINDOW, build_vector

LONGEST_RUN = 2  # characters
VOCABULARY = 16_000
KEPT_OF_KIND = 700
NOTHING: dict[str, Any] = {"bias": 0.0, "weights": {}}


def train_scheme_parts(articles: Sequence[CorpusArticle]) -> dict[str, Any]:
    """Return the content of a `ScreeningModel` whose fraud is "warns of fraud"; it has no forbidden work."""
    texts = [ModelText(fold_opening(row.title, row.text).text).text for row in articles]
    rarity = _choose_vocabulary(texts, [row.warns for row in articles])
    vectors = [build_vector(text, rarity) for text in texts]
    warns = _fit_machine(vectors, [row.warns for row in articles])
    labelled = [
        (vector, row.subject) for vector, row in zip(vectors, articles, strict=True) if row.warns
    ]
    return {
        "rarity": rarity,
        FRAUD: {WHOLE: warns, WINDOW: warns},
        FORBIDDEN: {WHOLE: NOTHING, WINDOW: NOTHING},
        "kinds": _train_kinds(*zip(*labelled, strict=True)),
        "combination": {},
    }


def _choose_vocabulary(texts: Sequence[str], truth: Sequence[bool]) -> dict[str, int]:
    """Return the runs that tell most, each with its rarity in thousandths."""
    in_texts = Counter(chain.from_iterable(set(_list_runs(text)) for text in texts))
    rarity = {
        run: round(SCALE * (1 + math.log((1 + len(texts)) / (1 + number))))
        for run, number in in_texts.items()
        if run != " "
    }
    weights = _fit_machine([build_vector(text, rarity) for text in texts], truth)["weights"]
    strength = {run: abs(weights.get(run, 0)) * math.sqrt(in_texts[run]) for run in rarity}
    kept = sorted(rarity, key=lambda run: (-strength[run], run))[:VOCABULARY]
    return {run: rarity[run] for run in sorted(kept)}


def _list_runs(text: str) -> list[str]:
    return list(chain(*list_ngrams(text)[:LONGEST_RUN]))


def _fit_machine(vectors: Sequence[Mapping[str, float]], truth: Sequence[bool]) -> dict[str, Any]:
    return _fit(LinearSVC(C=1.0, class_weight="balanced", random_state=0), vectors, truth)


def _train_kinds(vectors: Sequence[Mapping[str, float]], subjects: Sequence[str]) -> dict[str, Any]:
    """One against all others, for each fraud type; only its heaviest runs are kept."""
    parts = {}
    for kind in sorted(set(subjects)):
        regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500)
        part = _fit(regression, vectors, [subject == kind for subject in subjects])
        heaviest = sorted(part["weights"], key=lambda run: (-abs(part["weights"][run]), run))
        kept = {run: part["weights"][run] for run in sorted(heaviest[:KEPT_OF_KIND])}
        parts[kind] = {"bias": part["bias"], "weights": kept}
    return parts


def _fit(
    learner: Any, vectors: Sequence[Mapping[str, float]], truth: Sequence[bool]
) -> dict[str, Any]:
    """Return the bias, and the weights in thousandths."""
    columns = DictVectorizer()
    matrix = columns.fit_transform(vectors)
    # The learners take no wider indices.
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    learner.fit(matrix, truth)
    scaled = {
        run: round(SCALE * float(weight))
        for run, weight in zip(columns.get_feature_names_out(), learner.coef_[0], strict=True)
    }
    return {
        "bias": round(float(learner.intercept_[0]), 4),
        "weights": {run: weight for run, weight in scaled.items() if weight},
    }
