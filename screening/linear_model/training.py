"""Trains the parts of a model from texts. Needs scikit-learn, which the site itself does not need.

The same texts give the same model: what is drawn is drawn from a fixed seed.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from screening.linear_model.corpus import FORBIDDEN, HONEST, SCAM, CorpusText
from screening.linear_model.features import BETWEEN, ModelText, list_ngrams, list_pairs
from screening.linear_model.model import build_vector
from screening.linear_model.model_arrays import SCALE
from screening.linear_model.vector_rows import VectorRows
from screening.reading.folded_text import FoldedText

IN_TEXTS = 2  # runs in fewer texts are left out
VOCABULARY = 150_000
OF_PAIRS = 0.5  # factor of the rarity of pairs, because there are four times as many pairs as runs
KEPT_OF_KIND = 1500
STRENGTH = 1.0  # C of the support vector machine
STRENGTH_OF_KIND = 3.0  # C of the regression
ROUNDS = 2  # how often the windows that make a text a scam are chosen anew
WINDOWS_OF_HONEST = 14  # of one text: long ones must not outnumber the rest


@dataclass(frozen=True)
class TrainingText:
    """A prepared text: as the model reads it, with its windows."""

    text: str
    windows: tuple[str, ...]
    label: str
    kind: str
    weight: float = 1.0

    @classmethod
    def make(cls, text: CorpusText, weight: float = 1.0) -> "TrainingText":
        model_text = ModelText(FoldedText(text.text).text)
        places = zip(*model_text.windows, strict=True)
        windows = tuple(model_text.text[start:end] for start, end in places)
        return cls(model_text.text, windows, text.label, text.kind, weight)


def train_parts(texts: Sequence[TrainingText], *, with_kinds: bool = True) -> dict[str, Any]:
    """Return "rarity", "fraud", "forbidden" and "kinds" of a model's content."""
    rarity = _choose_vocabulary(texts)
    prepared = _PreparedTexts(texts, rarity)
    labelled = [row for row, text in enumerate(texts) if with_kinds and text.label != HONEST]
    offers = [row for row, text in enumerate(texts) if text.label != FORBIDDEN]
    return {
        "rarity": rarity,
        "fraud": prepared.train_windowed(offers, SCAM),
        "forbidden": prepared.train_windowed(range(len(texts)), FORBIDDEN),
        "kinds": train_kinds(
            prepared.wholes,
            [texts[row].kind for row in labelled],
            [texts[row].weight for row in labelled],
            rows=labelled,
        ),
    }


def _choose_vocabulary(texts: Sequence[TrainingText]) -> dict[str, int]:
    """Return the most telling runs and pairs, each with its rarity in thousandths."""
    counts = Counter(
        ngram for text in texts for ngram in list_pairs(text.text).union(*list_ngrams(text.text))
    )
    in_texts = {ngram: number for ngram, number in counts.items() if number >= IN_TEXTS}
    del counts  # most runs stand in one text alone
    rarity = {
        ngram: _compute_rarity(ngram, number, len(texts))
        for ngram, number in in_texts.items()
        if ngram != " "
    }
    vectors = VectorRows(build_vector(text.text, rarity, with_pairs=True) for text in texts)
    matrix, ngrams = vectors.build_matrix()
    weights = [text.weight for text in texts]
    importance: Counter[str] = Counter()
    for label in (SCAM, FORBIDDEN):
        part = _fit_learner(
            _make_machine(), matrix, ngrams, [t.label == label for t in texts], weights
        )
        for ngram, weight in part["weights"].items():
            strength = round(abs(weight) * rarity[ngram] * math.sqrt(in_texts[ngram]))
            importance[ngram] = max(importance[ngram], strength)
    chosen = sorted(importance, key=lambda ngram: (-importance[ngram], ngram))[:VOCABULARY]
    return {ngram: rarity[ngram] for ngram in sorted(chosen)}


def _compute_rarity(ngram: str, number: int, of_texts: int) -> int:
    """Return the rarity, in thousandths, of a run or pair that stands in `number` of the texts."""
    share = OF_PAIRS if BETWEEN in ngram else 1.0
    return round(SCALE * share * (1 + math.log((1 + of_texts) / (1 + number))))


class _PreparedTexts:
    """The vectors of texts: of each as a whole, and of its windows."""

    def __init__(self, texts: Sequence[TrainingText], rarity: Mapping[str, int]) -> None:
        self.texts = texts
        self.wholes = VectorRows(build_vector(text.text, rarity, with_pairs=True) for text in texts)
        self.windows = VectorRows()
        self._ends = [0]  # of the windows of each text
        for text in texts:
            for window in text.windows:
                self.windows.append(build_vector(window, rarity))
            if not text.windows:
                self.windows.append(build_vector(text.text, rarity, with_pairs=True))
            self._ends.append(len(self.windows))

    def train_windowed(self, rows: Sequence[int], positive: str) -> dict[str, Any]:
        truth = [self.texts[row].label == positive for row in rows]
        weights = [self.texts[row].weight for row in rows]
        of_texts = fit_machine(self.wholes, truth, weights, rows=rows)
        spans = list(pairwise(self._ends))
        part = of_texts
        for _round in range(ROUNDS):
            scores = self.windows.weigh(part["weights"])
            chosen, labels, of_windows = [], [], []
            for row, is_positive, weight in zip(rows, truth, weights, strict=True):
                best = _choose_windows(scores, *spans[row], 1 if is_positive else WINDOWS_OF_HONEST)
                chosen += best
                labels += [is_positive] * len(best)
                of_windows += [weight / math.sqrt(len(best))] * len(best)
            part = fit_machine(self.windows, labels, of_windows, rows=chosen)
        return {"whole": of_texts, "window": part}


def _choose_windows(scores: np.ndarray, first: int, behind: int, most: int) -> list[int]:
    """Return the windows of one text that speak most for the wanted label: for a scam the one that makes it a scam,
    for an honest text those that accuse it most."""
    ranked = np.argsort(-scores[first:behind], kind="stable")[:most]
    return [first + int(place) for place in ranked]


def train_kinds(
    vectors: VectorRows,
    kinds: Sequence[str],
    weights: Sequence[float] | None = None,
    most_kept: int = KEPT_OF_KIND,
    strength: float = STRENGTH_OF_KIND,
    rows: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Fit each kind against all others and keep only its heaviest runs. `rows` are the rows of the texts that have a
    kind, by default all."""
    parts: dict[str, Any] = {}
    if not kinds:
        return parts
    matrix, ngrams = vectors.build_matrix(rows)
    for kind in sorted(set(kinds)):
        regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=200, tol=1e-3)
        part = _fit_learner(regression, matrix, ngrams, [label == kind for label in kinds], weights)
        heaviest = sorted(part["weights"], key=lambda n: (-abs(part["weights"][n]), n))
        kept_weights = {n: part["weights"][n] for n in sorted(heaviest[:most_kept])}
        parts[kind] = {"bias": part["bias"], "weights": kept_weights}
    return parts


def fit_machine(
    vectors: VectorRows,
    truth: Sequence[bool],
    weights: Sequence[float] | None = None,
    rows: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Fit a support vector machine. `truth` and `weights` belong to `rows`, by default to all rows."""
    return _fit_learner(_make_machine(), *vectors.build_matrix(rows), truth, weights)


def _make_machine() -> LinearSVC:
    return LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0)


def _fit_learner(
    learner: Any,
    matrix: csr_matrix,
    ngrams: Sequence[str],
    truth: Sequence[bool],
    weights: Sequence[float] | None,
) -> dict[str, Any]:
    """Return the bias, and the weights in thousandths."""
    learner.fit(matrix, truth, sample_weight=weights)
    heaviness = zip(ngrams, learner.coef_[0], strict=True)
    scaled = {ngram: round(SCALE * float(weight)) for ngram, weight in heaviness}
    return {
        "bias": round(float(learner.intercept_[0]), 4),
        "weights": {ngram: scaled[ngram] for ngram in sorted(scaled) if scaled[ngram]},
    }
